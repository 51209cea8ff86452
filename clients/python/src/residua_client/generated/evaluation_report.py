from datetime import datetime
from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import JobState, Split
from .fragments import (  # noqa: F401
    Metrics,
    ModelVersionInfo,
    ModelVersionInfoModel,
    ModelVersionInfoSnapshot,
    ReportedTraining,
)


class EvaluationReport(BaseModel):
    node: Optional[
        Annotated[
            Union["EvaluationReportNodeNode", "EvaluationReportNodeEvaluation"],
            Field(discriminator="typename__"),
        ]
    ]


class EvaluationReportNodeNode(BaseModel):
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


class EvaluationReportNodeEvaluation(BaseModel):
    typename__: Literal["Evaluation"] = Field(alias="__typename")
    id: str
    state: JobState
    split: Split
    images_without_mask: Optional[int] = Field(alias="imagesWithoutMask")
    images_trained_on: Optional[int] = Field(alias="imagesTrainedOn")
    started_at: Optional[datetime] = Field(alias="startedAt")
    finished_at: Optional[datetime] = Field(alias="finishedAt")
    snapshot: "EvaluationReportNodeEvaluationSnapshot"
    metrics: Optional["EvaluationReportNodeEvaluationMetrics"]
    by_defect_type: list["EvaluationReportNodeEvaluationByDefectType"] = Field(
        alias="byDefectType"
    )
    roc_curve: list["EvaluationReportNodeEvaluationRocCurve"] = Field(alias="rocCurve")
    precision_recall_curve: list[
        "EvaluationReportNodeEvaluationPrecisionRecallCurve"
    ] = Field(alias="precisionRecallCurve")
    pro_curve: list["EvaluationReportNodeEvaluationProCurve"] = Field(alias="proCurve")
    model_version: "EvaluationReportNodeEvaluationModelVersion" = Field(
        alias="modelVersion"
    )


class EvaluationReportNodeEvaluationSnapshot(BaseModel):
    digest: str
    dataset: "EvaluationReportNodeEvaluationSnapshotDataset"


class EvaluationReportNodeEvaluationSnapshotDataset(BaseModel):
    name: str


EvaluationReportNodeEvaluationMetrics = Metrics


class EvaluationReportNodeEvaluationByDefectType(BaseModel):
    defect_type: str = Field(alias="defectType")
    images: int
    metrics: "EvaluationReportNodeEvaluationByDefectTypeMetrics"


EvaluationReportNodeEvaluationByDefectTypeMetrics = Metrics


class EvaluationReportNodeEvaluationRocCurve(BaseModel):
    x: float
    y: float


class EvaluationReportNodeEvaluationPrecisionRecallCurve(BaseModel):
    x: float
    y: float


class EvaluationReportNodeEvaluationProCurve(BaseModel):
    x: float
    y: float


class EvaluationReportNodeEvaluationModelVersion(ModelVersionInfo):
    training_run: "EvaluationReportNodeEvaluationModelVersionTrainingRun" = Field(
        alias="trainingRun"
    )


EvaluationReportNodeEvaluationModelVersionTrainingRun = ReportedTraining
EvaluationReport.model_rebuild()
EvaluationReportNodeEvaluation.model_rebuild()
EvaluationReportNodeEvaluationSnapshot.model_rebuild()
EvaluationReportNodeEvaluationByDefectType.model_rebuild()
EvaluationReportNodeEvaluationModelVersion.model_rebuild()
