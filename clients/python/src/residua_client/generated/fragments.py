from datetime import datetime
from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import (
    AnnotationKind,
    ErrorCode,
    ImageLabel,
    JobKind,
    JobState,
    Permission,
    ProjectChangeKind,
    Split,
    Supervision,
    SweepTrialState,
    ThresholdPolicyKind,
)


class Change(BaseModel):
    cursor: str
    seq: int
    at: datetime
    kind: ProjectChangeKind
    count: int
    ids: list[str]
    dataset_id: Optional[str] = Field(alias="datasetId")
    model_id: Optional[str] = Field(alias="modelId")
    annotation_kind: Optional[AnnotationKind] = Field(alias="annotationKind")
    job_kind: Optional[JobKind] = Field(alias="jobKind")
    job_state: Optional[JobState] = Field(alias="jobState")
    alias: Optional[str]
    from_version: Optional[int] = Field(alias="fromVersion")
    to_version: Optional[int] = Field(alias="toVersion")


class DatasetInfo(BaseModel):
    id: str
    name: str
    counts: "DatasetInfoCounts"


class DatasetInfoCounts(BaseModel):
    images: int
    normal: int
    anomalous: int
    train: int
    test: int


class Rectangle(BaseModel):
    x: float
    y: float
    width: float
    height: float


class ExplainedRegion(BaseModel):
    box: "ExplainedRegionBox"
    score: float
    nearest_normal: Optional["ExplainedRegionNearestNormal"] = Field(
        alias="nearestNormal"
    )


class ExplainedRegionBox(Rectangle):
    pass


class ExplainedRegionNearestNormal(BaseModel):
    image: Optional["ExplainedRegionNearestNormalImage"]
    box: "ExplainedRegionNearestNormalBox"
    distance: float
    patch: "ExplainedRegionNearestNormalPatch"


class ExplainedRegionNearestNormalImage(BaseModel):
    filename: str
    url: str


class ExplainedRegionNearestNormalBox(Rectangle):
    pass


class ExplainedRegionNearestNormalPatch(Rectangle):
    pass


class EvaluatedImage(BaseModel):
    anomaly_score: float = Field(alias="anomalyScore")
    is_anomalous: bool = Field(alias="isAnomalous")
    explanation: Optional[str]
    anomaly_map_url: str = Field(alias="anomalyMapUrl")
    overlay_url: str = Field(alias="overlayUrl")
    regions: list["EvaluatedImageRegions"]
    image: "EvaluatedImageImage"


class EvaluatedImageRegions(ExplainedRegion):
    pass


