from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import DatasetInfo, Problem


class CreateDataset(BaseModel):
    create_dataset: "CreateDatasetCreateDataset" = Field(alias="createDataset")


class CreateDatasetCreateDataset(BaseModel):
    dataset: Optional["CreateDatasetCreateDatasetDataset"]
    user_errors: list["CreateDatasetCreateDatasetUserErrors"] = Field(
        alias="userErrors"
    )


CreateDatasetCreateDatasetDataset = DatasetInfo
CreateDatasetCreateDatasetUserErrors = Problem
CreateDataset.model_rebuild()
CreateDatasetCreateDataset.model_rebuild()
