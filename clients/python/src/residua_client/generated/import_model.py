from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class ImportModel(BaseModel):
    import_model: "ImportModelImportModel" = Field(alias="importModel")


class ImportModelImportModel(BaseModel):
    import_: Optional["ImportModelImportModelImport"] = Field(alias="import")
    user_errors: list["ImportModelImportModelUserErrors"] = Field(alias="userErrors")


class ImportModelImportModelImport(BaseModel):
    id: str


ImportModelImportModelUserErrors = Problem
ImportModel.model_rebuild()
ImportModelImportModel.model_rebuild()
