from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class DeleteModelVersion(BaseModel):
    delete_model_version: "DeleteModelVersionDeleteModelVersion" = Field(
        alias="deleteModelVersion"
    )


class DeleteModelVersionDeleteModelVersion(BaseModel):
    user_errors: list["DeleteModelVersionDeleteModelVersionUserErrors"] = Field(
        alias="userErrors"
    )


DeleteModelVersionDeleteModelVersionUserErrors = Problem
DeleteModelVersion.model_rebuild()
DeleteModelVersionDeleteModelVersion.model_rebuild()
