from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem, StartedRun


class StartTraining(BaseModel):
    start_training: "StartTrainingStartTraining" = Field(alias="startTraining")


class StartTrainingStartTraining(BaseModel):
    run: Optional["StartTrainingStartTrainingRun"]
    user_errors: list["StartTrainingStartTrainingUserErrors"] = Field(
        alias="userErrors"
    )


StartTrainingStartTrainingRun = StartedRun
StartTrainingStartTrainingUserErrors = Problem
StartTraining.model_rebuild()
StartTrainingStartTraining.model_rebuild()
