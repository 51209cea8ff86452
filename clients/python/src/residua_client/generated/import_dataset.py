from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class ImportDataset(BaseModel):
    import_dataset: "ImportDatasetImportDataset" = Field(alias="importDataset")


class ImportDatasetImportDataset(BaseModel):
    import_: Optional["ImportDatasetImportDatasetImport"] = Field(alias="import")
    user_errors: list["ImportDatasetImportDatasetUserErrors"] = Field(
        alias="userErrors"
    )


class ImportDatasetImportDatasetImport(BaseModel):
    id: str


ImportDatasetImportDatasetUserErrors = Problem
ImportDataset.model_rebuild()
ImportDatasetImportDataset.model_rebuild()
