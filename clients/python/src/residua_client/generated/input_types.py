from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import (
    AlertKind,
    AnnotationKind,
    AuditOutcome,
    BlockLabel,
    ExistingPolicy,
    FeedbackVerdict,
    ImageLabel,
    ImageOrderField,
    LabelPurpose,
    NeededDevice,
    OrderDirection,
    Permission,
    ProblemPolicy,
    ProjectChangeKind,
    ReviewState,
    ReviewVerdict,
    Role,
    Split,
    Supervision,
    SweepMetric,
    ThresholdPolicyKind,
    TokenPreset,
    Verdict,
)


class AddImagesInput(BaseModel):
    """Images to add to a data set, all or none."""

    dataset_id: str = Field(alias="datasetId")
    "The data set that gets the images."
    images: list["NewImageInput"]
    "The images to add, all or none."


class AddPredictionToDatasetInput(BaseModel):
    """A logged prediction that shall become an image of a data set."""

    dataset_id: str = Field(alias="datasetId")
    "The data set, of the same project."
    filename: Optional[str] = None
    "Path inside the data set; `feedback/<id>` when left out."
    prediction_id: str = Field(alias="predictionId")
    "The logged prediction; its picture must have been kept."
    split: Split = Split.TRAIN
    "What the image is used for. Chosen images would bend what TEST says."


class ArchiveProjectInput(BaseModel):
    """A project to put away, or to take back into use."""

    archived: bool = True
    "Whether it is put away: it stays readable, and no data sets, uploads or jobs are added."
    id: str
    "Id of the project."


class AssistanceInput(BaseModel):
    """What a model suggested while a label was drawn."""

    model_version_id: str = Field(alias="modelVersionId")
    "The version whose map was shown."
    regions_accepted: int = Field(alias="regionsAccepted")
    "Suggested regions that were taken."
    regions_edited: int = Field(alias="regionsEdited")
    "Of those taken, how many were changed afterwards."
    regions_rejected: int = Field(alias="regionsRejected")
    "Suggested regions that were turned down."
    shown_seconds: float = Field(alias="shownSeconds")
    "Seconds during which the suggestion was seen."
    threshold: float
    "Threshold at which regions were cut, in units of its pixel scores; at least 0."


class AuditEventFilter(BaseModel):
    """Which audit events; all of it must fit."""

    action: Optional[str] = None
    "Name of the mutation, or of what else happened."
    outcome: Optional[AuditOutcome] = None
    "Only what went this way."
    principal_id: Optional[str] = Field(alias="principalId", default=None)
    "Id of who it was, as in `principalId`."
    since: Optional[datetime] = None
    "At or after this time."
    until: Optional[datetime] = None
    "Before this time."


class BlockInput(BaseModel):
    """One block of a grid."""

    column: int
    "From the left, counted from 0."
    label: BlockLabel
    "What is known of it."
    row: int
    "From the top, counted from 0."


class BoxInput(BaseModel):
    """A rectangle in pixels; origin top-left; x, y is its top-left corner."""

    defect_type: Optional[str] = Field(alias="defectType", default=None)
    "Kind of defect inside, when known."
    height: float
    "Pixels, above 0."
    width: float
    "Pixels, above 0."
    x: float
    "Left edge, pixels from the left."
    y: float
    "Top edge, pixels from the top."


class CancelSweepInput(BaseModel):
    """A sweep that shall end."""

    sweep_id: str = Field(alias="sweepId")
    "Id of the sweep, which must be RUNNING."


class CloseLabellingInput(BaseModel):
    """A session that ends without a label."""

    active_seconds: Optional[float] = Field(alias="activeSeconds", default=None)
    "Active seconds, those of sessions it continues included; as last told when left out."
    load_seconds: Optional[float] = Field(alias="loadSeconds", default=None)
    "Seconds until the picture was seen."
    measurement: Optional["LabelMeasurementInput"] = None
    "How the seconds were measured."
    nothing_found: Optional[bool] = Field(alias="nothingFound", default=None)
    "Whether it ends since the image shows nothing to label; otherwise it is given up, and its seconds are lost."
    session_id: str = Field(alias="sessionId")
    "The own session."


class CreateDatasetInput(BaseModel):
    """A data set to make."""

    name: str
    "1 to 100 characters, unique in its project."
    project_id: Optional[str] = Field(alias="projectId", default=None)
    "The project named `default` when left out."


class CreateProjectInput(BaseModel):
    """A project to make."""

    name: str
    "1 to 100 characters, unique on this server."


class CreateSinkInput(BaseModel):
    """A sink to make. It is told of the predictions from now on."""

    heartbeat_seconds: Optional[int] = Field(alias="heartbeatSeconds", default=None)
    "Seconds between heartbeats, 1 to 3600; 0 for none; 5 when left out."
    name: str
    "1 to 100 characters."
    plugin: "PluginChoiceInput"
    "A plugin of the kind SINK, e.g. `mqtt`. One that writes what lies on the server needs ADMIN."
    project_id: str = Field(alias="projectId")
    "Whose predictions it is told of."
    secret: Optional[str] = None
    "Password or token that opens the receiver; never shown again."
    stations: Optional[list[str]] = None
    "Names of stations that must have asked; all predictions when left out."


class CreateSnapshotInput(BaseModel):
    """A snapshot to take."""

    dataset_id: str = Field(alias="datasetId")
    "The data set to freeze."
    tag: Optional[str] = None
    "A name for it, 1 to 100 characters."


class CreateSourceInput(BaseModel):
    """A source to make. A worker looks at it at once."""

    dataset_id: str = Field(alias="datasetId")
    "Where its images come to."
    every_seconds: Optional[int] = Field(alias="everySeconds", default=None)
    "Seconds between looks, 1 to 3600; 10 when left out."
    label: Optional[ImageLabel] = None
    "UNLABELLED or NORMAL, of the images that come; UNLABELLED when left out."
    name: str
    "1 to 100 characters."
    plugin: "PluginChoiceInput"
    "A plugin of the kind SOURCE, e.g. `folder`. One that reads what lies on the server needs ADMIN."
    secret: Optional[str] = None
    "Password or token that opens the source; never shown again."
    split: Optional[Split] = None
    "Split of the images that come; TRAIN when left out."


