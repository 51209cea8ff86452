from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class DeleteJob(BaseModel):
    delete_job: "DeleteJobDeleteJob" = Field(alias="deleteJob")


class DeleteJobDeleteJob(BaseModel):
    user_errors: list["DeleteJobDeleteJobUserErrors"] = Field(alias="userErrors")


DeleteJobDeleteJobUserErrors = Problem
DeleteJob.model_rebuild()
DeleteJobDeleteJob.model_rebuild()
