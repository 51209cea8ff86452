from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class CancelSweep(BaseModel):
    cancel_sweep: "CancelSweepCancelSweep" = Field(alias="cancelSweep")


class CancelSweepCancelSweep(BaseModel):
    user_errors: list["CancelSweepCancelSweepUserErrors"] = Field(alias="userErrors")


CancelSweepCancelSweepUserErrors = Problem
CancelSweep.model_rebuild()
CancelSweepCancelSweep.model_rebuild()
