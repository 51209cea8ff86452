from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import Supervision, SweepState, SweepTrialState


class SweepProgress(BaseModel):
    node: Optional[
        Annotated[
            Union["SweepProgressNodeNode", "SweepProgressNodeSweep"],
            Field(discriminator="typename__"),
        ]
    ]


class SweepProgressNodeNode(BaseModel):
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
        "TrainingRun",
        "Upload",
    ] = Field(alias="__typename")


class SweepProgressNodeSweep(BaseModel):
    typename__: Literal["Sweep"] = Field(alias="__typename")
    id: str
    state: SweepState
    candidates: list["SweepProgressNodeSweepCandidates"]


class SweepProgressNodeSweepCandidates(BaseModel):
    detector: str
    supervision: Supervision
    trials: list["SweepProgressNodeSweepCandidatesTrials"]


class SweepProgressNodeSweepCandidatesTrials(BaseModel):
    seed: int
    state: SweepTrialState
    value: Optional[float]
    problem: Optional[str]
    training_run: Optional["SweepProgressNodeSweepCandidatesTrialsTrainingRun"] = Field(
        alias="trainingRun"
    )


class SweepProgressNodeSweepCandidatesTrialsTrainingRun(BaseModel):
    waiting_for: Optional[str] = Field(alias="waitingFor")


SweepProgress.model_rebuild()
SweepProgressNodeSweep.model_rebuild()
SweepProgressNodeSweepCandidates.model_rebuild()
SweepProgressNodeSweepCandidatesTrials.model_rebuild()