class CreateStationInput(BaseModel):
    """A station to make."""

    alias: str
    "Alias of the model, e.g. `champion`: the version behind it answers."
    deadline_milliseconds: Optional[int] = Field(
        alias="deadlineMilliseconds", default=None
    )
    "Milliseconds that the line waits for a verdict, 10 to 60000; 2000 when left out."
    model_id: str = Field(alias="modelId")
    "The model that answers."
    name: str
    "1 to 100 characters, unique within the project."
    project_id: str = Field(alias="projectId")
    "The project of its model."


class CreateStudyInput(BaseModel):
    """A study to make."""

    dataset_id: str = Field(alias="datasetId")
    "The data set; its masks are copied."
    images: int
    "Images that are copied, drawn from those with a mask that marks something; 4 to 200, the first 3 are practice."
    kinds: Optional[list[AnnotationKind]] = None
    "Kinds to measure; BOX, BLOCK, PIXEL when left out."
    name: str
    "1 to 100 characters."
    seed: Optional[int] = None
    "Seed of the lot; 0 when left out."


class CreateTokenInput(BaseModel):
    """A token to make: one of your own, or of a service of a project."""

    expires_in_days: Optional[int] = Field(alias="expiresInDays", default=None)
    "Days it lives, 1 to 730; 90 when left out."
    name: str
    "What it is for: 1 to 100 characters."
    permissions: Optional[list[Permission]] = None
    "What it may do. No token may have MEMBERS or more."
    preset: Optional[TokenPreset] = None
    "What it may do, in one word; either this or `permissions`."
    project_ids: Optional[list[str]] = Field(alias="projectIds", default=None)
    "Of a token of your own: projects it is good for. All of yours when left out."
    service_of: Optional[str] = Field(alias="serviceOf", default=None)
    "Project that the token is a service of: it does not end with you. Needs MEMBERS there."


class CreateUploadInput(BaseModel):
    """Bytes that will be sent."""

    bytes_: float = Field(alias="bytes")
    "Size in bytes, a whole number."
    content_type: str = Field(alias="contentType")
    "Media type, e.g. `image/png` or `application/zip`."
    dataset_id: Optional[str] = Field(alias="datasetId", default=None)
    "The only data set that may use the bytes; when left out, the one that uses them first."
    filename: str
    "Name of the file, without folders."
    project_id: Optional[str] = Field(alias="projectId", default=None)
    "The project that may use the bytes, without a data set. When both are left out: the default project where it may be used, or the only one."
    sha_256: str = Field(alias="sha256")
    "sha256 of the bytes, 64 hexadecimal digits."


class CreateWebhookInput(BaseModel):
    """A webhook to make. It is told of what happens from now on."""

    kinds: Optional[list[ProjectChangeKind]] = None
    "Changes it is told of; all when left out."
    name: str
    "1 to 100 characters."
    project_id: str = Field(alias="projectId")
    "Whose changes it is told of."
    url: str
    "An https address, of the public internet unless `RESIDUA_WEBHOOK_PRIVATE` is set; redirections are not followed."


class DecideRetrainingInput(BaseModel):
    """A proposal to decide."""

    proposal_id: str = Field(alias="proposalId")
    "Id of the proposal, which must be OPEN."


class DeleteDatasetInput(BaseModel):
    """A data set to delete."""

    id: str
    "The data set to delete."


class DeleteImagesInput(BaseModel):
    """Images to take out of their data set, all or none."""

    ids: list[str]
    "The images, 1 to 500."


class DeleteModelInput(BaseModel):
    """A model that shall go, with all its versions."""

    id: str
    "Id of the model."


class DeleteModelVersionInput(BaseModel):
    """A model version that shall go."""

    id: str
    "Id of the version."


class DeleteProjectInput(BaseModel):
    """A project that shall go."""

    id: str
    "Id of the project. It must hold neither data sets nor models nor jobs that have not ended."


class DeleteSnapshotInput(BaseModel):
    """A snapshot to delete."""

    id: str
    "The snapshot to delete."


class DeleteStudyInput(BaseModel):
    """A study to delete."""

    id: str
    "The study, which goes with its trials."


class DeriveAnnotationsInput(BaseModel):
    """Which labels to compute from which, for all images of a data set."""

    anomalous_threshold: Optional[float] = Field(
        alias="anomalousThreshold", default=None
    )
    "PIXEL to BLOCK, eps+ of Eq. 14: a larger share of anomalous pixels makes a block ANOMALOUS; 0.25."
    block_size: Optional[int] = Field(alias="blockSize", default=None)
    "To BLOCK: pixels per block side; a 64th of the longer side of each image, rounded up, when left out."
    dataset_id: str = Field(alias="datasetId")
    "The data set whose labels are derived."
    from_: AnnotationKind = Field(alias="from")
    "The finer label: PIXEL, or BOX for blocks."
    image_ids: Optional[list[str]] = Field(alias="imageIds", default=None)
    "Only these images of it, 1 to 500; all of them when left out."
    normal_threshold: Optional[float] = Field(alias="normalThreshold", default=None)
    "PIXEL to BLOCK, eps- of Eq. 14: a smaller share makes it NORMAL, in between it is IGNORED; 0.08."
    replace: Optional[bool] = None
    "Also put a derived revision over a newest label that was drawn or imported. Such images are skipped when left out."
    to: AnnotationKind
    "The cheaper label: BLOCK or BOX."
    unknown_threshold: Optional[float] = Field(alias="unknownThreshold", default=None)
    "BOX to BLOCK, upsilon of Eq. 15: a larger share inside boxes makes a block UNKNOWN; 0.5."


class EndSessionInput(BaseModel):
    """A session to end."""

    session_id: str = Field(alias="sessionId")
    "The session, one of your own."


class EraseImagesInput(BaseModel):
    """Images that shall be gone for good."""

    ids: list[str]
    "The images, 1 to 500 of one project; all are erased or none."
    reason: Optional[str] = None
    "For the audit log, at most 1,000 characters."


class EvaluateModelInput(BaseModel):
    """An evaluation to start."""

    device: Optional[NeededDevice] = None
    "Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "The same key with the same input gives the same evaluation, however often it is sent."
    model_version_id: str = Field(alias="modelVersionId")
    "What to measure."
    priority: Optional[int] = None
    "Among jobs that wait, those of a higher priority are taken first, then the oldest; 0 when left out."
    snapshot_id: str = Field(alias="snapshotId")
    "The snapshot to measure it on."
    split: Optional[Split] = None
    "On which part of it; TEST when left out."


