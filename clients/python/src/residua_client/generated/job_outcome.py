from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import JobKind, JobState
from .fragments import Problem


class JobOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["JobOutcomeNodeNode", "JobOutcomeNodeJob"],
            Field(discriminator="typename__"),
        ]
    ]


class JobOutcomeNodeNode(BaseModel):
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
        "TrainingRun",
        "Upload",
    ] = Field(alias="__typename")


class JobOutcomeNodeJob(BaseModel):
    typename__: Literal["Job"] = Field(alias="__typename")
    id: str
    kind: JobKind
    state: JobState
    failure: Optional["JobOutcomeNodeJobFailure"]


JobOutcomeNodeJobFailure = Problem
JobOutcome.model_rebuild()
JobOutcomeNodeJob.model_rebuild()
