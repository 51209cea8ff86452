from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem, Thresholds


class SetThresholdPolicy(BaseModel):
    set_threshold_policy: "SetThresholdPolicySetThresholdPolicy" = Field(
        alias="setThresholdPolicy"
    )


class SetThresholdPolicySetThresholdPolicy(BaseModel):
    model_version: Optional["SetThresholdPolicySetThresholdPolicyModelVersion"] = Field(
        alias="modelVersion"
    )
    user_errors: list["SetThresholdPolicySetThresholdPolicyUserErrors"] = Field(
        alias="userErrors"
    )


SetThresholdPolicySetThresholdPolicyModelVersion = Thresholds
SetThresholdPolicySetThresholdPolicyUserErrors = Problem
SetThresholdPolicy.model_rebuild()
SetThresholdPolicySetThresholdPolicy.model_rebuild()
