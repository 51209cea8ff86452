from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class StartSweep(BaseModel):
    start_sweep: "StartSweepStartSweep" = Field(alias="startSweep")


class StartSweepStartSweep(BaseModel):
    sweep: Optional["StartSweepStartSweepSweep"]
    user_errors: list["StartSweepStartSweepUserErrors"] = Field(alias="userErrors")


class StartSweepStartSweepSweep(BaseModel):
    id: str


StartSweepStartSweepUserErrors = Problem
StartSweep.model_rebuild()
StartSweepStartSweep.model_rebuild()