class EvaluatedImageFilter(BaseModel):
    """Which results; every condition given must hold."""

    defect_type: Optional[str] = Field(alias="defectType", default=None)
    "Only this kind of defect, as the snapshot has it."
    verdict: Optional[Verdict] = None
    "Only this verdict, at the threshold."


class ExportDatasetInput(BaseModel):
    """What to export."""

    format: str
    "Layout of the zip: `manifest`, `coco`, `voc`, `mvtec`, `blocks-csv`."
    snapshot_id: str = Field(alias="snapshotId")
    "The snapshot to export."


class ExportModelInput(BaseModel):
    """What to export."""

    format: str = "onnx"
    "Kind of file: `onnx`, `bundle`. `onnx` is one file that any ONNX Runtime runs; `bundle` a zip that another Residua imports and trains on."
    model_version_id: str = Field(alias="modelVersionId")
    "The version to export."


class FinishTrialInput(BaseModel):
    """What somebody copied. Exactly one of `boxes`, `blocks` and `counts`, that of the kind."""

    active_seconds: float = Field(alias="activeSeconds")
    "Seconds of active work, 0 to 86400."
    blocks: Optional["TrialBlocksInput"] = None
    "The blocks painted, of a trial of BLOCK."
    boxes: Optional[list["BoxInput"]] = None
    "The boxes drawn, of a trial of BOX."
    counts: Optional[str] = None
    "For PIXEL: COCO compressed RLE of the size of the image."
    load_seconds: Optional[float] = Field(alias="loadSeconds", default=None)
    "Seconds until the picture was seen."
    measurement: Optional["LabelMeasurementInput"] = None
    "How the seconds were measured."
    trial_id: str = Field(alias="trialId")
    "The own trial that was started."


class GiveFeedbackInput(BaseModel):
    """What somebody says of a prediction; it replaces what was said before."""

    note: Optional[str] = None
    "At most 1,000 characters."
    prediction_id: str = Field(alias="predictionId")
    "The logged prediction."
    verdict: FeedbackVerdict
    "Whether it was right. FALSE_ALARM of what was called anomalous, MISSED of what was not."


class ImageFilter(BaseModel):
    """Which images; every condition given must hold."""

    annotated_with: Optional[AnnotationKind] = Field(
        alias="annotatedWith", default=None
    )
    "Only images that carry this kind of annotation."
    author: Optional[str] = None
    "Only images of which this author has saved a label."
    claimed: Optional[bool] = None
    "True: only images that somebody has open now, whoever it is. False: only those that nobody has."
    defect_type: Optional[str] = Field(alias="defectType", default=None)
    "Only this kind of defect."
    filename_contains: Optional[str] = Field(alias="filenameContains", default=None)
    "Only images whose name holds this, whatever its case."
    filenames: Optional[list[str]] = None
    "Only images of these exact names, at most 500."
    label: Optional[ImageLabel] = None
    "Only this label."
    not_annotated_with: Optional[AnnotationKind] = Field(
        alias="notAnnotatedWith", default=None
    )
    "Only images without this kind of annotation."
    review_state: Optional[ReviewState] = Field(alias="reviewState", default=None)
    "Only images whose labels are that far in their review."
    score: Optional["ScoreRange"] = None
    "Only images that a model version has scored so."
    split: Optional[Split] = None
    "Only this split."


class ImageOrder(BaseModel):
    """An order of images."""

    direction: OrderDirection = OrderDirection.ASC
    "In which direction. Images without a score, or without measured seconds, come last either way."
    field: ImageOrderField
    "What they are ordered by."
    model_version_id: Optional[str] = Field(alias="modelVersionId", default=None)
    "The version whose newest stored score counts; for SCORE alone."


class ImportDatasetInput(BaseModel):
    """Where to import from. Exactly one of `path` and `uploadId`."""

    dataset_id: str = Field(alias="datasetId")
    "The data set that receives the images."
    dry_run: Optional[bool] = Field(alias="dryRun", default=None)
    "Check everything, store nothing; false when left out."
    existing: Optional[ExistingPolicy] = None
    "What becomes of images that the data set has already; `REFUSE` when left out."
    format: str
    "Layout of the source: the name of one of `importFormats`."
    mask_threshold: Optional[int] = Field(alias="maskThreshold", default=None)
    "For mask files with more than two values: 1 to 255, values at or above it are anomalous."
    mask_value: Optional[str] = Field(alias="maskValue", default=None)
    "For mask files of which one value is anomalous: a grey value or palette number such as 3, or a colour such as 255,0,0 or #ff0000."
    normal_names: Optional[list[str]] = Field(alias="normalNames", default=None)
    "Names of folders and classes that stand for what has no defect, in place of the usual ones (good, normal, ok, defect-free …). At most 100."
    on_problem: Optional[ProblemPolicy] = Field(alias="onProblem", default=None)
    "What becomes of the import when single images or labels are wrong; `REFUSE` when left out. A broken layout is always refused."
    path: Optional[str] = None
    "A folder under one of the server's import roots."
    upload_id: Optional[str] = Field(alias="uploadId", default=None)
    "An uploaded zip."


class ImportModelInput(BaseModel):
    """A bundle to take in."""

    model_name: Optional[str] = Field(alias="modelName", default=None)
    "Model that the version is added to; the name in the bundle when left out."
    project_id: Optional[str] = Field(alias="projectId", default=None)
    "The project of the model, which must be the one that the upload was announced for; that one when left out."
    upload_id: str = Field(alias="uploadId")
    "The uploaded zip, as `exportModel` wrote it in the format `bundle`."


class InviteMemberInput(BaseModel):
    """Who shall come into a project."""

    email: str
    "E-mail address of a person who is known to this server."
    project_id: str = Field(alias="projectId")
    "Id of the project."
    role: Role
    "What the person may do there."


class JobInput(BaseModel):
    """The job that is meant."""

    id: str
    "Id of a job of any kind."