class EvaluatedImageImage(BaseModel):
    filename: str
    label: ImageLabel
    defect_type: Optional[str] = Field(alias="defectType")
    width: int
    height: int
    url: str
    annotations: list[
        Annotated[
            Union[
                "EvaluatedImageImageAnnotationsAnnotation",
                "EvaluatedImageImageAnnotationsPixelAnnotation",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class EvaluatedImageImageAnnotationsAnnotation(BaseModel):
    typename__: Literal["Annotation", "BlockAnnotation", "BoxAnnotation"] = Field(
        alias="__typename"
    )


class EvaluatedImageImageAnnotationsPixelAnnotation(BaseModel):
    typename__: Literal["PixelAnnotation"] = Field(alias="__typename")
    mask_url: str = Field(alias="maskUrl")


class Problem(BaseModel):
    code: ErrorCode
    message: str
    field: Optional[list[str]]
    item: Optional[str]


class ImportFindings(BaseModel):
    id: str
    state: JobState
    failure: Optional["ImportFindingsFailure"]
    images_imported: int = Field(alias="imagesImported")
    annotations_imported: int = Field(alias="annotationsImported")
    summary: Optional["ImportFindingsSummary"]
    problems: list["ImportFindingsProblems"]
    total_problems: int = Field(alias="totalProblems")
    skipped: list["ImportFindingsSkipped"]
    total_skipped: int = Field(alias="totalSkipped")
    warnings: list["ImportFindingsWarnings"]
    total_warnings: int = Field(alias="totalWarnings")
    dataset: "ImportFindingsDataset"


class ImportFindingsFailure(Problem):
    pass


class ImportFindingsSummary(BaseModel):
    counts: "ImportFindingsSummaryCounts"
    annotations: list["ImportFindingsSummaryAnnotations"]
    defect_types: list["ImportFindingsSummaryDefectTypes"] = Field(alias="defectTypes")
    existing: Optional[int]
    normal_names: list[str] = Field(alias="normalNames")
    left_out: list["ImportFindingsSummaryLeftOut"] = Field(alias="leftOut")


class ImportFindingsSummaryCounts(BaseModel):
    images: int
    normal: int
    anomalous: int
    unlabelled: int
    train: int
    validation: int
    test: int


class ImportFindingsSummaryAnnotations(BaseModel):
    kind: AnnotationKind
    images: int


class ImportFindingsSummaryDefectTypes(BaseModel):
    defect_type: str = Field(alias="defectType")
    images: int


class ImportFindingsSummaryLeftOut(BaseModel):
    reason: str
    files: int
    examples: list[str]


class ImportFindingsProblems(Problem):
    pass


class ImportFindingsSkipped(Problem):
    pass


class ImportFindingsWarnings(Problem):
    pass


class ImportFindingsDataset(DatasetInfo):
    pass


class Metrics(BaseModel):
    pixel_auroc: Optional[float] = Field(alias="pixelAuroc")
    pixel_ap: Optional[float] = Field(alias="pixelAp")
    pro: Optional[float]
    pro_fpr_limit: float = Field(alias="proFprLimit")
    pixel_f_1_max: Optional[float] = Field(alias="pixelF1Max")
    pixel_f_1_max_threshold: Optional[float] = Field(alias="pixelF1MaxThreshold")
    image_auroc: Optional[float] = Field(alias="imageAuroc")
    image_ap: Optional[float] = Field(alias="imageAp")
    image_f_1_max: Optional[float] = Field(alias="imageF1Max")
    image_f_1_max_threshold: Optional[float] = Field(alias="imageF1MaxThreshold")


class ListedEvaluation(BaseModel):
    id: str
    state: JobState
    split: Split
    created_at: datetime = Field(alias="createdAt")
    snapshot: "ListedEvaluationSnapshot"
    metrics: Optional["ListedEvaluationMetrics"]


class ListedEvaluationSnapshot(BaseModel):
    id: str
    dataset: "ListedEvaluationSnapshotDataset"


class ListedEvaluationSnapshotDataset(BaseModel):
    name: str


class ListedEvaluationMetrics(Metrics):
    pass


class ListedImage(BaseModel):
    id: str
    filename: str
    split: Split
    label: ImageLabel
    defect_type: Optional[str] = Field(alias="defectType")
    width: int
    height: int
    annotations: list[
        Annotated[
            Union[
                "ListedImageAnnotationsAnnotation",
                "ListedImageAnnotationsBoxAnnotation",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class ListedImageAnnotationsAnnotation(BaseModel):
    typename__: Literal["Annotation", "BlockAnnotation", "PixelAnnotation"] = Field(
        alias="__typename"
    )
    kind: AnnotationKind
    revision: int


class ListedImageAnnotationsBoxAnnotation(BaseModel):
    typename__: Literal["BoxAnnotation"] = Field(alias="__typename")
    kind: AnnotationKind
    revision: int
    boxes: list["ListedImageAnnotationsBoxAnnotationBoxes"]


class ListedImageAnnotationsBoxAnnotationBoxes(Rectangle):
    defect_type: Optional[str] = Field(alias="defectType")


class ModelVersionInfo(BaseModel):
    id: str
    version: int
    image_threshold: Optional[float] = Field(alias="imageThreshold")
    pixel_threshold: Optional[float] = Field(alias="pixelThreshold")
    model: "ModelVersionInfoModel"
    snapshot: "ModelVersionInfoSnapshot"


class ModelVersionInfoModel(BaseModel):
    name: str


class ModelVersionInfoSnapshot(BaseModel):
    id: str


class PredictedImage(BaseModel):
    anomaly_score: float = Field(alias="anomalyScore")
    is_anomalous: bool = Field(alias="isAnomalous")
    explanation: Optional[str]
    anomaly_map_url: str = Field(alias="anomalyMapUrl")
    anomaly_map_scale: float = Field(alias="anomalyMapScale")
    overlay_url: str = Field(alias="overlayUrl")
    regions: list["PredictedImageRegions"]
    image: "PredictedImageImage"


class PredictedImageRegions(BaseModel):
    score: float
    pixels: int


class PredictedImageImage(BaseModel):
    filename: str


class PredictionInfo(BaseModel):
    anomaly_score: float = Field(alias="anomalyScore")
    is_anomalous: bool = Field(alias="isAnomalous")
    explanation: Optional[str]
    warnings: list[str]
    anomaly_map_url: Optional[str] = Field(alias="anomalyMapUrl")
    anomaly_map_scale: Optional[float] = Field(alias="anomalyMapScale")
    overlay_url: Optional[str] = Field(alias="overlayUrl")
    regions: list["PredictionInfoRegions"]
    seconds: float


class PredictionInfoRegions(BaseModel):
    box: "PredictionInfoRegionsBox"
    score: float
    pixels: int


class PredictionInfoRegionsBox(Rectangle):
    pass


class Settings(BaseModel):
    image_size: int = Field(alias="imageSize")
    smoothing_sigma: float = Field(alias="smoothingSigma")


class ReportedTraining(BaseModel):
    id: str
    preset: Optional[str]
    seed: int
    supervision: Supervision
    started_at: Optional[datetime] = Field(alias="startedAt")
    finished_at: Optional[datetime] = Field(alias="finishedAt")
    environment: dict
    detector: "ReportedTrainingDetector"
    feature_extractor: Optional["ReportedTrainingFeatureExtractor"] = Field(
        alias="featureExtractor"
    )
    settings: "ReportedTrainingSettings"
    snapshot: "ReportedTrainingSnapshot"
    metric_history: list["ReportedTrainingMetricHistory"] = Field(alias="metricHistory")


class ReportedTrainingDetector(BaseModel):
    name: str
    version: str
    params: dict


class ReportedTrainingFeatureExtractor(BaseModel):
    name: str
    version: str


class ReportedTrainingSettings(Settings):
    pass


class ReportedTrainingSnapshot(BaseModel):
    counts: "ReportedTrainingSnapshotCounts"


class ReportedTrainingSnapshotCounts(BaseModel):
    train: int


class ReportedTrainingMetricHistory(BaseModel):
    stage: str
    step: int
    value: float


class StartedRun(BaseModel):
    id: str
    preset: Optional[str]
    seed: int
    supervision: Supervision
    detector: "StartedRunDetector"
    feature_extractor: Optional["StartedRunFeatureExtractor"] = Field(
        alias="featureExtractor"
    )


class StartedRunDetector(BaseModel):
    name: str
    version: str


class StartedRunFeatureExtractor(BaseModel):
    name: str
    version: str


class Thresholds(BaseModel):
    id: str
    version: int
    model: "ThresholdsModel"
    image_threshold: Optional[float] = Field(alias="imageThreshold")
    pixel_threshold: Optional[float] = Field(alias="pixelThreshold")
    threshold_policy: "ThresholdsThresholdPolicy" = Field(alias="thresholdPolicy")


class ThresholdsModel(BaseModel):
    name: str


class ThresholdsThresholdPolicy(BaseModel):
    kind: ThresholdPolicyKind
    image_quantile: Optional[float] = Field(alias="imageQuantile")
    pixel_quantile: Optional[float] = Field(alias="pixelQuantile")
    split: Optional[Split]
    chosen_on_test_split: bool = Field(alias="chosenOnTestSplit")
    author: Optional[str]
    chosen_at: datetime = Field(alias="chosenAt")
    evaluation: Optional["ThresholdsThresholdPolicyEvaluation"]


class ThresholdsThresholdPolicyEvaluation(BaseModel):
    id: str


class Token(BaseModel):
    token_id: str = Field(alias="tokenId")
    name: str
    permissions: list[Permission]
    project_ids: Optional[list[str]] = Field(alias="projectIds")
    is_service: bool = Field(alias="isService")
    created_at: datetime = Field(alias="createdAt")
    expires_at: Optional[datetime] = Field(alias="expiresAt")
    revoked_at: Optional[datetime] = Field(alias="revokedAt")
    earlier_until: Optional[datetime] = Field(alias="earlierUntil")
    last_used_on: Optional[str] = Field(alias="lastUsedOn")


class TriedCandidate(BaseModel):
    detector: str
    supervision: Supervision
    params: dict
    is_baseline: bool = Field(alias="isBaseline")
    mean: Optional[float]
    difference: Optional["TriedCandidateDifference"]
    trials: list["TriedCandidateTrials"]


class TriedCandidateDifference(BaseModel):
    mean: float
    low: Optional[float]
    high: Optional[float]


class TriedCandidateTrials(BaseModel):
    seed: int
    state: SweepTrialState
    value: Optional[float]
    problem: Optional[str]
    training_run: Optional["TriedCandidateTrialsTrainingRun"] = Field(
        alias="trainingRun"
    )
    evaluation: Optional["TriedCandidateTrialsEvaluation"]


class TriedCandidateTrialsTrainingRun(BaseModel):
    id: str
    started_at: Optional[datetime] = Field(alias="startedAt")
    finished_at: Optional[datetime] = Field(alias="finishedAt")
    model_version: Optional["TriedCandidateTrialsTrainingRunModelVersion"] = Field(
        alias="modelVersion"
    )


class TriedCandidateTrialsTrainingRunModelVersion(BaseModel):
    version: int


class TriedCandidateTrialsEvaluation(BaseModel):
    id: str
    events: "TriedCandidateTrialsEvaluationEvents"


class TriedCandidateTrialsEvaluationEvents(BaseModel):
    nodes: list[
        Annotated[
            Union[
                "TriedCandidateTrialsEvaluationEventsNodesJobEvent",
                "TriedCandidateTrialsEvaluationEventsNodesMetricsReported",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class TriedCandidateTrialsEvaluationEventsNodesJobEvent(BaseModel):
    typename__: Literal["CheckpointSaved", "JobEvent", "LogWritten", "StateChanged"] = (
        Field(alias="__typename")
    )


class TriedCandidateTrialsEvaluationEventsNodesMetricsReported(BaseModel):
    typename__: Literal["MetricsReported"] = Field(alias="__typename")
    seconds_per_step: Optional[float] = Field(alias="secondsPerStep")


Change.model_rebuild()
DatasetInfo.model_rebuild()
Rectangle.model_rebuild()
ExplainedRegion.model_rebuild()
EvaluatedImage.model_rebuild()
Problem.model_rebuild()
ImportFindings.model_rebuild()
Metrics.model_rebuild()
ListedEvaluation.model_rebuild()
ListedImage.model_rebuild()
ModelVersionInfo.model_rebuild()
PredictedImage.model_rebuild()
PredictionInfo.model_rebuild()
Settings.model_rebuild()
ReportedTraining.model_rebuild()
StartedRun.model_rebuild()
Thresholds.model_rebuild()
Token.model_rebuild()
TriedCandidate.model_rebuild()
