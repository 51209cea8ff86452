from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class DeleteModel(BaseModel):
    delete_model: "DeleteModelDeleteModel" = Field(alias="deleteModel")


class DeleteModelDeleteModel(BaseModel):
    user_errors: list["DeleteModelDeleteModelUserErrors"] = Field(alias="userErrors")


DeleteModelDeleteModelUserErrors = Problem
DeleteModel.model_rebuild()
DeleteModelDeleteModel.model_rebuild()