class KeepLabellingInput(BaseModel):
    """A session somebody still works in."""

    active_seconds: float = Field(alias="activeSeconds")
    "Active seconds so far, those of sessions it continues included; 0 to 86400."
    session_id: str = Field(alias="sessionId")
    "The own session."


class LabelMeasurementInput(BaseModel):
    """How active seconds were measured, so that they can be counted anew with another gap."""

    gap_seconds: float = Field(alias="gapSeconds")
    "Seconds that count behind each input, above 0 and at most 3600."
    gaps: list[int]
    "Gaps between inputs: item i counts those of at least i and less than i + 1 seconds, the last one also longer ones; at most 600."
    method: str
    "Name of the rule, 1 to 100 characters, e.g. `ACTIVE_INTERVALS`."


class LoggedPredictionFilter(BaseModel):
    """Which logged predictions; every condition given must hold."""

    from_: Optional[datetime] = Field(alias="from", default=None)
    "The first moment that fits."
    has_feedback: Optional[bool] = Field(alias="hasFeedback", default=None)
    "Only those that somebody said something of, or nobody."
    has_pictures: Optional[bool] = Field(alias="hasPictures", default=None)
    "Only those with pictures, or without."
    is_anomalous: Optional[bool] = Field(alias="isAnomalous", default=None)
    "Only those that were called so."
    model_version_id: Optional[str] = Field(alias="modelVersionId", default=None)
    "Only those of this version."
    part_id: Optional[str] = Field(alias="partId", default=None)
    "Only those of this part."
    score_from: Optional[float] = Field(alias="scoreFrom", default=None)
    "The lowest score that fits."
    score_to: Optional[float] = Field(alias="scoreTo", default=None)
    "The lowest score that fits no more."
    station: Optional[str] = None
    "Only those of this station."
    to: Optional[datetime] = None
    "The first moment that fits no more."
    verdict: Optional[FeedbackVerdict] = None
    "Only those of which this was said."


class MonitoringAlertFilter(BaseModel):
    """Which alerts; every condition given must hold."""

    is_open: Optional[bool] = Field(alias="isOpen", default=None)
    "Only those that are open, or closed."
    kind: Optional[AlertKind] = None
    "Only those of this kind."
    model_id: Optional[str] = Field(alias="modelId", default=None)
    "Only those of this model."


class MonitoringFilter(BaseModel):
    """Which predictions a report counts; every condition given must hold."""

    from_: Optional[datetime] = Field(alias="from", default=None)
    "From the hour of this moment; a day before `to` when left out."
    station: Optional[str] = None
    "Only this station; an empty text: those that named none."
    to: Optional[datetime] = None
    "Hours that begin before; now when left out."


class NewImageInput(BaseModel):
    """One image to add."""

    defect_type: Optional[str] = Field(alias="defectType", default=None)
    "Kind of defect, e.g. `scratch`; only for ANOMALOUS."
    label: ImageLabel
    "What is known of it."
    split: Split
    "What it is used for."
    upload_id: str = Field(alias="uploadId")
    "An upload whose bytes have arrived."


class OpenLabellingInput(BaseModel):
    """What somebody starts to work on."""

    active_seconds: Optional[float] = Field(alias="activeSeconds", default=None)
    "Active seconds that the draft has, 0 to 86400."
    continues: Optional[str] = None
    "An own session that was given up or has expired, and whose draft is taken up again: nothing of it is lost."
    image_id: str = Field(alias="imageId")
    "The image to be labelled."
    kind: AnnotationKind
    "The kind of label."
    purpose: Optional[LabelPurpose] = None
    "Drawing or judging; LABEL when left out."


class PauseSourceInput(BaseModel):
    """Whether a source is left alone."""

    is_paused: bool = Field(alias="isPaused", default=True)
    "`false` lets it go on."
    source_id: str = Field(alias="sourceId")
    "The source that is meant."


class PluginChoiceInput(BaseModel):
    """A plugin and its parameters."""

    name: str
    "Name of the plugin, as `plugins` lists it."
    params: Optional[dict] = None
    "Parameters by its `paramsSchema`; the defaults when left out."


class PredictDatasetInput(BaseModel):
    """Images to predict. Exactly one of `snapshotId` and `datasetId`."""

    dataset_id: Optional[str] = Field(alias="datasetId", default=None)
    "Images of this data set as it is now; a snapshot of it is taken first."
    device: Optional[NeededDevice] = None
    "Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "The same key with the same input gives the same prediction, however often it is sent."
    label: Optional[ImageLabel] = None
    "Only images with this label; all when left out."
    model_version_id: str = Field(alias="modelVersionId")
    "The version to ask."
    snapshot_id: Optional[str] = Field(alias="snapshotId", default=None)
    "Images of this snapshot."
    split: Optional[Split] = None
    "Only this split; every one when left out."


class PredictInput(BaseModel):
    """An image to look at. Exactly one of `imageId` and `uploadId`."""

    image_id: Optional[str] = Field(alias="imageId", default=None)
    "An image of a data set."
    keep_pictures: bool = Field(alias="keepPictures", default=True)
    "Whether anomaly map and overlay are stored. Without them no picture of the prediction stays, and their addresses are null."
    model_version_id: str = Field(alias="modelVersionId")
    "The version to ask."
    part_id: Optional[str] = Field(alias="partId", default=None)
    "What the image shows, for the log, e.g. a serial number."
    station: Optional[str] = None
    "What asks, for the log, e.g. `line 3, camera 2`."
    upload_id: Optional[str] = Field(alias="uploadId", default=None)
    "An uploaded image."


class RemoveAnnotationInput(BaseModel):
    """A label to take away; the image has none of the kind then."""

    active_seconds: Optional[float] = Field(alias="activeSeconds", default=None)
    "Seconds of active work on this revision, 0 to 86400; left out when nobody measured."
    assistance: Optional["AssistanceInput"] = None
    "What a model suggested meanwhile; left out when no suggestion was shown."
    author: Optional[str] = None
    "Who drew it, 1 to 100 characters; left out when nobody says."
    expected_revision: int = Field(alias="expectedRevision")
    "The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored."
    image_id: str = Field(alias="imageId")
    "The image that gets the label."
    kind: AnnotationKind
    "Which of its labels."
    load_seconds: Optional[float] = Field(alias="loadSeconds", default=None)
    "With a session: seconds until the picture was seen, 0 to 86400."
    measurement: Optional["LabelMeasurementInput"] = None
    "With a session: how the seconds were measured."
    session_id: Optional[str] = Field(alias="sessionId", default=None)
    "The own session of `openLabelling` that this save ends: the seconds are held against its clock."


