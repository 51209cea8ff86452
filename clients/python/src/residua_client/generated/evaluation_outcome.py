from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import JobState, Split
from .fragments import Metrics, Problem


class EvaluationOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["EvaluationOutcomeNodeNode", "EvaluationOutcomeNodeEvaluation"],
            Field(discriminator="typename__"),
        ]
    ]


class EvaluationOutcomeNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
        "Dataset",
        "DatasetExport",
        "DatasetImport",
        "DatasetPrediction",
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


class EvaluationOutcomeNodeEvaluation(BaseModel):
    typename__: Literal["Evaluation"] = Field(alias="__typename")
    id: str
    state: JobState
    failure: Optional["EvaluationOutcomeNodeEvaluationFailure"]
    split: Split
    images_without_mask: Optional[int] = Field(alias="imagesWithoutMask")
    images_trained_on: Optional[int] = Field(alias="imagesTrainedOn")
    metrics: Optional["EvaluationOutcomeNodeEvaluationMetrics"]
    by_defect_type: list["EvaluationOutcomeNodeEvaluationByDefectType"] = Field(
        alias="byDefectType"
    )


EvaluationOutcomeNodeEvaluationFailure = Problem
EvaluationOutcomeNodeEvaluationMetrics = Metrics


class EvaluationOutcomeNodeEvaluationByDefectType(BaseModel):
    defect_type: str = Field(alias="defectType")
    images: int
    metrics: "EvaluationOutcomeNodeEvaluationByDefectTypeMetrics"


EvaluationOutcomeNodeEvaluationByDefectTypeMetrics = Metrics
EvaluationOutcome.model_rebuild()
EvaluationOutcomeNodeEvaluation.model_rebuild()
EvaluationOutcomeNodeEvaluationByDefectType.model_rebuild()
