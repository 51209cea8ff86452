from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import SweepEnd, SweepMetric, SweepState
from .fragments import TriedCandidate


class SweepOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["SweepOutcomeNodeNode", "SweepOutcomeNodeSweep"],
            Field(discriminator="typename__"),
        ]
    ]


class SweepOutcomeNodeNode(BaseModel):
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


class SweepOutcomeNodeSweep(BaseModel):
    typename__: Literal["Sweep"] = Field(alias="__typename")
    id: str
    state: SweepState
    end_reason: Optional[SweepEnd] = Field(alias="endReason")
    model_name: str = Field(alias="modelName")
    metric: SweepMetric
    seeds: list[int]
    snapshot: "SweepOutcomeNodeSweepSnapshot"
    candidates: list["SweepOutcomeNodeSweepCandidates"]
    winner: Optional["SweepOutcomeNodeSweepWinner"]


class SweepOutcomeNodeSweepSnapshot(BaseModel):
    id: str
    counts: "SweepOutcomeNodeSweepSnapshotCounts"


class SweepOutcomeNodeSweepSnapshotCounts(BaseModel):
    validation: int


SweepOutcomeNodeSweepCandidates = TriedCandidate
SweepOutcomeNodeSweepWinner = TriedCandidate
SweepOutcome.model_rebuild()
SweepOutcomeNodeSweep.model_rebuild()
SweepOutcomeNodeSweepSnapshot.model_rebuild()