class RemoveMemberInput(BaseModel):
    """Who shall leave a project."""

    principal_id: str = Field(alias="principalId")
    "Id of the member's `principal`; one's own needs no permission."
    project_id: str = Field(alias="projectId")
    "Id of the project."


class RemoveModelAliasInput(BaseModel):
    """An alias that shall go."""

    alias: str
    "Name of the alias to take away."
    author: Optional[str] = None
    "Who removes it, for `aliasHistory`; 1 to 100 characters."
    model_id: str = Field(alias="modelId")
    "The model that has the alias."


class ReplaySinkInput(BaseModel):
    """A sink that shall be told things again."""

    after_seq: Optional[int] = Field(alias="afterSeq", default=None)
    "`seq` of a logged prediction: it is told what follows; from the oldest one kept when left out."
    sink_id: str = Field(alias="sinkId")
    "The sink that is meant."


class ReplayWebhookInput(BaseModel):
    """A webhook that shall be told things again."""

    after: Optional[str] = None
    "Cursor of `projectChanges`: it is told what follows behind; from the oldest change kept when left out."
    webhook_id: str = Field(alias="webhookId")
    "The webhook that is meant."


class ReviewAnnotationInput(BaseModel):
    """A judgement of a label."""

    active_seconds: Optional[float] = Field(alias="activeSeconds", default=None)
    "Seconds of active work, 0 to 86400; left out when nobody measured."
    annotation_id: str = Field(alias="annotationId")
    "The revision, the newest of its kind."
    load_seconds: Optional[float] = Field(alias="loadSeconds", default=None)
    "With a session: seconds until the picture was seen."
    measurement: Optional["LabelMeasurementInput"] = None
    "With a session: how the seconds were measured."
    note: Optional[str] = None
    "Why, at most 2000 characters; RETURNED needs one."
    session_id: Optional[str] = Field(alias="sessionId", default=None)
    "The own session of `openLabelling` for REVIEW that this ends."
    verdict: ReviewVerdict
    "Whether it is right."


class RevokeTokenInput(BaseModel):
    """A token that ends now."""

    token_id: str = Field(alias="tokenId")
    "The token, one that you manage."


class RotateTokenInput(BaseModel):
    """A token that gets another text."""

    overlap_hours: Optional[int] = Field(alias="overlapHours", default=None)
    "Hours for which the old text is taken too, 0 to 720; 24 when left out."
    token_id: str = Field(alias="tokenId")
    "The token, one that you manage."


class SaveBlockAnnotationInput(BaseModel):
    """Block labels to save. The grid covers the image: size / blockSize, rounded up, blocks per side."""

    active_seconds: Optional[float] = Field(alias="activeSeconds", default=None)
    "Seconds of active work on this revision, 0 to 86400; left out when nobody measured."
    assistance: Optional["AssistanceInput"] = None
    "What a model suggested meanwhile; left out when no suggestion was shown."
    author: Optional[str] = None
    "Who drew it, 1 to 100 characters; left out when nobody says."
    block_size: int = Field(alias="blockSize")
    "Pixels per block side."
    blocks: Optional[list["BlockInput"]] = None
    "Instead of `labels`: single blocks, all others are NORMAL."
    expected_revision: int = Field(alias="expectedRevision")
    "The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored."
    image_id: str = Field(alias="imageId")
    "The image that gets the label."
    labels: list[BlockLabel]
    "Row by row, one for each block; empty when `blocks` is given."
    load_seconds: Optional[float] = Field(alias="loadSeconds", default=None)
    "With a session: seconds until the picture was seen, 0 to 86400."
    measurement: Optional["LabelMeasurementInput"] = None
    "With a session: how the seconds were measured."
    session_id: Optional[str] = Field(alias="sessionId", default=None)
    "The own session of `openLabelling` that this save ends: the seconds are held against its clock."


class SaveBoxAnnotationInput(BaseModel):
    """Boxes to save: all of the image, together they hold every defect."""

    active_seconds: Optional[float] = Field(alias="activeSeconds", default=None)
    "Seconds of active work on this revision, 0 to 86400; left out when nobody measured."
    assistance: Optional["AssistanceInput"] = None
    "What a model suggested meanwhile; left out when no suggestion was shown."
    author: Optional[str] = None
    "Who drew it, 1 to 100 characters; left out when nobody says."
    boxes: list["BoxInput"]
    "At most 1000, each inside the image; nothing is clipped."
    expected_revision: int = Field(alias="expectedRevision")
    "The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored."
    image_id: str = Field(alias="imageId")
    "The image that gets the label."
    load_seconds: Optional[float] = Field(alias="loadSeconds", default=None)
    "With a session: seconds until the picture was seen, 0 to 86400."
    measurement: Optional["LabelMeasurementInput"] = None
    "With a session: how the seconds were measured."
    session_id: Optional[str] = Field(alias="sessionId", default=None)
    "The own session of `openLabelling` that this save ends: the seconds are held against its clock."


class SaveBoxAnnotationsInput(BaseModel):
    """Boxes of many images, saved all or none."""

    annotations: list["SaveBoxAnnotationInput"]
    "One for each image, 1 to 5000."
    dry_run: Optional[bool] = Field(alias="dryRun", default=None)
    "Check everything, and store nothing."


