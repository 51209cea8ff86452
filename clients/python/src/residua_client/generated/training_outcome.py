from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import JobState
from .fragments import ModelVersionInfo, Problem


class TrainingOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["TrainingOutcomeNodeNode", "TrainingOutcomeNodeTrainingRun"],
            Field(discriminator="typename__"),
        ]
    ]


class TrainingOutcomeNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
        "Dataset",
        "DatasetExport",
        "DatasetImport",
        "DatasetPrediction",
        "Evaluation",
        "Image",
        "LabelSession",
        "LoggedPrediction",
        "Model",
        "ModelExport",
        "ModelImport",
        "ModelVersion",
        "MonitoringAlert",
        "Node",
        "PixelAnnotation",
        "Project",
        "RetrainingProposal",
        "Snapshot",
        "Study",
        "StudyTrial",
        "Sweep",
        "Upload",
    ] = Field(alias="__typename")


class TrainingOutcomeNodeTrainingRun(BaseModel):
    typename__: Literal["TrainingRun"] = Field(alias="__typename")
    id: str
    state: JobState
    failure: Optional["TrainingOutcomeNodeTrainingRunFailure"]
    model_version: Optional["TrainingOutcomeNodeTrainingRunModelVersion"] = Field(
        alias="modelVersion"
    )


TrainingOutcomeNodeTrainingRunFailure = Problem
TrainingOutcomeNodeTrainingRunModelVersion = ModelVersionInfo
TrainingOutcome.model_rebuild()
TrainingOutcomeNodeTrainingRun.model_rebuild()
