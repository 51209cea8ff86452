from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import PredictionInfo, Problem


class Predict(BaseModel):
    predict: "PredictPredict"


class PredictPredict(BaseModel):
    prediction: Optional["PredictPredictPrediction"]
    user_errors: list["PredictPredictUserErrors"] = Field(alias="userErrors")


PredictPredictPrediction = PredictionInfo
PredictPredictUserErrors = Problem
Predict.model_rebuild()
PredictPredict.model_rebuild()