class SavePixelAnnotationInput(BaseModel):
    """A mask to save. Exactly one of `uploadId` and `counts`."""

    active_seconds: Optional[float] = Field(alias="activeSeconds", default=None)
    "Seconds of active work on this revision, 0 to 86400; left out when nobody measured."
    assistance: Optional["AssistanceInput"] = None
    "What a model suggested meanwhile; left out when no suggestion was shown."
    author: Optional[str] = None
    "Who drew it, 1 to 100 characters; left out when nobody says."
    counts: Optional[str] = None
    "COCO compressed RLE of the size of the image."
    expected_revision: int = Field(alias="expectedRevision")
    "The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored."
    image_id: str = Field(alias="imageId")
    "The image that gets the label."
    load_seconds: Optional[float] = Field(alias="loadSeconds", default=None)
    "With a session: seconds until the picture was seen, 0 to 86400."
    mask_threshold: Optional[int] = Field(alias="maskThreshold", default=None)
    "For an uploaded mask with more values: 1 to 255, values at or above it are anomalous."
    mask_value: Optional[str] = Field(alias="maskValue", default=None)
    "For an uploaded mask of which one value is anomalous: a grey value or palette number such as 3, or a colour such as 255,0,0 or #ff0000."
    measurement: Optional["LabelMeasurementInput"] = None
    "With a session: how the seconds were measured."
    session_id: Optional[str] = Field(alias="sessionId", default=None)
    "The own session of `openLabelling` that this save ends: the seconds are held against its clock."
    upload_id: Optional[str] = Field(alias="uploadId", default=None)
    "An uploaded mask of the size of the upright image: two values, black or the darker grey normal, the other one anomalous; without transparency."


class ScoreRange(BaseModel):
    """Scores of a model version, by the newest prediction or evaluation of each image that is stored."""

    from_: Optional[float] = Field(alias="from", default=None)
    "The lowest score that fits."
    model_version_id: str = Field(alias="modelVersionId")
    "The version that gave the scores."
    to: Optional[float] = None
    "The lowest score that fits no more."


class SetMemberRoleInput(BaseModel):
    """The role a member shall have from now on."""

    principal_id: str = Field(alias="principalId")
    "Id of the member's `principal`."
    project_id: str = Field(alias="projectId")
    "Id of the project."
    role: Role
    "What the member may do from now on."


class SetModelAliasInput(BaseModel):
    """Where an alias shall point."""

    alias: str
    '1 to 63 of a-z, 0-9, "-" and "_", beginning with a letter; moved when the model has it already.'
    author: Optional[str] = None
    "Who moves it, for `aliasHistory`; 1 to 100 characters."
    model_version_id: str = Field(alias="modelVersionId")
    "The version it shall point at."


class SetModelVersionTagsInput(BaseModel):
    """The tags a version shall have from now on."""

    model_version_id: str = Field(alias="modelVersionId")
    "The version that gets the tags."
    tags: list[str]
    "All of them, at most 50, each 1 to 100 characters; tags it had and that are not named here go."


class SetMonitoringRuleInput(BaseModel):
    """How a model shall be watched; what is left out stays."""

    expected_anomaly_rate: Optional[float] = Field(
        alias="expectedAnomalyRate", default=None
    )
    "Share of anomalous images to expect, 0 to 1; null: that of the first thousand predictions kept."
    is_on: Optional[bool] = Field(alias="isOn", default=None)
    "Whether it is judged; counts are kept anyway."
    least_predictions: Optional[int] = Field(alias="leastPredictions", default=None)
    "Fewer predictions in these hours are not judged, 20 to 100,000."
    model_id: str = Field(alias="modelId")
    "Id of the model."
    silence_minutes: Optional[int] = Field(alias="silenceMinutes", default=None)
    "Minutes without a prediction that raise an alert, 1 to 10,080; null: none do."
    window_hours: Optional[int] = Field(alias="windowHours", default=None)
    "Hours that are judged together, 1 to 168."


class SetPredictionLogPolicyInput(BaseModel):
    """What a project shall log of its predictions; what is left out stays."""

    is_on: Optional[bool] = Field(alias="isOn", default=None)
    "Whether predictions are logged."
    most_predictions: Optional[int] = Field(alias="mostPredictions", default=None)
    "Predictions that stay at most, 0 to 10,000,000."
    near_threshold: Optional[float] = Field(alias="nearThreshold", default=None)
    "Share of the threshold within which pictures are always kept."
    other_share: Optional[float] = Field(alias="otherShare", default=None)
    "Share of the other images whose pictures are kept, 0 to 1."
    pictures_per_day: Optional[int] = Field(alias="picturesPerDay", default=None)
    "Images whose pictures are kept on one day, at most; 0 keeps none."
    project_id: str = Field(alias="projectId")
    "Id of the project."
    retention_days: Optional[int] = Field(alias="retentionDays", default=None)
    "Days that a prediction stays, 1 to 3650."


class SetProjectQuotasInput(BaseModel):
    """Quotas of a project: what is left out stays, null takes one away. 0 allows nothing."""

    bytes_: Optional[float] = Field(alias="bytes", default=None)
    "Bytes of files, a whole number."
    images: Optional[int] = None
    "Images of all its data sets."
    predictions_per_minute: Optional[int] = Field(
        alias="predictionsPerMinute", default=None
    )
    "Single predictions within a minute."
    project_id: str = Field(alias="projectId")
    "Id of the project."
    training_minutes: Optional[int] = Field(alias="trainingMinutes", default=None)
    "Minutes of training within 30 days."


class SetRetentionPolicyInput(BaseModel):
    """Days that a project keeps what; null or left out: for ever."""

    checkpoint_days: Optional[int] = Field(alias="checkpointDays", default=None)
    "Days that checkpoints stay after the end of their training, 1 to 3650."
    dry_run: bool = Field(alias="dryRun", default=False)
    "Only tell what would go."
    export_days: Optional[int] = Field(alias="exportDays", default=None)
    "Days that exports stay after their end, 1 to 3650."
    prediction_days: Optional[int] = Field(alias="predictionDays", default=None)
    "Days that predictions of data sets stay after their end, 1 to 3650."
    project_id: str = Field(alias="projectId")
    "Id of the project."
    upload_days: Optional[int] = Field(alias="uploadDays", default=None)
    "Days that uploads stay, 1 to 3650."


class SetRetrainingRuleInput(BaseModel):
    """When a model shall be proposed to be trained again."""

    model_id: str = Field(alias="modelId")
    "Id of the model."
    new_labels: Optional[int] = Field(alias="newLabels", default=None)
    "Training images with new or changed labels that are enough; none are when left out."
    on_drift: bool = Field(alias="onDrift", default=False)
    "Whether an open alert of drift is enough."


