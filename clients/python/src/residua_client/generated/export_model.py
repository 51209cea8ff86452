from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class ExportModel(BaseModel):
    export_model: "ExportModelExportModel" = Field(alias="exportModel")


class ExportModelExportModel(BaseModel):
    export: Optional["ExportModelExportModelExport"]
    user_errors: list["ExportModelExportModelUserErrors"] = Field(alias="userErrors")


class ExportModelExportModelExport(BaseModel):
    id: str


ExportModelExportModelUserErrors = Problem
ExportModel.model_rebuild()
ExportModelExportModel.model_rebuild()
