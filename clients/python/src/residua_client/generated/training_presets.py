from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import Supervision
from .fragments import Settings


class TrainingPresets(BaseModel):
    training_presets: list["TrainingPresetsTrainingPresets"] = Field(
        alias="trainingPresets"
    )


class TrainingPresetsTrainingPresets(BaseModel):
    name: str
    detector: str
    description: str
    supervision: Supervision
    settings: "TrainingPresetsTrainingPresetsSettings"
    params: dict
    feature_extractor: Optional["TrainingPresetsTrainingPresetsFeatureExtractor"] = (
        Field(alias="featureExtractor")
    )


TrainingPresetsTrainingPresetsSettings = Settings


class TrainingPresetsTrainingPresetsFeatureExtractor(BaseModel):
    name: str


TrainingPresets.model_rebuild()
TrainingPresetsTrainingPresets.model_rebuild()