class SetThresholdPolicyInput(BaseModel):
    """How the thresholds of a version shall be chosen. Each value belongs to one kind."""

    author: Optional[str] = None
    "Who decides; 1 to 100 characters."
    evaluation_id: Optional[str] = Field(alias="evaluationId", default=None)
    "A completed evaluation of this version. F1_MAX needs it; NORMAL_QUANTILE takes its normal images, or those of the training when left out."
    image_quantile: Optional[float] = Field(alias="imageQuantile", default=None)
    "NORMAL_QUANTILE: share of normal images below the image threshold, above 0, at most 1; 0.98 when left out."
    image_threshold: Optional[float] = Field(alias="imageThreshold", default=None)
    "MANUAL: anomaly score an image must reach to count as anomalous, at least 0; unchanged when left out."
    kind: ThresholdPolicyKind
    "How the thresholds are chosen."
    model_version_id: str = Field(alias="modelVersionId")
    "Whose thresholds."
    pixel_quantile: Optional[float] = Field(alias="pixelQuantile", default=None)
    "NORMAL_QUANTILE: share of their pixels below the pixel threshold, above 0, at most 1; 0.999 when left out."
    pixel_threshold: Optional[float] = Field(alias="pixelThreshold", default=None)
    "MANUAL: anomaly score a pixel must reach to count as anomalous, above 0; unchanged when left out."


class SinkInput(BaseModel):
    """The sink that is meant."""

    sink_id: str = Field(alias="sinkId")
    "The sink that is meant."


class SourceInput(BaseModel):
    """The source that is meant."""

    source_id: str = Field(alias="sourceId")
    "The source that is meant."


class SplitDatasetInput(BaseModel):
    """A data set to divide at random, each label and each kind of defect in the same proportion."""

    dataset_id: str = Field(alias="datasetId")
    "The data set whose images are dealt out."
    dry_run: Optional[bool] = Field(alias="dryRun", default=None)
    "Tell what would be, change nothing; false when left out."
    filter_: Optional["ImageFilter"] = Field(alias="filter", default=None)
    "Which images are divided; the others stay where they are, and draw those of their group to them. All when left out."
    group_by: Optional[str] = Field(alias="groupBy", default=None)
    "Images that show the same part go together: a pattern of their names such as `{part}_cam*.png`, where `*` is any text. It is compared with the name behind the last slash, or with the whole path when it holds a slash. Images of the same bytes go together anyway."
    seed: Optional[int] = None
    "The same seed gives the same splits; 0 when left out."
    shares: "SplitSharesInput"
    "How much goes where; at least two of them above 0."


class SplitSharesInput(BaseModel):
    """How much goes where, as weights: 80, 0 and 20 are the same as 4, 0 and 1."""

    test: Optional[float] = None
    "For evaluations; nothing when left out."
    train: float
    "Share of the images for trainings."
    validation: Optional[float] = None
    "For choosing thresholds; nothing when left out."


class StartSweepInput(BaseModel):
    """A search for a better method, or for better parameters of one."""

    budget_minutes: int = Field(alias="budgetMinutes")
    "Minutes after which the sweep ends, whatever was tried; 1 to 10,080."
    detector: Optional["PluginChoiceInput"] = None
    "The detector of `space`, with parameters that stay as they are given; the default when left out. Not with `detectors`."
    detectors: Optional[list["SweepDetectorInput"]] = None
    "Methods to compare, 2 to 32; the others are compared with the first. They take their turns in this order, so name the quick ones first. Not with `space`."
    device: Optional[NeededDevice] = None
    "Only workers that compute on it take the jobs."
    feature_extractor: Optional["PluginChoiceInput"] = Field(
        alias="featureExtractor", default=None
    )
    "The feature extractor; the preset's when left out."
    labels: Optional[AnnotationKind] = None
    "Which labels are read, as in `startTraining`; of `detectors` with a supervision of their own by those that read them."
    metric: SweepMetric = SweepMetric.IMAGE_AUROC
    "What trials are judged by."
    model_name: str = Field(alias="modelName")
    "The model that gets the versions of the trials; made when it does not exist."
    preset: Optional[str] = None
    "A name of `trainingPresets`; the server's default when left out."
    priority: Optional[int] = None
    "Priority of its jobs; 0 when left out."
    seeds: list[int] = Field(default_factory=lambda: [0, 1, 2])
    "Each candidate is tried with each of these, 1 to 10."
    settings: Optional["TrainingSettingsInput"] = None
    "Settings to change."
    snapshot_id: str = Field(alias="snapshotId")
    "What to train on; its VALIDATION split needs normal and anomalous images."
    space: Optional[dict] = None
    'Values to try of parameters of the detector, by name, groups by dots: `{"neighbours": [1, 3], "pretraining.steps": [100, 300]}`. Every combination is tried, at most 63, and the parameters as they are.'
    supervision: Supervision
    "What the trainings may read."


class StartTrainingInput(BaseModel):
    """A training to start. What is left out comes from the preset."""

    allow_leakage: Optional[bool] = Field(alias="allowLeakage", default=None)
    "Train although the same bytes are in TRAIN and TEST; false when left out."
    augmentations: Optional[list["PluginChoiceInput"]] = None
    "Instead of the preset's augmentations; empty for none."
    detector: Optional["PluginChoiceInput"] = None
    "The detector to train and its parameters; the server's default when left out."
    device: Optional[NeededDevice] = None
    "Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is."
    feature_extractor: Optional["PluginChoiceInput"] = Field(
        alias="featureExtractor", default=None
    )
    "The feature extractor to train with; the preset's when left out."
    from_model_version_id: Optional[str] = Field(
        alias="fromModelVersionId", default=None
    )
    "Fine-tune from this version (the semi-supervised setting starts from the unsupervised model)."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "The same key with the same input gives the same run, however often it is sent."
    labels: Optional[AnnotationKind] = None
    "Which labels of the anomalous training images are read; SUPERVISED: PIXEL or BLOCK, SEMI_SUPERVISED: BOX."
    loss: Optional["PluginChoiceInput"] = None
    "The loss to train with; the preset's when left out."
    model_name: str = Field(alias="modelName")
    "The model that gets the new version; made when it does not exist."
    preset: Optional[str] = None
    "A name of `trainingPresets`; the server's default when left out."
    priority: Optional[int] = None
    "Among jobs that wait, those of a higher priority are taken first, then the oldest; 0 when left out."
    seed: Optional[int] = None
    "Start of every random number; 0 when left out."
    settings: Optional["TrainingSettingsInput"] = None
    "Settings to change."
    snapshot_id: str = Field(alias="snapshotId")
    "What to train on."
    supervision: Supervision
    "What the training may read."


