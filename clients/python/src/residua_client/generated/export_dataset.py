from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class ExportDataset(BaseModel):
    export_dataset: "ExportDatasetExportDataset" = Field(alias="exportDataset")


class ExportDatasetExportDataset(BaseModel):
    export: Optional["ExportDatasetExportDatasetExport"]
    user_errors: list["ExportDatasetExportDatasetUserErrors"] = Field(
        alias="userErrors"
    )


class ExportDatasetExportDatasetExport(BaseModel):
    id: str


ExportDatasetExportDatasetUserErrors = Problem
ExportDataset.model_rebuild()
ExportDatasetExportDataset.model_rebuild()
