from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class PredictDataset(BaseModel):
    predict_dataset: "PredictDatasetPredictDataset" = Field(alias="predictDataset")


class PredictDatasetPredictDataset(BaseModel):
    prediction: Optional["PredictDatasetPredictDatasetPrediction"]
    user_errors: list["PredictDatasetPredictDatasetUserErrors"] = Field(
        alias="userErrors"
    )


class PredictDatasetPredictDatasetPrediction(BaseModel):
    id: str


PredictDatasetPredictDatasetUserErrors = Problem
PredictDataset.model_rebuild()
PredictDatasetPredictDataset.model_rebuild()
