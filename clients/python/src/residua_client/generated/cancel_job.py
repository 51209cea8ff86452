from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class CancelJob(BaseModel):
    cancel_job: "CancelJobCancelJob" = Field(alias="cancelJob")


class CancelJobCancelJob(BaseModel):
    user_errors: list["CancelJobCancelJobUserErrors"] = Field(alias="userErrors")


CancelJobCancelJobUserErrors = Problem
CancelJob.model_rebuild()
CancelJobCancelJob.model_rebuild()
