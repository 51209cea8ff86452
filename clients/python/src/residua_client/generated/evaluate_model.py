from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class EvaluateModel(BaseModel):
    evaluate_model: "EvaluateModelEvaluateModel" = Field(alias="evaluateModel")


class EvaluateModelEvaluateModel(BaseModel):
    evaluation: Optional["EvaluateModelEvaluateModelEvaluation"]
    user_errors: list["EvaluateModelEvaluateModelUserErrors"] = Field(
        alias="userErrors"
    )


class EvaluateModelEvaluateModelEvaluation(BaseModel):
    id: str


EvaluateModelEvaluateModelUserErrors = Problem
EvaluateModel.model_rebuild()
EvaluateModelEvaluateModel.model_rebuild()
