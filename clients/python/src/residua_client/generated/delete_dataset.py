from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class DeleteDataset(BaseModel):
    delete_dataset: "DeleteDatasetDeleteDataset" = Field(alias="deleteDataset")


class DeleteDatasetDeleteDataset(BaseModel):
    user_errors: list["DeleteDatasetDeleteDatasetUserErrors"] = Field(
        alias="userErrors"
    )


DeleteDatasetDeleteDatasetUserErrors = Problem
DeleteDataset.model_rebuild()
DeleteDatasetDeleteDataset.model_rebuild()