class StartTrialInput(BaseModel):
    """The next trial of whoever asks."""

    study_id: str = Field(alias="studyId")
    "The study; whoever starts the first trial takes part."


class StationInput(BaseModel):
    """The station that is meant."""

    station_id: str = Field(alias="stationId")
    "The station that is meant."


class SweepDetectorInput(BaseModel):
    """A method that a sweep tries; parameters that are left out come from the preset of its detector."""

    name: str
    "Name of the plugin, as `plugins` lists it."
    params: Optional[dict] = None
    "Parameters by its `paramsSchema`; the defaults when left out."
    supervision: Optional[Supervision] = None
    "What its trainings may read, of what the detector trains; that of the sweep when left out."


class TagSnapshotInput(BaseModel):
    """A new name for a snapshot."""

    id: str
    "The snapshot that gets the name."
    tag: Optional[str] = None
    "Its name, 1 to 100 characters; none when left out or null."


class TrainingSettingsInput(BaseModel):
    """Settings to change; anything left out comes from the preset. All else is a parameter of the detector: see `Plugin.paramsSchema`."""

    image_size: Optional[int] = Field(alias="imageSize", default=None)
    "Side of the square each image is scaled to, pixels."
    smoothing_sigma: Optional[float] = Field(alias="smoothingSigma", default=None)
    "Standard deviation of the Gaussian on the anomaly map, pixels of the scaled image."


class TrialBlocksInput(BaseModel):
    """Block labels of a trial."""

    block_size: int = Field(alias="blockSize")
    "Pixels per block side."
    labels: list[BlockLabel]
    "Row by row, one for each block."


class UpdateImagesInput(BaseModel):
    """A change of several images, all or none. What is left out stays."""

    defect_type: Optional[str] = Field(alias="defectType", default=None)
    "New kind of defect."
    ids: list[str]
    "The images to change, all or none."
    label: Optional[ImageLabel] = None
    "The label they get; as it is when left out."
    split: Optional[Split] = None
    "The split they move to; as it is when left out."


class UpdateProjectInput(BaseModel):
    """What shall be different about a project; what is left out stays."""

    engineers_may_release: Optional[bool] = Field(
        alias="engineersMayRelease", default=None
    )
    "Whether its engineers may move aliases, set thresholds and tags."
    id: str
    "Id of the project."
    name: Optional[str] = None
    "Its new name: 1 to 100 characters, unique on this server."


class UpdateSinkInput(BaseModel):
    """What shall be different about a sink; what is left out stays."""

    heartbeat_seconds: Optional[int] = Field(alias="heartbeatSeconds", default=None)
    "Seconds between heartbeats, 1 to 3600; 0 for none."
    is_paused: Optional[bool] = Field(alias="isPaused", default=None)
    "Whether it is told nothing; `false` lets it go on behind what it took last."
    name: Optional[str] = None
    "1 to 100 characters."
    plugin: Optional["PluginChoiceInput"] = None
    "Another plugin, or other parameters."
    secret: Optional[str] = None
    "Password or token that opens the receiver; never shown again. An empty one takes it away."
    sink_id: str = Field(alias="sinkId")
    "The sink that is meant."
    stations: Optional[list[str]] = None
    "Names of stations that must have asked; an empty list stands for all predictions."


class UpdateSourceInput(BaseModel):
    """What shall be different about a source; what is left out stays."""

    every_seconds: Optional[int] = Field(alias="everySeconds", default=None)
    "Seconds between looks, 1 to 3600."
    label: Optional[ImageLabel] = None
    "UNLABELLED or NORMAL, of the images that come from now on."
    name: Optional[str] = None
    "1 to 100 characters."
    plugin: Optional["PluginChoiceInput"] = None
    "Another plugin, or other parameters: all files are looked at as new ones."
    secret: Optional[str] = None
    "Password or token that opens the source; never shown again. An empty one takes it away."
    source_id: str = Field(alias="sourceId")
    "The source that is meant."
    split: Optional[Split] = None
    "Split of the images that come from now on."


class UpdateStationInput(BaseModel):
    """What shall be different about a station; what is left out stays."""

    alias: Optional[str] = None
    "Alias of the model: the version behind it answers."
    deadline_milliseconds: Optional[int] = Field(
        alias="deadlineMilliseconds", default=None
    )
    "Milliseconds that the line waits for a verdict, 10 to 60000."
    model_id: Optional[str] = Field(alias="modelId", default=None)
    "The model that answers."
    name: Optional[str] = None
    "1 to 100 characters, unique within the project."
    station_id: str = Field(alias="stationId")
    "The station that is meant."


class UpdateWebhookInput(BaseModel):
    """What shall be different about a webhook; what is left out stays."""

    is_paused: Optional[bool] = Field(alias="isPaused", default=None)
    "Whether it is told nothing; `false` lets it go on behind what it took last."
    kinds: Optional[list[ProjectChangeKind]] = None
    "Changes it is told of; an empty list stands for all."
    name: Optional[str] = None
    "1 to 100 characters."
    url: Optional[str] = None
    "An https address, of the public internet unless `RESIDUA_WEBHOOK_PRIVATE` is set; redirections are not followed."
    webhook_id: str = Field(alias="webhookId")
    "The webhook that is meant."


class WebhookInput(BaseModel):
    """The webhook that is meant."""

    webhook_id: str = Field(alias="webhookId")
    "The webhook that is meant."


AddImagesInput.model_rebuild()
CloseLabellingInput.model_rebuild()
CreateSinkInput.model_rebuild()
CreateSourceInput.model_rebuild()
FinishTrialInput.model_rebuild()
ImageFilter.model_rebuild()
RemoveAnnotationInput.model_rebuild()
ReviewAnnotationInput.model_rebuild()
SaveBlockAnnotationInput.model_rebuild()
SaveBoxAnnotationInput.model_rebuild()
SaveBoxAnnotationsInput.model_rebuild()
SavePixelAnnotationInput.model_rebuild()
SplitDatasetInput.model_rebuild()
StartSweepInput.model_rebuild()
StartTrainingInput.model_rebuild()
UpdateSinkInput.model_rebuild()
UpdateSourceInput.model_rebuild()
