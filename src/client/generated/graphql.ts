/* eslint-disable */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A date-time string at UTC, such as 2007-12-03T10:15:30Z, compliant with the `date-time` format outlined in section 5.6 of the RFC 3339 profile of the ISO 8601 standard for representation of dates and times using the Gregorian calendar. */
  DateTime: { input: string; output: string; }
  /** The `JSONObject` scalar type represents JSON objects as specified by [ECMA-404](http://www.ecma-international.org/publications/files/ECMA-ST/ECMA-404.pdf). */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
};

/** Images to add to a data set, all or none. */
export type AddImagesInput = {
  /** The data set that gets the images. */
  datasetId: Scalars['ID']['input'];
  /** The images to add, all or none. */
  images: Array<NewImageInput>;
};

/** A logged prediction that shall become an image of a data set. */
export type AddPredictionToDatasetInput = {
  /** The data set, of the same project. */
  datasetId: Scalars['ID']['input'];
  /** Path inside the data set; `feedback/<id>` when left out. */
  filename?: InputMaybe<Scalars['String']['input']>;
  /** The logged prediction; its picture must have been kept. */
  predictionId: Scalars['ID']['input'];
  /** What the image is used for. Chosen images would bend what TEST says. */
  split?: Split;
};

/** Reasons for an alert of a model that is served. */
export type AlertKind =
  /** The share of anomalous images left its control limits. */
  | 'ANOMALY_RATE'
  /** Images called normal lie elsewhere from the memory bank than the version's own normal images, and their scores show nothing. */
  | 'BANK_DRIFT'
  /** Nobody has asked the model for longer than its rule allows. */
  | 'NO_PREDICTIONS'
  /** Scores of images called normal lie elsewhere than the version's own normal scores. */
  | 'SCORE_DRIFT';

/** How fine a label is. */
export type AnnotationKind =
  /** A grid of square blocks, each with a label. */
  | 'BLOCK'
  /** Rectangles around defects; inside them nothing is known. */
  | 'BOX'
  /** A mask: every pixel normal or anomalous. */
  | 'PIXEL';

/** Where a label came from. */
export type AnnotationSource =
  /** Computed from a finer label. */
  | 'DERIVED'
  /** Drawn by somebody through this API. */
  | 'HUMAN'
  /** Read with the data set. */
  | 'IMPORTED'
  /** What a model marked, of a logged prediction: a draft that nobody has looked at. */
  | 'PREDICTED';

/** A project to put away, or to take back into use. */
export type ArchiveProjectInput = {
  /** Whether it is put away: it stays readable, and no data sets, uploads or jobs are added. */
  archived?: Scalars['Boolean']['input'];
  /** Id of the project. */
  id: Scalars['ID']['input'];
};

/** What a model suggested while a label was drawn. */
export type AssistanceInput = {
  /** The version whose map was shown. */
  modelVersionId: Scalars['ID']['input'];
  /** Suggested regions that were taken. */
  regionsAccepted: Scalars['Int']['input'];
  /** Of those taken, how many were changed afterwards. */
  regionsEdited: Scalars['Int']['input'];
  /** Suggested regions that were turned down. */
  regionsRejected: Scalars['Int']['input'];
  /** Seconds during which the suggestion was seen. */
  shownSeconds: Scalars['Float']['input'];
  /** Threshold at which regions were cut, in units of its pixel scores; at least 0. */
  threshold: Scalars['Float']['input'];
};

/** Which audit events; all of it must fit. */
export type AuditEventFilter = {
  /** Name of the mutation, or of what else happened. */
  action?: InputMaybe<Scalars['String']['input']>;
  /** Only what went this way. */
  outcome?: InputMaybe<AuditOutcome>;
  /** Id of who it was, as in `principalId`. */
  principalId?: InputMaybe<Scalars['ID']['input']>;
  /** At or after this time. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Before this time. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How an audited action went. */
export type AuditOutcome =
  /** It happened as asked. */
  | 'DONE'
  /** By a fault of the server. */
  | 'FAILED'
  /** It was not allowed, or could not be meant: `details.problems` has the codes. */
  | 'REFUSED';

/** One block of a grid. */
export type BlockInput = {
  /** From the left, counted from 0. */
  column: Scalars['Int']['input'];
  /** What is known of it. */
  label: BlockLabel;
  /** From the top, counted from 0. */
  row: Scalars['Int']['input'];
};

/** What is known of a block. */
export type BlockLabel =
  /** A defect: 1 of Eq. 14. */
  | 'ANOMALOUS'
  /** No gradient: the empty set of Eq. 14. */
  | 'IGNORED'
  /** No defect: 0 of Eq. 14. */
  | 'NORMAL'
  /** -1 of Eq. 15, used by MixMatch. */
  | 'UNKNOWN';

/** A rectangle in pixels; origin top-left; x, y is its top-left corner. */
export type BoxInput = {
  /** Kind of defect inside, when known. */
  defectType?: InputMaybe<Scalars['String']['input']>;
  /** Pixels, above 0. */
  height: Scalars['Float']['input'];
  /** Pixels, above 0. */
  width: Scalars['Float']['input'];
  /** Left edge, pixels from the left. */
  x: Scalars['Float']['input'];
  /** Top edge, pixels from the top. */
  y: Scalars['Float']['input'];
};

/** A sweep that shall end. */
export type CancelSweepInput = {
  /** Id of the sweep, which must be RUNNING. */
  sweepId: Scalars['ID']['input'];
};

/** A session that ends without a label. */
export type CloseLabellingInput = {
  /** Active seconds, those of sessions it continues included; as last told when left out. */
  activeSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** Seconds until the picture was seen. */
  loadSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** How the seconds were measured. */
  measurement?: InputMaybe<LabelMeasurementInput>;
  /** Whether it ends since the image shows nothing to label; otherwise it is given up, and its seconds are lost. */
  nothingFound?: InputMaybe<Scalars['Boolean']['input']>;
  /** The own session. */
  sessionId: Scalars['ID']['input'];
};

/** A metric in which more is better, by its name in `EvaluationMetrics`. */
export type ComparedMetric =
  | 'imageAp'
  | 'imageAuroc'
  | 'imageF1Max'
  | 'pixelAp'
  | 'pixelAuroc'
  | 'pixelF1Max'
  | 'pro';

/** A data set to make. */
export type CreateDatasetInput = {
  /** 1 to 100 characters, unique in its project. */
  name: Scalars['String']['input'];
  /** The project named `default` when left out. */
  projectId?: InputMaybe<Scalars['ID']['input']>;
};

/** A project to make. */
export type CreateProjectInput = {
  /** 1 to 100 characters, unique on this server. */
  name: Scalars['String']['input'];
};

/** A sink to make. It is told of the predictions from now on. */
export type CreateSinkInput = {
  /** Seconds between heartbeats, 1 to 3600; 0 for none; 5 when left out. */
  heartbeatSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** A plugin of the kind SINK, e.g. `mqtt`. One that writes what lies on the server needs ADMIN. */
  plugin: PluginChoiceInput;
  /** Whose predictions it is told of. */
  projectId: Scalars['ID']['input'];
  /** Password or token that opens the receiver; never shown again. */
  secret?: InputMaybe<Scalars['String']['input']>;
  /** Names of stations that must have asked; all predictions when left out. */
  stations?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** A snapshot to take. */
export type CreateSnapshotInput = {
  /** The data set to freeze. */
  datasetId: Scalars['ID']['input'];
  /** A name for it, 1 to 100 characters. */
  tag?: InputMaybe<Scalars['String']['input']>;
};

/** A source to make. A worker looks at it at once. */
export type CreateSourceInput = {
  /** Where its images come to. */
  datasetId: Scalars['ID']['input'];
  /** Seconds between looks, 1 to 3600; 10 when left out. */
  everySeconds?: InputMaybe<Scalars['Int']['input']>;
  /** UNLABELLED or NORMAL, of the images that come; UNLABELLED when left out. */
  label?: InputMaybe<ImageLabel>;
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** A plugin of the kind SOURCE, e.g. `folder`. One that reads what lies on the server needs ADMIN. */
  plugin: PluginChoiceInput;
  /** Password or token that opens the source; never shown again. */
  secret?: InputMaybe<Scalars['String']['input']>;
  /** Split of the images that come; TRAIN when left out. */
  split?: InputMaybe<Split>;
};

/** A station to make. */
export type CreateStationInput = {
  /** Alias of the model, e.g. `champion`: the version behind it answers. */
  alias: Scalars['String']['input'];
  /** Milliseconds that the line waits for a verdict, 10 to 60000; 2000 when left out. */
  deadlineMilliseconds?: InputMaybe<Scalars['Int']['input']>;
  /** The model that answers. */
  modelId: Scalars['ID']['input'];
  /** 1 to 100 characters, unique within the project. */
  name: Scalars['String']['input'];
  /** The project of its model. */
  projectId: Scalars['ID']['input'];
};

/** A study to make. */
export type CreateStudyInput = {
  /** The data set; its masks are copied. */
  datasetId: Scalars['ID']['input'];
  /** Images that are copied, drawn from those with a mask that marks something; 4 to 200, the first 3 are practice. */
  images: Scalars['Int']['input'];
  /** Kinds to measure; BOX, BLOCK, PIXEL when left out. */
  kinds?: InputMaybe<Array<AnnotationKind>>;
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** Seed of the lot; 0 when left out. */
  seed?: InputMaybe<Scalars['Int']['input']>;
};

/** A token to make: one of your own, or of a service of a project. */
export type CreateTokenInput = {
  /** Days it lives, 1 to 730; 90 when left out. */
  expiresInDays?: InputMaybe<Scalars['Int']['input']>;
  /** What it is for: 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** What it may do. No token may have MEMBERS or more. */
  permissions?: InputMaybe<Array<Permission>>;
  /** What it may do, in one word; either this or `permissions`. */
  preset?: InputMaybe<TokenPreset>;
  /** Of a token of your own: projects it is good for. All of yours when left out. */
  projectIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Project that the token is a service of: it does not end with you. Needs MEMBERS there. */
  serviceOf?: InputMaybe<Scalars['ID']['input']>;
};

/** Bytes that will be sent. */
export type CreateUploadInput = {
  /** Size in bytes, a whole number. */
  bytes: Scalars['Float']['input'];
  /** Media type, e.g. `image/png` or `application/zip`. */
  contentType: Scalars['String']['input'];
  /** The only data set that may use the bytes; when left out, the one that uses them first. */
  datasetId?: InputMaybe<Scalars['ID']['input']>;
  /** Name of the file, without folders. */
  filename: Scalars['String']['input'];
  /** The project that may use the bytes, without a data set. When both are left out: the default project where it may be used, or the only one. */
  projectId?: InputMaybe<Scalars['ID']['input']>;
  /** sha256 of the bytes, 64 hexadecimal digits. */
  sha256: Scalars['String']['input'];
};

/** A webhook to make. It is told of what happens from now on. */
export type CreateWebhookInput = {
  /** Changes it is told of; all when left out. */
  kinds?: InputMaybe<Array<ProjectChangeKind>>;
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** Whose changes it is told of. */
  projectId: Scalars['ID']['input'];
  /** An https address, of the public internet unless `RESIDUA_WEBHOOK_PRIVATE` is set; redirections are not followed. */
  url: Scalars['String']['input'];
};

/** A proposal to decide. */
export type DecideRetrainingInput = {
  /** Id of the proposal, which must be OPEN. */
  proposalId: Scalars['ID']['input'];
};

/** A data set to delete. */
export type DeleteDatasetInput = {
  /** The data set to delete. */
  id: Scalars['ID']['input'];
};

/** Images to take out of their data set, all or none. */
export type DeleteImagesInput = {
  /** The images, 1 to 500. */
  ids: Array<Scalars['ID']['input']>;
};

/** A model that shall go, with all its versions. */
export type DeleteModelInput = {
  /** Id of the model. */
  id: Scalars['ID']['input'];
};

/** A model version that shall go. */
export type DeleteModelVersionInput = {
  /** Id of the version. */
  id: Scalars['ID']['input'];
};

/** A project that shall go. */
export type DeleteProjectInput = {
  /** Id of the project. It must hold neither data sets nor models nor jobs that have not ended. */
  id: Scalars['ID']['input'];
};

/** A snapshot to delete. */
export type DeleteSnapshotInput = {
  /** The snapshot to delete. */
  id: Scalars['ID']['input'];
};

/** A study to delete. */
export type DeleteStudyInput = {
  /** The study, which goes with its trials. */
  id: Scalars['ID']['input'];
};

/** Which labels to compute from which, for all images of a data set. */
export type DeriveAnnotationsInput = {
  /** PIXEL to BLOCK, eps+ of Eq. 14: a larger share of anomalous pixels makes a block ANOMALOUS; 0.25. */
  anomalousThreshold?: InputMaybe<Scalars['Float']['input']>;
  /** To BLOCK: pixels per block side; a 64th of the longer side of each image, rounded up, when left out. */
  blockSize?: InputMaybe<Scalars['Int']['input']>;
  /** The data set whose labels are derived. */
  datasetId: Scalars['ID']['input'];
  /** The finer label: PIXEL, or BOX for blocks. */
  from: AnnotationKind;
  /** Only these images of it, 1 to 500; all of them when left out. */
  imageIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** PIXEL to BLOCK, eps- of Eq. 14: a smaller share makes it NORMAL, in between it is IGNORED; 0.08. */
  normalThreshold?: InputMaybe<Scalars['Float']['input']>;
  /** Also put a derived revision over a newest label that was drawn or imported. Such images are skipped when left out. */
  replace?: InputMaybe<Scalars['Boolean']['input']>;
  /** The cheaper label: BLOCK or BOX. */
  to: AnnotationKind;
  /** BOX to BLOCK, upsilon of Eq. 15: a larger share inside boxes makes a block UNKNOWN; 0.5. */
  unknownThreshold?: InputMaybe<Scalars['Float']['input']>;
};

/** What a worker computes on. */
export type Device =
  | 'CPU'
  | 'GPU';

/** A session to end. */
export type EndSessionInput = {
  /** The session, one of your own. */
  sessionId: Scalars['ID']['input'];
};

/** Images that shall be gone for good. */
export type EraseImagesInput = {
  /** The images, 1 to 500 of one project; all are erased or none. */
  ids: Array<Scalars['ID']['input']>;
  /** For the audit log, at most 1,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What kind of problem it is. Codes never change meaning. */
export type ErrorCode =
  | 'ARCHIVE_DUPLICATE_ENTRY'
  | 'ARCHIVE_EMPTY'
  | 'ARCHIVE_ENCRYPTED'
  | 'ARCHIVE_FORMAT_UNSUPPORTED'
  | 'ARCHIVE_INVALID'
  | 'ARCHIVE_RATIO_EXCEEDED'
  | 'ARCHIVE_TOO_LARGE'
  | 'ARCHIVE_TOO_MANY_ENTRIES'
  | 'ARCHIVE_UNSAFE_ENTRY'
  | 'ARCHIVE_UNSAFE_PATH'
  | 'ARTIFACT_CORRUPT'
  | 'BAD_USER_INPUT'
  | 'BLOCK_GRID_MISMATCH'
  | 'BLOCK_LABEL_INVALID'
  | 'BOX_EMPTY'
  | 'BOX_INVALID_NUMBER'
  | 'BOX_INVERTED'
  | 'BOX_OUT_OF_BOUNDS'
  | 'BOX_SUSPECT_NORMALIZED'
  | 'COCO_DUPLICATE_ID'
  | 'COCO_REFERENCE_MISSING'
  | 'COCO_SCHEMA_INVALID'
  | 'COMPUTE_FAILED'
  | 'CONFIG_INVALID'
  | 'CONFLICT'
  | 'DATASET_LAYOUT_INVALID'
  | 'DUPLICATE_ANNOTATION'
  | 'FILENAME_INVALID'
  | 'FILE_LEFT_OUT'
  | 'FORBIDDEN'
  | 'IDEMPOTENCY_CONFLICT'
  | 'IMAGE_COLORSPACE_UNSUPPORTED'
  | 'IMAGE_CORRUPT'
  | 'IMAGE_DUPLICATE'
  | 'IMAGE_EMPTY'
  | 'IMAGE_FORMAT_UNSUPPORTED'
  | 'IMAGE_IRREGULAR'
  | 'IMAGE_MISSING'
  | 'IMAGE_MULTIFRAME'
  | 'IMAGE_ORIENTATION'
  | 'IMAGE_SIZE_MISMATCH'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_TOO_SMALL'
  | 'IMAGE_VALUES_INVALID'
  | 'JSON_INVALID'
  | 'LABEL_CONTRADICTION'
  | 'LABEL_MISSING'
  | 'LAST_OWNER'
  | 'LEASE_LOST'
  | 'MASK_AMBIGUOUS'
  | 'MASK_EMPTY'
  | 'MASK_NOT_BINARY'
  | 'MASK_NOT_FOUND'
  | 'MASK_RLE_INVALID'
  | 'MASK_SIZE_MISMATCH'
  | 'MODEL_EXTERNAL_DATA'
  | 'MODEL_FORMAT_UNSUPPORTED'
  | 'MODEL_INVALID'
  | 'MODEL_LAYER_UNSUPPORTED'
  | 'MODEL_NON_FINITE'
  | 'MODEL_PLUGIN_MISMATCH'
  | 'MODEL_SHAPE_MISMATCH'
  | 'MODEL_TOO_LARGE'
  | 'MODEL_UNSAFE_PATH'
  | 'MODEL_WEIGHTS_INVALID'
  | 'NAME_TAKEN'
  | 'NON_FINITE_OUTPUT'
  | 'NORMAL_IMAGES_MISSING'
  | 'NOT_FOUND'
  | 'OUT_OF_MEMORY'
  | 'PAYLOAD_TOO_LARGE'
  | 'PLUGIN_API_INCOMPATIBLE'
  | 'PLUGIN_CONFLICT'
  | 'PLUGIN_CONTRACT_VIOLATION'
  | 'PLUGIN_CRASHED'
  | 'PLUGIN_LEAK'
  | 'PLUGIN_LOAD_FAILED'
  | 'PLUGIN_LOAD_TIMEOUT'
  | 'PLUGIN_MANIFEST_INVALID'
  | 'PLUGIN_PARAMS_INVALID'
  | 'PLUGIN_UNSAFE_PATH'
  | 'POLYGON_INVALID'
  | 'QUOTA_EXCEEDED'
  | 'SHAPE_CLIPPED'
  | 'SHAPE_LEFT_OUT'
  | 'SOURCE_UNREACHABLE'
  | 'SPLIT_LEAKAGE'
  | 'SPLIT_NOT_APPLIED'
  | 'STEP_TIMEOUT'
  | 'STORAGE_FULL'
  | 'TEXT_INVALID'
  | 'TOO_MANY_ANNOTATIONS'
  | 'TRAINING_DATA_INSUFFICIENT'
  | 'UPLOAD_CHECKSUM_MISMATCH'
  | 'UPLOAD_EXPIRED'
  | 'UPLOAD_INCOMPLETE'
  | 'WORKER_CRASHED';

/** An evaluation to start. */
export type EvaluateModelInput = {
  /** Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is. */
  device?: InputMaybe<NeededDevice>;
  /** The same key with the same input gives the same evaluation, however often it is sent. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What to measure. */
  modelVersionId: Scalars['ID']['input'];
  /** Among jobs that wait, those of a higher priority are taken first, then the oldest; 0 when left out. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** The snapshot to measure it on. */
  snapshotId: Scalars['ID']['input'];
  /** On which part of it; TEST when left out. */
  split?: InputMaybe<Split>;
};

/** Which results; every condition given must hold. */
export type EvaluatedImageFilter = {
  /** Only this kind of defect, as the snapshot has it. */
  defectType?: InputMaybe<Scalars['String']['input']>;
  /** Only this verdict, at the threshold. */
  verdict?: InputMaybe<Verdict>;
};

/** Order of evaluated images. */
export type EvaluatedImageOrder =
  /** In the order of filenames. */
  | 'FILENAME'
  /** Highest anomaly score first. */
  | 'SCORE_DESC'
  /** Farthest on the wrong side of the threshold first. */
  | 'WORST_FIRST';

/** What becomes of images that the data set has already, by name, or where none has the name, by bytes. */
export type ExistingPolicy =
  /** A name that is taken is a problem; bytes that are there already are a warning. */
  | 'REFUSE'
  /** They are left out; the others are imported. */
  | 'SKIP'
  /** They get the labels of the import as new revisions, its label and kind of defect where it knows them, and its splits where any is not TRAIN. Their bytes stay. */
  | 'UPDATE';

/** What to export. */
export type ExportDatasetInput = {
  /** Layout of the zip: `manifest`, `coco`, `voc`, `mvtec`, `blocks-csv`. */
  format: Scalars['String']['input'];
  /** The snapshot to export. */
  snapshotId: Scalars['ID']['input'];
};

/** What to export. */
export type ExportModelInput = {
  /** Kind of file: `onnx`, `bundle`. `onnx` is one file that any ONNX Runtime runs; `bundle` a zip that another Residua imports and trains on. */
  format?: Scalars['String']['input'];
  /** The version to export. */
  modelVersionId: Scalars['ID']['input'];
};

/** What somebody who knows the part says of a prediction. */
export type FeedbackVerdict =
  /** It called a good part anomalous. */
  | 'FALSE_ALARM'
  /** It called a defective part normal. */
  | 'MISSED'
  /** It said what the part is. */
  | 'RIGHT';

/** What somebody copied. Exactly one of `boxes`, `blocks` and `counts`, that of the kind. */
export type FinishTrialInput = {
  /** Seconds of active work, 0 to 86400. */
  activeSeconds: Scalars['Float']['input'];
  /** The blocks painted, of a trial of BLOCK. */
  blocks?: InputMaybe<TrialBlocksInput>;
  /** The boxes drawn, of a trial of BOX. */
  boxes?: InputMaybe<Array<BoxInput>>;
  /** For PIXEL: COCO compressed RLE of the size of the image. */
  counts?: InputMaybe<Scalars['String']['input']>;
  /** Seconds until the picture was seen. */
  loadSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** How the seconds were measured. */
  measurement?: InputMaybe<LabelMeasurementInput>;
  /** The own trial that was started. */
  trialId: Scalars['ID']['input'];
};

/** What somebody says of a prediction; it replaces what was said before. */
export type GiveFeedbackInput = {
  /** At most 1,000 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The logged prediction. */
  predictionId: Scalars['ID']['input'];
  /** Whether it was right. FALSE_ALARM of what was called anomalous, MISSED of what was not. */
  verdict: FeedbackVerdict;
};

/** Which images; every condition given must hold. */
export type ImageFilter = {
  /** Only images that carry this kind of annotation. */
  annotatedWith?: InputMaybe<AnnotationKind>;
  /** Only images of which this author has saved a label. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** True: only images that somebody has open now, whoever it is. False: only those that nobody has. */
  claimed?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only this kind of defect. */
  defectType?: InputMaybe<Scalars['String']['input']>;
  /** Only images whose name holds this, whatever its case. */
  filenameContains?: InputMaybe<Scalars['String']['input']>;
  /** Only images of these exact names, at most 500. */
  filenames?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only this label. */
  label?: InputMaybe<ImageLabel>;
  /** Only images without this kind of annotation. */
  notAnnotatedWith?: InputMaybe<AnnotationKind>;
  /** Only images whose labels are that far in their review. */
  reviewState?: InputMaybe<ReviewState>;
  /** Only images that a model version has scored so. */
  score?: InputMaybe<ScoreRange>;
  /** Only this split. */
  split?: InputMaybe<Split>;
};

/** What is known of the whole image. */
export type ImageLabel =
  /** At least one defect. */
  | 'ANOMALOUS'
  /** A good part, without any defect. */
  | 'NORMAL'
  /** Nobody has said yet what it is. */
  | 'UNLABELLED';

/** An order of images. */
export type ImageOrder = {
  /** In which direction. Images without a score, or without measured seconds, come last either way. */
  direction?: OrderDirection;
  /** What they are ordered by. */
  field: ImageOrderField;
  /** The version whose newest stored score counts; for SCORE alone. */
  modelVersionId?: InputMaybe<Scalars['ID']['input']>;
};

/** What images can be ordered by: LABEL_SECONDS are the measured ones of all their labels. */
export type ImageOrderField =
  | 'ADDED'
  | 'FILENAME'
  | 'LABEL_SECONDS'
  | 'SCORE';

/** Where to import from. Exactly one of `path` and `uploadId`. */
export type ImportDatasetInput = {
  /** The data set that receives the images. */
  datasetId: Scalars['ID']['input'];
  /** Check everything, store nothing; false when left out. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** What becomes of images that the data set has already; `REFUSE` when left out. */
  existing?: InputMaybe<ExistingPolicy>;
  /** Layout of the source: the name of one of `importFormats`. */
  format: Scalars['String']['input'];
  /** For mask files with more than two values: 1 to 255, values at or above it are anomalous. */
  maskThreshold?: InputMaybe<Scalars['Int']['input']>;
  /** For mask files of which one value is anomalous: a grey value or palette number such as 3, or a colour such as 255,0,0 or #ff0000. */
  maskValue?: InputMaybe<Scalars['String']['input']>;
  /** Names of folders and classes that stand for what has no defect, in place of the usual ones (good, normal, ok, defect-free …). At most 100. */
  normalNames?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What becomes of the import when single images or labels are wrong; `REFUSE` when left out. A broken layout is always refused. */
  onProblem?: InputMaybe<ProblemPolicy>;
  /** A folder under one of the server's import roots. */
  path?: InputMaybe<Scalars['String']['input']>;
  /** An uploaded zip. */
  uploadId?: InputMaybe<Scalars['ID']['input']>;
};

/** A bundle to take in. */
export type ImportModelInput = {
  /** Model that the version is added to; the name in the bundle when left out. */
  modelName?: InputMaybe<Scalars['String']['input']>;
  /** The project of the model, which must be the one that the upload was announced for; that one when left out. */
  projectId?: InputMaybe<Scalars['ID']['input']>;
  /** The uploaded zip, as `exportModel` wrote it in the format `bundle`. */
  uploadId: Scalars['ID']['input'];
};

/** Who shall come into a project. */
export type InviteMemberInput = {
  /** E-mail address of a person who is known to this server. */
  email: Scalars['String']['input'];
  /** Id of the project. */
  projectId: Scalars['ID']['input'];
  /** What the person may do there. */
  role: Role;
};

/** The job that is meant. */
export type JobInput = {
  /** Id of a job of any kind. */
  id: Scalars['ID']['input'];
};

/** What a job does. */
export type JobKind =
  | 'DATASET_EXPORT'
  | 'DATASET_IMPORT'
  | 'EVALUATION'
  | 'MODEL_EXPORT'
  | 'MODEL_IMPORT'
  | 'PREDICTION'
  | 'TRAINING';

/** Where a job stands. */
export type JobState =
  /** Stopped on request. */
  | 'CANCELLED'
  /** Done, and its result is stored. */
  | 'COMPLETED'
  /** Given up; `failure` says why. */
  | 'FAILED'
  /** Waits for a worker. */
  | 'QUEUED'
  /** An attempt failed; another follows. */
  | 'RETRYING'
  /** A worker has it. */
  | 'RUNNING';

/** A session somebody still works in. */
export type KeepLabellingInput = {
  /** Active seconds so far, those of sessions it continues included; 0 to 86400. */
  activeSeconds: Scalars['Float']['input'];
  /** The own session. */
  sessionId: Scalars['ID']['input'];
};

/** How active seconds were measured, so that they can be counted anew with another gap. */
export type LabelMeasurementInput = {
  /** Seconds that count behind each input, above 0 and at most 3600. */
  gapSeconds: Scalars['Float']['input'];
  /** Gaps between inputs: item i counts those of at least i and less than i + 1 seconds, the last one also longer ones; at most 600. */
  gaps: Array<Scalars['Int']['input']>;
  /** Name of the rule, 1 to 100 characters, e.g. `ACTIVE_INTERVALS`. */
  method: Scalars['String']['input'];
};

/** What somebody has an image open for. */
export type LabelPurpose =
  /** To draw a label. */
  | 'LABEL'
  /** To judge somebody else's label. */
  | 'REVIEW';

/** How a session of labelling ended. */
export type LabelSessionOutcome =
  /** Its draft went on in another session. */
  | 'CONTINUED'
  /** It was not heard of for two minutes. It may still be saved with; until then its seconds are lost. */
  | 'EXPIRED'
  /** It was closed without; its seconds are lost. */
  | 'GIVEN_UP'
  /** It was closed since the image needs no label; its seconds are not lost. */
  | 'NOTHING_FOUND'
  /** A label was saved or judged with it. */
  | 'SAVED';

/** What is known of active seconds. */
export type LabelTiming =
  /** They do not; they are kept, and no budget counts them. */
  | 'IMPLAUSIBLE'
  /** They fit into their session by the clock of the database. */
  | 'MEASURED'
  /** Told by whoever saved it, without a session; nothing was checked. */
  | 'STATED';

/** A metric to order by, best first; rows without it come last. */
export type LeaderboardOrder =
  | 'IMAGE_AP'
  | 'IMAGE_AUROC'
  | 'IMAGE_F1_MAX'
  | 'PIXEL_AP'
  | 'PIXEL_AUROC'
  | 'PIXEL_F1_MAX'
  | 'PRO';

/** How much a log line matters. */
export type LogLevel =
  | 'DEBUG'
  | 'ERROR'
  | 'INFO'
  | 'WARN';

/** Which logged predictions; every condition given must hold. */
export type LoggedPredictionFilter = {
  /** The first moment that fits. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those that somebody said something of, or nobody. */
  hasFeedback?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only those with pictures, or without. */
  hasPictures?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only those that were called so. */
  isAnomalous?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only those of this version. */
  modelVersionId?: InputMaybe<Scalars['ID']['input']>;
  /** Only those of this part. */
  partId?: InputMaybe<Scalars['String']['input']>;
  /** The lowest score that fits. */
  scoreFrom?: InputMaybe<Scalars['Float']['input']>;
  /** The lowest score that fits no more. */
  scoreTo?: InputMaybe<Scalars['Float']['input']>;
  /** Only those of this station. */
  station?: InputMaybe<Scalars['String']['input']>;
  /** The first moment that fits no more. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those of which this was said. */
  verdict?: InputMaybe<FeedbackVerdict>;
};

/** Which alerts; every condition given must hold. */
export type MonitoringAlertFilter = {
  /** Only those that are open, or closed. */
  isOpen?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only those of this kind. */
  kind?: InputMaybe<AlertKind>;
  /** Only those of this model. */
  modelId?: InputMaybe<Scalars['ID']['input']>;
};

/** Which predictions a report counts; every condition given must hold. */
export type MonitoringFilter = {
  /** From the hour of this moment; a day before `to` when left out. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only this station; an empty text: those that named none. */
  station?: InputMaybe<Scalars['String']['input']>;
  /** Hours that begin before; now when left out. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Buckets of a report: whole hours, or whole days (UTC). */
export type MonitoringStep =
  | 'DAY'
  | 'HOUR';

/** What a job must be computed on. */
export type NeededDevice =
  /** Whatever the worker that takes it has. */
  | 'ANY'
  /** A worker that computes on its processor: numbers as there, and GPUs stay free. */
  | 'CPU'
  /** A worker that computes on a GPU. */
  | 'GPU';

/** One image to add. */
export type NewImageInput = {
  /** Kind of defect, e.g. `scratch`; only for ANOMALOUS. */
  defectType?: InputMaybe<Scalars['String']['input']>;
  /** What is known of it. */
  label: ImageLabel;
  /** What it is used for. */
  split: Split;
  /** An upload whose bytes have arrived. */
  uploadId: Scalars['ID']['input'];
};

/** What somebody starts to work on. */
export type OpenLabellingInput = {
  /** Active seconds that the draft has, 0 to 86400. */
  activeSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** An own session that was given up or has expired, and whose draft is taken up again: nothing of it is lost. */
  continues?: InputMaybe<Scalars['ID']['input']>;
  /** The image to be labelled. */
  imageId: Scalars['ID']['input'];
  /** The kind of label. */
  kind: AnnotationKind;
  /** Drawing or judging; LABEL when left out. */
  purpose?: InputMaybe<LabelPurpose>;
};

/** Upwards or downwards. */
export type OrderDirection =
  | 'ASC'
  | 'DESC';

/** Whether a source is left alone. */
export type PauseSourceInput = {
  /** `false` lets it go on. */
  isPaused?: Scalars['Boolean']['input'];
  /** The source that is meant. */
  sourceId: Scalars['ID']['input'];
};

/** One thing that somebody may do. */
export type Permission =
  /** Everything everywhere, and what concerns the installation: people, quotas, imports from folders of the server. */
  | 'ADMIN'
  /** Read who did what. */
  | 'AUDIT'
  /** Set up sources, sinks and webhooks. */
  | 'CONNECT'
  /** Make projects of their own. */
  | 'CREATE_PROJECT'
  /** Add and remove images, splits and snapshots; import by upload. */
  | 'CURATE'
  /** Delete data sets, models and versions. */
  | 'DELETE'
  /** Export data sets and models. */
  | 'EXPORT'
  /** Say whether a prediction was right. */
  | 'FEEDBACK'
  /** Add images by upload; CURATE lets one do that, too. */
  | 'INGEST'
  /** Save and delete annotations. */
  | 'LABEL'
  /** Invite members, change their roles and the settings of the project. */
  | 'MEMBERS'
  /** Ask models for predictions. */
  | 'PREDICT'
  /** See everything in the project. */
  | 'READ'
  /** Move aliases, set thresholds and tags. */
  | 'RELEASE'
  /** Judge other people's annotations. */
  | 'REVIEW'
  /** Start, cancel and retry trainings and evaluations. */
  | 'TRAIN';

/** A plugin and its parameters. */
export type PluginChoiceInput = {
  /** Name of the plugin, as `plugins` lists it. */
  name: Scalars['String']['input'];
  /** Parameters by its `paramsSchema`; the defaults when left out. */
  params?: InputMaybe<Scalars['JSONObject']['input']>;
};

/** What a plugin does. */
export type PluginKind =
  /** Varies images or residuals during training. */
  | 'AUGMENTATION'
  /** The whole way from features to an anomaly map. */
  | 'DETECTOR'
  /** Image to grids of features. */
  | 'FEATURE_EXTRACTOR'
  /** Scores predictions against labels, to be made small. */
  | 'LOSS'
  /** Takes verdicts to where they are needed. */
  | 'SINK'
  /** Brings images from where they are made. */
  | 'SOURCE';

/** Images to predict. Exactly one of `snapshotId` and `datasetId`. */
export type PredictDatasetInput = {
  /** Images of this data set as it is now; a snapshot of it is taken first. */
  datasetId?: InputMaybe<Scalars['ID']['input']>;
  /** Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is. */
  device?: InputMaybe<NeededDevice>;
  /** The same key with the same input gives the same prediction, however often it is sent. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Only images with this label; all when left out. */
  label?: InputMaybe<ImageLabel>;
  /** The version to ask. */
  modelVersionId: Scalars['ID']['input'];
  /** Images of this snapshot. */
  snapshotId?: InputMaybe<Scalars['ID']['input']>;
  /** Only this split; every one when left out. */
  split?: InputMaybe<Split>;
};

/** An image to look at. Exactly one of `imageId` and `uploadId`. */
export type PredictInput = {
  /** An image of a data set. */
  imageId?: InputMaybe<Scalars['ID']['input']>;
  /** Whether anomaly map and overlay are stored. Without them no picture of the prediction stays, and their addresses are null. */
  keepPictures?: Scalars['Boolean']['input'];
  /** The version to ask. */
  modelVersionId: Scalars['ID']['input'];
  /** What the image shows, for the log, e.g. a serial number. */
  partId?: InputMaybe<Scalars['String']['input']>;
  /** What asks, for the log, e.g. `line 3, camera 2`. */
  station?: InputMaybe<Scalars['String']['input']>;
  /** An uploaded image. */
  uploadId?: InputMaybe<Scalars['ID']['input']>;
};

/** Order of predicted images. */
export type PredictedImageOrder =
  /** In the order of filenames. */
  | 'FILENAME'
  /** Highest anomaly score first. */
  | 'SCORE_DESC';

/** How a model was asked: over plain HTTP, by `predict`, by `predictDataset`, or by a station. */
export type PredictionSource =
  | 'DATASET'
  | 'GRAPHQL'
  | 'HTTP'
  | 'STATION';

/** What somebody who asks is. */
export type PrincipalKind =
  /** Whoever uses a server of this machine that asks nobody. */
  | 'LOCAL'
  /** Somebody who signs in. */
  | 'PERSON'
  /** A program with a token of its own. */
  | 'SERVICE';

/** What becomes of an import when single items are wrong. */
export type ProblemPolicy =
  /** Nothing is imported. */
  | 'REFUSE'
  /** Images that are wrong, or whose labels are, are left out whole; all others are imported. */
  | 'SKIP';

/** What can happen in a project. JOB_CHANGED: it entered a state that is not its last; JOB_ENDED: the last. */
export type ProjectChangeKind =
  | 'ALERT_CLOSED'
  | 'ALERT_OPENED'
  | 'ALIAS_MOVED'
  | 'ANNOTATIONS_SAVED'
  | 'ANNOTATION_REVIEWED'
  | 'DATASET_CREATED'
  | 'DATASET_DELETED'
  | 'FEEDBACK_GIVEN'
  | 'IMAGES_ADDED'
  | 'IMAGES_CHANGED'
  | 'IMAGES_DELETED'
  | 'JOB_CHANGED'
  | 'JOB_CREATED'
  | 'JOB_DELETED'
  | 'JOB_ENDED'
  | 'LABELLING_CLOSED'
  | 'LABELLING_OPENED'
  | 'MODEL_CREATED'
  | 'MODEL_DELETED'
  | 'RETRAINING_PROPOSED'
  | 'SINK_CHANGED'
  | 'SINK_CREATED'
  | 'SINK_DELETED'
  | 'SNAPSHOT_CREATED'
  | 'SNAPSHOT_DELETED'
  | 'SOURCE_CHANGED'
  | 'SOURCE_CREATED'
  | 'SOURCE_DELETED'
  | 'STATION_CHANGED'
  | 'STATION_CREATED'
  | 'STATION_DELETED'
  | 'SWEEP_ENDED'
  | 'SWEEP_STARTED'
  | 'VERSION_CHANGED'
  | 'VERSION_CREATED'
  | 'VERSION_DELETED';

/** A public data set the paper reports on. */
export type PublishedDataset =
  | 'BTAD'
  | 'KOLEKTOR_SDD2'
  | 'MVTEC_AD';

/** Why an image stands where it stands. */
export type QueueReason =
  /** Its score is far above the threshold. */
  | 'ANOMALOUS'
  /** It was drawn by lot. */
  | 'BY_LOT'
  /** Its score is near the threshold. */
  | 'DOUBTFUL'
  /** The model has not seen it. */
  | 'NOT_SEEN'
  /** Its label was returned. */
  | 'RETURNED'
  /** The model sees something where, or as large as, in no other one. */
  | 'UNLIKE_OTHERS';

/** What decides which image is labelled next. Every tenth is drawn by lot in each. */
export type QueueStrategy =
  /** Of those with the highest scores, the one farthest from all before it (k-centre). */
  | 'ANOMALOUS_AND_DIVERSE'
  /** Of those with a score nearest to the threshold, the one farthest from all before it (k-centre). */
  | 'DOUBTFUL_AND_DIVERSE'
  /** Doubt times distance from others, per expected second of work. */
  | 'EXPECTED_GAIN'
  /** Images drawn by lot. */
  | 'RANDOM';

/** A label to take away; the image has none of the kind then. */
export type RemoveAnnotationInput = {
  /** Seconds of active work on this revision, 0 to 86400; left out when nobody measured. */
  activeSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** What a model suggested meanwhile; left out when no suggestion was shown. */
  assistance?: InputMaybe<AssistanceInput>;
  /** Who drew it, 1 to 100 characters; left out when nobody says. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored. */
  expectedRevision: Scalars['Int']['input'];
  /** The image that gets the label. */
  imageId: Scalars['ID']['input'];
  /** Which of its labels. */
  kind: AnnotationKind;
  /** With a session: seconds until the picture was seen, 0 to 86400. */
  loadSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** With a session: how the seconds were measured. */
  measurement?: InputMaybe<LabelMeasurementInput>;
  /** The own session of `openLabelling` that this save ends: the seconds are held against its clock. */
  sessionId?: InputMaybe<Scalars['ID']['input']>;
};

/** Who shall leave a project. */
export type RemoveMemberInput = {
  /** Id of the member's `principal`; one's own needs no permission. */
  principalId: Scalars['ID']['input'];
  /** Id of the project. */
  projectId: Scalars['ID']['input'];
};

/** An alias that shall go. */
export type RemoveModelAliasInput = {
  /** Name of the alias to take away. */
  alias: Scalars['String']['input'];
  /** Who removes it, for `aliasHistory`; 1 to 100 characters. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** The model that has the alias. */
  modelId: Scalars['ID']['input'];
};

/** A sink that shall be told things again. */
export type ReplaySinkInput = {
  /** `seq` of a logged prediction: it is told what follows; from the oldest one kept when left out. */
  afterSeq?: InputMaybe<Scalars['Int']['input']>;
  /** The sink that is meant. */
  sinkId: Scalars['ID']['input'];
};

/** A webhook that shall be told things again. */
export type ReplayWebhookInput = {
  /** Cursor of `projectChanges`: it is told what follows behind; from the oldest change kept when left out. */
  after?: InputMaybe<Scalars['String']['input']>;
  /** The webhook that is meant. */
  webhookId: Scalars['ID']['input'];
};

/** Things that a project keeps for a time it chooses. */
export type RetainedKind =
  /** Checkpoints of trainings that have ended without a result. */
  | 'CHECKPOINTS'
  /** Exports of data sets and model versions that have ended, with their files. */
  | 'EXPORTS'
  /** Predictions of data sets that have ended, with their maps. */
  | 'PREDICTIONS'
  /** Uploaded files; images that were made of them stay. */
  | 'UPLOADS';

/** OPEN until somebody starts the training or dismisses the proposal. */
export type RetrainingProposalState =
  | 'DISMISSED'
  | 'OPEN'
  | 'STARTED';

/** Why a training is proposed: enough new labels, or an open alert of drift. */
export type RetrainingReason =
  | 'NEW_LABELS'
  | 'SCORE_DRIFT';

/** A judgement of a label. */
export type ReviewAnnotationInput = {
  /** Seconds of active work, 0 to 86400; left out when nobody measured. */
  activeSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** The revision, the newest of its kind. */
  annotationId: Scalars['ID']['input'];
  /** With a session: seconds until the picture was seen. */
  loadSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** With a session: how the seconds were measured. */
  measurement?: InputMaybe<LabelMeasurementInput>;
  /** Why, at most 2000 characters; RETURNED needs one. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The own session of `openLabelling` for REVIEW that this ends. */
  sessionId?: InputMaybe<Scalars['ID']['input']>;
  /** Whether it is right. */
  verdict: ReviewVerdict;
};

/** How far the review of an image's labels is. */
export type ReviewState =
  /** All that were drawn are right. */
  | 'APPROVED'
  /** One must be drawn anew. */
  | 'RETURNED'
  /** A label that somebody drew was not judged yet. */
  | 'WAITING';

/** What somebody says of somebody else's label. */
export type ReviewVerdict =
  /** The label is right. */
  | 'APPROVED'
  /** It must be drawn anew; the note says why. */
  | 'RETURNED';

/** A token that ends now. */
export type RevokeTokenInput = {
  /** The token, one that you manage. */
  tokenId: Scalars['ID']['input'];
};

/** What a member may do in a project; docs/access.md has the table. */
export type Role =
  | 'ENGINEER'
  | 'LABELLER'
  | 'OWNER'
  | 'REVIEWER'
  | 'VIEWER';

/** A token that gets another text. */
export type RotateTokenInput = {
  /** Hours for which the old text is taken too, 0 to 720; 24 when left out. */
  overlapHours?: InputMaybe<Scalars['Int']['input']>;
  /** The token, one that you manage. */
  tokenId: Scalars['ID']['input'];
};

/** Block labels to save. The grid covers the image: size / blockSize, rounded up, blocks per side. */
export type SaveBlockAnnotationInput = {
  /** Seconds of active work on this revision, 0 to 86400; left out when nobody measured. */
  activeSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** What a model suggested meanwhile; left out when no suggestion was shown. */
  assistance?: InputMaybe<AssistanceInput>;
  /** Who drew it, 1 to 100 characters; left out when nobody says. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** Pixels per block side. */
  blockSize: Scalars['Int']['input'];
  /** Instead of `labels`: single blocks, all others are NORMAL. */
  blocks?: InputMaybe<Array<BlockInput>>;
  /** The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored. */
  expectedRevision: Scalars['Int']['input'];
  /** The image that gets the label. */
  imageId: Scalars['ID']['input'];
  /** Row by row, one for each block; empty when `blocks` is given. */
  labels: Array<BlockLabel>;
  /** With a session: seconds until the picture was seen, 0 to 86400. */
  loadSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** With a session: how the seconds were measured. */
  measurement?: InputMaybe<LabelMeasurementInput>;
  /** The own session of `openLabelling` that this save ends: the seconds are held against its clock. */
  sessionId?: InputMaybe<Scalars['ID']['input']>;
};

/** Boxes to save: all of the image, together they hold every defect. */
export type SaveBoxAnnotationInput = {
  /** Seconds of active work on this revision, 0 to 86400; left out when nobody measured. */
  activeSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** What a model suggested meanwhile; left out when no suggestion was shown. */
  assistance?: InputMaybe<AssistanceInput>;
  /** Who drew it, 1 to 100 characters; left out when nobody says. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** At most 1000, each inside the image; nothing is clipped. */
  boxes: Array<BoxInput>;
  /** The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored. */
  expectedRevision: Scalars['Int']['input'];
  /** The image that gets the label. */
  imageId: Scalars['ID']['input'];
  /** With a session: seconds until the picture was seen, 0 to 86400. */
  loadSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** With a session: how the seconds were measured. */
  measurement?: InputMaybe<LabelMeasurementInput>;
  /** The own session of `openLabelling` that this save ends: the seconds are held against its clock. */
  sessionId?: InputMaybe<Scalars['ID']['input']>;
};

/** Boxes of many images, saved all or none. */
export type SaveBoxAnnotationsInput = {
  /** One for each image, 1 to 5000. */
  annotations: Array<SaveBoxAnnotationInput>;
  /** Check everything, and store nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A mask to save. Exactly one of `uploadId` and `counts`. */
export type SavePixelAnnotationInput = {
  /** Seconds of active work on this revision, 0 to 86400; left out when nobody measured. */
  activeSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** What a model suggested meanwhile; left out when no suggestion was shown. */
  assistance?: InputMaybe<AssistanceInput>;
  /** Who drew it, 1 to 100 characters; left out when nobody says. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** COCO compressed RLE of the size of the image. */
  counts?: InputMaybe<Scalars['String']['input']>;
  /** The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored. */
  expectedRevision: Scalars['Int']['input'];
  /** The image that gets the label. */
  imageId: Scalars['ID']['input'];
  /** With a session: seconds until the picture was seen, 0 to 86400. */
  loadSeconds?: InputMaybe<Scalars['Float']['input']>;
  /** For an uploaded mask with more values: 1 to 255, values at or above it are anomalous. */
  maskThreshold?: InputMaybe<Scalars['Int']['input']>;
  /** For an uploaded mask of which one value is anomalous: a grey value or palette number such as 3, or a colour such as 255,0,0 or #ff0000. */
  maskValue?: InputMaybe<Scalars['String']['input']>;
  /** With a session: how the seconds were measured. */
  measurement?: InputMaybe<LabelMeasurementInput>;
  /** The own session of `openLabelling` that this save ends: the seconds are held against its clock. */
  sessionId?: InputMaybe<Scalars['ID']['input']>;
  /** An uploaded mask of the size of the upright image: two values, black or the darker grey normal, the other one anomalous; without transparency. */
  uploadId?: InputMaybe<Scalars['ID']['input']>;
};

/** Scores of a model version, by the newest prediction or evaluation of each image that is stored. */
export type ScoreRange = {
  /** The lowest score that fits. */
  from?: InputMaybe<Scalars['Float']['input']>;
  /** The version that gave the scores. */
  modelVersionId: Scalars['ID']['input'];
  /** The lowest score that fits no more. */
  to?: InputMaybe<Scalars['Float']['input']>;
};

/** The role a member shall have from now on. */
export type SetMemberRoleInput = {
  /** Id of the member's `principal`. */
  principalId: Scalars['ID']['input'];
  /** Id of the project. */
  projectId: Scalars['ID']['input'];
  /** What the member may do from now on. */
  role: Role;
};

/** Where an alias shall point. */
export type SetModelAliasInput = {
  /** 1 to 63 of a-z, 0-9, "-" and "_", beginning with a letter; moved when the model has it already. */
  alias: Scalars['String']['input'];
  /** Who moves it, for `aliasHistory`; 1 to 100 characters. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** The version it shall point at. */
  modelVersionId: Scalars['ID']['input'];
};

/** The tags a version shall have from now on. */
export type SetModelVersionTagsInput = {
  /** The version that gets the tags. */
  modelVersionId: Scalars['ID']['input'];
  /** All of them, at most 50, each 1 to 100 characters; tags it had and that are not named here go. */
  tags: Array<Scalars['String']['input']>;
};

/** How a model shall be watched; what is left out stays. */
export type SetMonitoringRuleInput = {
  /** Share of anomalous images to expect, 0 to 1; null: that of the first thousand predictions kept. */
  expectedAnomalyRate?: InputMaybe<Scalars['Float']['input']>;
  /** Whether it is judged; counts are kept anyway. */
  isOn?: InputMaybe<Scalars['Boolean']['input']>;
  /** Fewer predictions in these hours are not judged, 20 to 100,000. */
  leastPredictions?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the model. */
  modelId: Scalars['ID']['input'];
  /** Minutes without a prediction that raise an alert, 1 to 10,080; null: none do. */
  silenceMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Hours that are judged together, 1 to 168. */
  windowHours?: InputMaybe<Scalars['Int']['input']>;
};

/** What a project shall log of its predictions; what is left out stays. */
export type SetPredictionLogPolicyInput = {
  /** Whether predictions are logged. */
  isOn?: InputMaybe<Scalars['Boolean']['input']>;
  /** Predictions that stay at most, 0 to 10,000,000. */
  mostPredictions?: InputMaybe<Scalars['Int']['input']>;
  /** Share of the threshold within which pictures are always kept. */
  nearThreshold?: InputMaybe<Scalars['Float']['input']>;
  /** Share of the other images whose pictures are kept, 0 to 1. */
  otherShare?: InputMaybe<Scalars['Float']['input']>;
  /** Images whose pictures are kept on one day, at most; 0 keeps none. */
  picturesPerDay?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the project. */
  projectId: Scalars['ID']['input'];
  /** Days that a prediction stays, 1 to 3650. */
  retentionDays?: InputMaybe<Scalars['Int']['input']>;
};

/** Quotas of a project: what is left out stays, null takes one away. 0 allows nothing. */
export type SetProjectQuotasInput = {
  /** Bytes of files, a whole number. */
  bytes?: InputMaybe<Scalars['Float']['input']>;
  /** Images of all its data sets. */
  images?: InputMaybe<Scalars['Int']['input']>;
  /** Single predictions within a minute. */
  predictionsPerMinute?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the project. */
  projectId: Scalars['ID']['input'];
  /** Minutes of training within 30 days. */
  trainingMinutes?: InputMaybe<Scalars['Int']['input']>;
};

/** Days that a project keeps what; null or left out: for ever. */
export type SetRetentionPolicyInput = {
  /** Days that checkpoints stay after the end of their training, 1 to 3650. */
  checkpointDays?: InputMaybe<Scalars['Int']['input']>;
  /** Only tell what would go. */
  dryRun?: Scalars['Boolean']['input'];
  /** Days that exports stay after their end, 1 to 3650. */
  exportDays?: InputMaybe<Scalars['Int']['input']>;
  /** Days that predictions of data sets stay after their end, 1 to 3650. */
  predictionDays?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the project. */
  projectId: Scalars['ID']['input'];
  /** Days that uploads stay, 1 to 3650. */
  uploadDays?: InputMaybe<Scalars['Int']['input']>;
};

/** When a model shall be proposed to be trained again. */
export type SetRetrainingRuleInput = {
  /** Id of the model. */
  modelId: Scalars['ID']['input'];
  /** Training images with new or changed labels that are enough; none are when left out. */
  newLabels?: InputMaybe<Scalars['Int']['input']>;
  /** Whether an open alert of drift is enough. */
  onDrift?: Scalars['Boolean']['input'];
};

/** How the thresholds of a version shall be chosen. Each value belongs to one kind. */
export type SetThresholdPolicyInput = {
  /** Who decides; 1 to 100 characters. */
  author?: InputMaybe<Scalars['String']['input']>;
  /** A completed evaluation of this version. F1_MAX needs it; NORMAL_QUANTILE takes its normal images, or those of the training when left out. */
  evaluationId?: InputMaybe<Scalars['ID']['input']>;
  /** NORMAL_QUANTILE: share of normal images below the image threshold, above 0, at most 1; 0.98 when left out. */
  imageQuantile?: InputMaybe<Scalars['Float']['input']>;
  /** MANUAL: anomaly score an image must reach to count as anomalous, at least 0; unchanged when left out. */
  imageThreshold?: InputMaybe<Scalars['Float']['input']>;
  /** How the thresholds are chosen. */
  kind: ThresholdPolicyKind;
  /** Whose thresholds. */
  modelVersionId: Scalars['ID']['input'];
  /** NORMAL_QUANTILE: share of their pixels below the pixel threshold, above 0, at most 1; 0.999 when left out. */
  pixelQuantile?: InputMaybe<Scalars['Float']['input']>;
  /** MANUAL: anomaly score a pixel must reach to count as anomalous, above 0; unchanged when left out. */
  pixelThreshold?: InputMaybe<Scalars['Float']['input']>;
};

/** The sink that is meant. */
export type SinkInput = {
  /** The sink that is meant. */
  sinkId: Scalars['ID']['input'];
};

/** How an item differs between two snapshots. */
export type SnapshotChange =
  /** Only the second has it. */
  | 'ADDED'
  /** Both have it, with another content. */
  | 'CHANGED'
  /** Only the first has it. */
  | 'REMOVED';

/** The source that is meant. */
export type SourceInput = {
  /** The source that is meant. */
  sourceId: Scalars['ID']['input'];
};

/** What a source does at the moment. UNREACHABLE: no images come, `trouble` says why, and it is tried again. */
export type SourceState =
  | 'IMPORTING'
  | 'PAUSED'
  | 'UNREACHABLE'
  | 'WATCHING';

/** What an image is used for. */
export type Split =
  /** Evaluations read it; trainings never do. */
  | 'TEST'
  /** Trainings read it. */
  | 'TRAIN'
  /** Thresholds are chosen on it. */
  | 'VALIDATION';

/** A data set to divide at random, each label and each kind of defect in the same proportion. */
export type SplitDatasetInput = {
  /** The data set whose images are dealt out. */
  datasetId: Scalars['ID']['input'];
  /** Tell what would be, change nothing; false when left out. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Which images are divided; the others stay where they are, and draw those of their group to them. All when left out. */
  filter?: InputMaybe<ImageFilter>;
  /** Images that show the same part go together: a pattern of their names such as `{part}_cam*.png`, where `*` is any text. It is compared with the name behind the last slash, or with the whole path when it holds a slash. Images of the same bytes go together anyway. */
  groupBy?: InputMaybe<Scalars['String']['input']>;
  /** The same seed gives the same splits; 0 when left out. */
  seed?: InputMaybe<Scalars['Int']['input']>;
  /** How much goes where; at least two of them above 0. */
  shares: SplitSharesInput;
};

/** How much goes where, as weights: 80, 0 and 20 are the same as 4, 0 and 1. */
export type SplitSharesInput = {
  /** For evaluations; nothing when left out. */
  test?: InputMaybe<Scalars['Float']['input']>;
  /** Share of the images for trainings. */
  train: Scalars['Float']['input'];
  /** For choosing thresholds; nothing when left out. */
  validation?: InputMaybe<Scalars['Float']['input']>;
};

/** A search for a better method, or for better parameters of one. */
export type StartSweepInput = {
  /** Minutes after which the sweep ends, whatever was tried; 1 to 10,080. */
  budgetMinutes: Scalars['Int']['input'];
  /** The detector of `space`, with parameters that stay as they are given; the default when left out. Not with `detectors`. */
  detector?: InputMaybe<PluginChoiceInput>;
  /** Methods to compare, 2 to 32; the others are compared with the first. They take their turns in this order, so name the quick ones first. Not with `space`. */
  detectors?: InputMaybe<Array<SweepDetectorInput>>;
  /** Only workers that compute on it take the jobs. */
  device?: InputMaybe<NeededDevice>;
  /** The feature extractor; the preset's when left out. */
  featureExtractor?: InputMaybe<PluginChoiceInput>;
  /** Which labels are read, as in `startTraining`; of `detectors` with a supervision of their own by those that read them. */
  labels?: InputMaybe<AnnotationKind>;
  /** What trials are judged by. */
  metric?: SweepMetric;
  /** The model that gets the versions of the trials; made when it does not exist. */
  modelName: Scalars['String']['input'];
  /** A name of `trainingPresets`; the server's default when left out. */
  preset?: InputMaybe<Scalars['String']['input']>;
  /** Priority of its jobs; 0 when left out. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** Each candidate is tried with each of these, 1 to 10. */
  seeds?: Array<Scalars['Int']['input']>;
  /** Settings to change. */
  settings?: InputMaybe<TrainingSettingsInput>;
  /** What to train on; its VALIDATION split needs normal and anomalous images. */
  snapshotId: Scalars['ID']['input'];
  /** Values to try of parameters of the detector, by name, groups by dots: `{"neighbours": [1, 3], "pretraining.steps": [100, 300]}`. Every combination is tried, at most 63, and the parameters as they are. */
  space?: InputMaybe<Scalars['JSONObject']['input']>;
  /** What the trainings may read. */
  supervision: Supervision;
};

/** A training to start. What is left out comes from the preset. */
export type StartTrainingInput = {
  /** Train although the same bytes are in TRAIN and TEST; false when left out. */
  allowLeakage?: InputMaybe<Scalars['Boolean']['input']>;
  /** Instead of the preset's augmentations; empty for none. */
  augmentations?: InputMaybe<Array<PluginChoiceInput>>;
  /** The detector to train and its parameters; the server's default when left out. */
  detector?: InputMaybe<PluginChoiceInput>;
  /** Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is. */
  device?: InputMaybe<NeededDevice>;
  /** The feature extractor to train with; the preset's when left out. */
  featureExtractor?: InputMaybe<PluginChoiceInput>;
  /** Fine-tune from this version (the semi-supervised setting starts from the unsupervised model). */
  fromModelVersionId?: InputMaybe<Scalars['ID']['input']>;
  /** The same key with the same input gives the same run, however often it is sent. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Which labels of the anomalous training images are read; SUPERVISED: PIXEL or BLOCK, SEMI_SUPERVISED: BOX. */
  labels?: InputMaybe<AnnotationKind>;
  /** The loss to train with; the preset's when left out. */
  loss?: InputMaybe<PluginChoiceInput>;
  /** The model that gets the new version; made when it does not exist. */
  modelName: Scalars['String']['input'];
  /** A name of `trainingPresets`; the server's default when left out. */
  preset?: InputMaybe<Scalars['String']['input']>;
  /** Among jobs that wait, those of a higher priority are taken first, then the oldest; 0 when left out. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** Start of every random number; 0 when left out. */
  seed?: InputMaybe<Scalars['Int']['input']>;
  /** Settings to change. */
  settings?: InputMaybe<TrainingSettingsInput>;
  /** What to train on. */
  snapshotId: Scalars['ID']['input'];
  /** What the training may read. */
  supervision: Supervision;
};

/** The next trial of whoever asks. */
export type StartTrialInput = {
  /** The study; whoever starts the first trial takes part. */
  studyId: Scalars['ID']['input'];
};

/** The station that is meant. */
export type StationInput = {
  /** The station that is meant. */
  stationId: Scalars['ID']['input'];
};

/** What a training may read. */
export type Supervision =
  /** Also boxes on some anomalous images. */
  | 'SEMI_SUPERVISED'
  /** Also pixel or block labels of some anomalous images. */
  | 'SUPERVISED'
  /** Normal images only. */
  | 'UNSUPERVISED';

/** A method that a sweep tries; parameters that are left out come from the preset of its detector. */
export type SweepDetectorInput = {
  /** Name of the plugin, as `plugins` lists it. */
  name: Scalars['String']['input'];
  /** Parameters by its `paramsSchema`; the defaults when left out. */
  params?: InputMaybe<Scalars['JSONObject']['input']>;
  /** What its trainings may read, of what the detector trains; that of the sweep when left out. */
  supervision?: InputMaybe<Supervision>;
};

/** Why a sweep is over: all was tried, its minutes were used, or somebody cancelled it. */
export type SweepEnd =
  | 'ALL_TRIED'
  | 'BUDGET'
  | 'CANCELLED';

/** What trials of a sweep are judged by, on the validation split. */
export type SweepMetric =
  | 'IMAGE_AP'
  | 'IMAGE_AUROC'
  | 'PIXEL_AP'
  | 'PRO';

/** Whether a sweep goes on. */
export type SweepState =
  | 'CANCELLED'
  | 'COMPLETED'
  | 'RUNNING';

/** How far a trial of a sweep is; SKIPPED: the sweep ended before. */
export type SweepTrialState =
  | 'DONE'
  | 'EVALUATING'
  | 'FAILED'
  | 'SKIPPED'
  | 'TRAINING'
  | 'WAITING';

/** A new name for a snapshot. */
export type TagSnapshotInput = {
  /** The snapshot that gets the name. */
  id: Scalars['ID']['input'];
  /** Its name, 1 to 100 characters; none when left out or null. */
  tag?: InputMaybe<Scalars['String']['input']>;
};

/** How thresholds are chosen. */
export type ThresholdPolicyKind =
  /** Where an evaluation reached its best F1, over images and over pixels. */
  | 'F1_MAX'
  /** As somebody said. */
  | 'MANUAL'
  /** A given share of normal images, and of their pixels, stays below. */
  | 'NORMAL_QUANTILE';

/** What a token is for, instead of a list of permissions. */
export type TokenPreset =
  /** Whatever its person may do, but for managing people and tokens. */
  | 'EVERYTHING'
  /** Adds images by upload, and nothing else: a camera. */
  | 'INGEST'
  /** Asks models, and nothing else: a PLC, an inspection station. */
  | 'PREDICT'
  /** Sees everything, changes nothing: a dashboard. */
  | 'READ'
  /** Adds images, trains, evaluates, predicts and exports: a pipeline. */
  | 'TRAIN';

/** Where the seconds of a kind of label are taken from. */
export type TradeoffTime =
  /** Measured while the labels were drawn that were trained on. */
  | 'LABELS'
  /** Measured in the data set's studies, where people copied masks; null for a kind without trials. */
  | 'STUDY';

/** Settings to change; anything left out comes from the preset. All else is a parameter of the detector: see `Plugin.paramsSchema`. */
export type TrainingSettingsInput = {
  /** Side of the square each image is scaled to, pixels. */
  imageSize?: InputMaybe<Scalars['Int']['input']>;
  /** Standard deviation of the Gaussian on the anomaly map, pixels of the scaled image. */
  smoothingSigma?: InputMaybe<Scalars['Float']['input']>;
};

/** Block labels of a trial. */
export type TrialBlocksInput = {
  /** Pixels per block side. */
  blockSize: Scalars['Int']['input'];
  /** Row by row, one for each block. */
  labels: Array<BlockLabel>;
};

/** A change of several images, all or none. What is left out stays. */
export type UpdateImagesInput = {
  /** New kind of defect. */
  defectType?: InputMaybe<Scalars['String']['input']>;
  /** The images to change, all or none. */
  ids: Array<Scalars['ID']['input']>;
  /** The label they get; as it is when left out. */
  label?: InputMaybe<ImageLabel>;
  /** The split they move to; as it is when left out. */
  split?: InputMaybe<Split>;
};

/** What shall be different about a project; what is left out stays. */
export type UpdateProjectInput = {
  /** Whether its engineers may move aliases, set thresholds and tags. */
  engineersMayRelease?: InputMaybe<Scalars['Boolean']['input']>;
  /** Id of the project. */
  id: Scalars['ID']['input'];
  /** Its new name: 1 to 100 characters, unique on this server. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** What shall be different about a sink; what is left out stays. */
export type UpdateSinkInput = {
  /** Seconds between heartbeats, 1 to 3600; 0 for none. */
  heartbeatSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Whether it is told nothing; `false` lets it go on behind what it took last. */
  isPaused?: InputMaybe<Scalars['Boolean']['input']>;
  /** 1 to 100 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Another plugin, or other parameters. */
  plugin?: InputMaybe<PluginChoiceInput>;
  /** Password or token that opens the receiver; never shown again. An empty one takes it away. */
  secret?: InputMaybe<Scalars['String']['input']>;
  /** The sink that is meant. */
  sinkId: Scalars['ID']['input'];
  /** Names of stations that must have asked; an empty list stands for all predictions. */
  stations?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** What shall be different about a source; what is left out stays. */
export type UpdateSourceInput = {
  /** Seconds between looks, 1 to 3600. */
  everySeconds?: InputMaybe<Scalars['Int']['input']>;
  /** UNLABELLED or NORMAL, of the images that come from now on. */
  label?: InputMaybe<ImageLabel>;
  /** 1 to 100 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Another plugin, or other parameters: all files are looked at as new ones. */
  plugin?: InputMaybe<PluginChoiceInput>;
  /** Password or token that opens the source; never shown again. An empty one takes it away. */
  secret?: InputMaybe<Scalars['String']['input']>;
  /** The source that is meant. */
  sourceId: Scalars['ID']['input'];
  /** Split of the images that come from now on. */
  split?: InputMaybe<Split>;
};

/** What shall be different about a station; what is left out stays. */
export type UpdateStationInput = {
  /** Alias of the model: the version behind it answers. */
  alias?: InputMaybe<Scalars['String']['input']>;
  /** Milliseconds that the line waits for a verdict, 10 to 60000. */
  deadlineMilliseconds?: InputMaybe<Scalars['Int']['input']>;
  /** The model that answers. */
  modelId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 100 characters, unique within the project. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The station that is meant. */
  stationId: Scalars['ID']['input'];
};

/** What shall be different about a webhook; what is left out stays. */
export type UpdateWebhookInput = {
  /** Whether it is told nothing; `false` lets it go on behind what it took last. */
  isPaused?: InputMaybe<Scalars['Boolean']['input']>;
  /** Changes it is told of; an empty list stands for all. */
  kinds?: InputMaybe<Array<ProjectChangeKind>>;
  /** 1 to 100 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** An https address, of the public internet unless `RESIDUA_WEBHOOK_PRIVATE` is set; redirections are not followed. */
  url?: InputMaybe<Scalars['String']['input']>;
  /** The webhook that is meant. */
  webhookId: Scalars['ID']['input'];
};

/** What an answer about a labelled image is worth. */
export type Verdict =
  /** The answer is the label. */
  | 'CORRECT'
  /** A normal image called anomalous. */
  | 'FALSE_ALARM'
  /** An anomalous image called normal. */
  | 'MISS';

/** The webhook that is meant. */
export type WebhookInput = {
  /** The webhook that is meant. */
  webhookId: Scalars['ID']['input'];
};

export type TokensQueryVariables = Exact<{
  serviceOf?: InputMaybe<Scalars['ID']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type TokensQuery = { tokens: { nodes: Array<{ tokenId: string, name: string, permissions: Array<Permission>, projectIds: Array<string> | null, isService: boolean, createdAt: string, expiresAt: string | null, revokedAt: string | null, earlierUntil: string | null, lastUsedOn: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TokenFragment = { tokenId: string, name: string, permissions: Array<Permission>, projectIds: Array<string> | null, isService: boolean, createdAt: string, expiresAt: string | null, revokedAt: string | null, earlierUntil: string | null, lastUsedOn: string | null };

export type CreateTokenMutationVariables = Exact<{
  input: CreateTokenInput;
}>;


export type CreateTokenMutation = { createToken: { secret: string | null, token: { tokenId: string, name: string, permissions: Array<Permission>, projectIds: Array<string> | null, isService: boolean, createdAt: string, expiresAt: string | null, revokedAt: string | null, earlierUntil: string | null, lastUsedOn: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type RotateTokenMutationVariables = Exact<{
  input: RotateTokenInput;
}>;


export type RotateTokenMutation = { rotateToken: { secret: string | null, token: { tokenId: string, name: string, permissions: Array<Permission>, projectIds: Array<string> | null, isService: boolean, createdAt: string, expiresAt: string | null, revokedAt: string | null, earlierUntil: string | null, lastUsedOn: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type RevokeTokenMutationVariables = Exact<{
  input: RevokeTokenInput;
}>;


export type RevokeTokenMutation = { revokeToken: { token: { tokenId: string, name: string, permissions: Array<Permission>, projectIds: Array<string> | null, isService: boolean, createdAt: string, expiresAt: string | null, revokedAt: string | null, earlierUntil: string | null, lastUsedOn: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ProjectIdQueryVariables = Exact<{
  name: Scalars['String']['input'];
}>;


export type ProjectIdQuery = { project: { id: string } | null };

export type ProjectQuotasQueryVariables = Exact<{
  name: Scalars['String']['input'];
}>;


export type ProjectQuotasQuery = { project: { id: string, usage: { bytes: number, images: number, predictionsPerMinute: number, trainingMinutes: number }, quotas: { bytes: number | null, images: number | null, predictionsPerMinute: number | null, trainingMinutes: number | null } } | null };

export type SetProjectQuotasMutationVariables = Exact<{
  input: SetProjectQuotasInput;
}>;


export type SetProjectQuotasMutation = { setProjectQuotas: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type AuditEventsQueryVariables = Exact<{
  projectId?: InputMaybe<Scalars['ID']['input']>;
  filter?: InputMaybe<AuditEventFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AuditEventsQuery = { auditEvents: { nodes: Array<{ seq: number, at: string, principalId: string | null, principalName: string | null, via: string | null, address: string | null, projectId: string | null, action: string, targets: Array<string>, outcome: AuditOutcome, details: Record<string, unknown>, requestId: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ProjectChangesQueryVariables = Exact<{
  projectId: Scalars['ID']['input'];
  kinds?: InputMaybe<Array<ProjectChangeKind> | ProjectChangeKind>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ProjectChangesQuery = { projectChanges: { nodes: Array<{ cursor: string, seq: number, at: string, kind: ProjectChangeKind, count: number, ids: Array<string>, datasetId: string | null, modelId: string | null, annotationKind: AnnotationKind | null, jobKind: JobKind | null, jobState: JobState | null, alias: string | null, fromVersion: number | null, toVersion: number | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FollowProjectChangesSubscriptionVariables = Exact<{
  projectId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  kinds?: InputMaybe<Array<ProjectChangeKind> | ProjectChangeKind>;
}>;


export type FollowProjectChangesSubscription = { projectChanges: { cursor: string, seq: number, at: string, kind: ProjectChangeKind, count: number, ids: Array<string>, datasetId: string | null, modelId: string | null, annotationKind: AnnotationKind | null, jobKind: JobKind | null, jobState: JobState | null, alias: string | null, fromVersion: number | null, toVersion: number | null } };

export type ChangeFragment = { cursor: string, seq: number, at: string, kind: ProjectChangeKind, count: number, ids: Array<string>, datasetId: string | null, modelId: string | null, annotationKind: AnnotationKind | null, jobKind: JobKind | null, jobState: JobState | null, alias: string | null, fromVersion: number | null, toVersion: number | null };

export type DatasetInfoFragment = { id: string, name: string, counts: { images: number, normal: number, anomalous: number, train: number, test: number } };

export type DatasetByNameQueryVariables = Exact<{
  name: Scalars['String']['input'];
}>;


export type DatasetByNameQuery = { dataset: { id: string, name: string, counts: { images: number, normal: number, anomalous: number, train: number, test: number } } | null };

export type CreateDatasetMutationVariables = Exact<{
  input: CreateDatasetInput;
}>;


export type CreateDatasetMutation = { createDataset: { dataset: { id: string, name: string, counts: { images: number, normal: number, anomalous: number, train: number, test: number } } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DeleteDatasetMutationVariables = Exact<{
  input: DeleteDatasetInput;
}>;


export type DeleteDatasetMutation = { deleteDataset: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type CreateUploadMutationVariables = Exact<{
  input: CreateUploadInput;
}>;


export type CreateUploadMutation = { createUpload: { upload: { id: string, url: string, method: string, headers: Record<string, unknown> } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ImportDatasetMutationVariables = Exact<{
  input: ImportDatasetInput;
}>;


export type ImportDatasetMutation = { importDataset: { import: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ImportOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ImportOutcomeQuery = { node: { id: string, state: JobState, imagesImported: number, annotationsImported: number, totalProblems: number, totalSkipped: number, totalWarnings: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null, summary: { existing: number | null, normalNames: Array<string>, counts: { images: number, normal: number, anomalous: number, unlabelled: number, train: number, validation: number, test: number }, annotations: Array<{ kind: AnnotationKind, images: number }>, defectTypes: Array<{ defectType: string, images: number }>, leftOut: Array<{ reason: string, files: number, examples: Array<string> }> } | null, problems: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, skipped: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, dataset: { id: string, name: string, counts: { images: number, normal: number, anomalous: number, train: number, test: number } } } | {} | null };

export type ImportFindingsFragment = { id: string, state: JobState, imagesImported: number, annotationsImported: number, totalProblems: number, totalSkipped: number, totalWarnings: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null, summary: { existing: number | null, normalNames: Array<string>, counts: { images: number, normal: number, anomalous: number, unlabelled: number, train: number, validation: number, test: number }, annotations: Array<{ kind: AnnotationKind, images: number }>, defectTypes: Array<{ defectType: string, images: number }>, leftOut: Array<{ reason: string, files: number, examples: Array<string> }> } | null, problems: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, skipped: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, dataset: { id: string, name: string, counts: { images: number, normal: number, anomalous: number, train: number, test: number } } };

export type ListedImageFragment = { id: string, filename: string, split: Split, label: ImageLabel, defectType: string | null, width: number, height: number, annotations: Array<{ kind: AnnotationKind, revision: number } | { kind: AnnotationKind, revision: number, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> } | { kind: AnnotationKind, revision: number }> };

export type DatasetImagesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  filter?: InputMaybe<ImageFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type DatasetImagesQuery = { node: { id: string, images: { nodes: Array<{ id: string, filename: string, split: Split, label: ImageLabel, defectType: string | null, width: number, height: number, annotations: Array<{ kind: AnnotationKind, revision: number } | { kind: AnnotationKind, revision: number, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> } | { kind: AnnotationKind, revision: number }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type UpdateImagesMutationVariables = Exact<{
  input: UpdateImagesInput;
}>;


export type UpdateImagesMutation = { updateImages: { images: Array<{ id: string }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type SaveBoxAnnotationMutationVariables = Exact<{
  input: SaveBoxAnnotationInput;
}>;


export type SaveBoxAnnotationMutation = { saveBoxAnnotation: { annotation: { revision: number } | { revision: number } | { revision: number } | null, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type SaveBoxAnnotationsMutationVariables = Exact<{
  input: SaveBoxAnnotationsInput;
}>;


export type SaveBoxAnnotationsMutation = { saveBoxAnnotations: { saved: number, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type CreateSnapshotMutationVariables = Exact<{
  input: CreateSnapshotInput;
}>;


export type CreateSnapshotMutation = { createSnapshot: { snapshot: { id: string, digest: string, counts: { images: number, normal: number, anomalous: number, train: number, test: number } } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ExportDatasetMutationVariables = Exact<{
  input: ExportDatasetInput;
}>;


export type ExportDatasetMutation = { exportDataset: { export: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ExportOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ExportOutcomeQuery = { node: { id: string, images: number, imagesLeftOut: number, artifact: { url: string, sha256: string, bytes: number } | null } | {} | null };

export type SplitDatasetMutationVariables = Exact<{
  input: SplitDatasetInput;
}>;


export type SplitDatasetMutation = { splitDataset: { changed: number, groups: number, splits: Array<{ split: Split, images: number, normal: number, anomalous: number, unlabelled: number }>, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DeleteImagesMutationVariables = Exact<{
  input: DeleteImagesInput;
}>;


export type DeleteImagesMutation = { deleteImages: { deletedIds: Array<string>, keptInSnapshots: number, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DeleteSnapshotMutationVariables = Exact<{
  input: DeleteSnapshotInput;
}>;


export type DeleteSnapshotMutation = { deleteSnapshot: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type AddImagesMutationVariables = Exact<{
  input: AddImagesInput;
}>;


export type AddImagesMutation = { addImages: { images: Array<{ id: string, filename: string }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type MetricsFragment = { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null };

export type EvaluateModelMutationVariables = Exact<{
  input: EvaluateModelInput;
}>;


export type EvaluateModelMutation = { evaluateModel: { evaluation: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type EvaluationOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type EvaluationOutcomeQuery = { node: { id: string, state: JobState, split: Split, imagesWithoutMask: number | null, imagesTrainedOn: number | null, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null, byDefectType: Array<{ defectType: string, images: number, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } }> } | {} | null };

export type EvaluatedImagesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type EvaluatedImagesQuery = { node: { id: string, images: { nodes: Array<{ anomalyScore: number, isAnomalous: boolean, explanation: string | null, anomalyMapUrl: string, overlayUrl: string, regions: Array<{ score: number, box: { x: number, y: number, width: number, height: number }, nearestNormal: { distance: number, image: { filename: string, url: string } | null, box: { x: number, y: number, width: number, height: number }, patch: { x: number, y: number, width: number, height: number } } | null }>, image: { filename: string, label: ImageLabel, defectType: string | null, width: number, height: number, url: string, annotations: Array<{ maskUrl: string } | {}> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type EvaluatedImageFragment = { anomalyScore: number, isAnomalous: boolean, explanation: string | null, anomalyMapUrl: string, overlayUrl: string, regions: Array<{ score: number, box: { x: number, y: number, width: number, height: number }, nearestNormal: { distance: number, image: { filename: string, url: string } | null, box: { x: number, y: number, width: number, height: number }, patch: { x: number, y: number, width: number, height: number } } | null }>, image: { filename: string, label: ImageLabel, defectType: string | null, width: number, height: number, url: string, annotations: Array<{ maskUrl: string } | {}> } };

export type ExplainedRegionFragment = { score: number, box: { x: number, y: number, width: number, height: number }, nearestNormal: { distance: number, image: { filename: string, url: string } | null, box: { x: number, y: number, width: number, height: number }, patch: { x: number, y: number, width: number, height: number } } | null };

export type RectangleFragment = { x: number, y: number, width: number, height: number };

export type LeaderboardQueryVariables = Exact<{
  snapshotId: Scalars['ID']['input'];
}>;


export type LeaderboardQuery = { leaderboard: Array<{ supervision: Supervision, modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, snapshot: { id: string } }, labelCost: Array<{ kind: AnnotationKind, images: number, activeSeconds: number }>, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } }> };

export type JobEventsSubscriptionVariables = Exact<{
  jobId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type JobEventsSubscription = { jobEvents: { __typename: 'CheckpointSaved', step: number, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'LogWritten', level: LogLevel, message: string, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'MetricsReported', stage: string, step: number, totalSteps: number, secondsPerStep: number | null, etaSeconds: number | null, cursor: string, seq: number, at: string, attempt: number, metrics: Array<{ name: string, value: number }> } | { __typename: 'StateChanged', state: JobState, cursor: string, seq: number, at: string, attempt: number } };

type LoggedEvent_CheckpointSaved_Fragment = { __typename: 'CheckpointSaved', step: number, cursor: string, seq: number, at: string, attempt: number };

type LoggedEvent_LogWritten_Fragment = { __typename: 'LogWritten', level: LogLevel, message: string, cursor: string, seq: number, at: string, attempt: number };

type LoggedEvent_MetricsReported_Fragment = { __typename: 'MetricsReported', stage: string, step: number, totalSteps: number, secondsPerStep: number | null, etaSeconds: number | null, cursor: string, seq: number, at: string, attempt: number, metrics: Array<{ name: string, value: number }> };

type LoggedEvent_StateChanged_Fragment = { __typename: 'StateChanged', state: JobState, cursor: string, seq: number, at: string, attempt: number };

export type LoggedEventFragment = LoggedEvent_CheckpointSaved_Fragment | LoggedEvent_LogWritten_Fragment | LoggedEvent_MetricsReported_Fragment | LoggedEvent_StateChanged_Fragment;

export type JobOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type JobOutcomeQuery = { node: { id: string, kind: JobKind, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, kind: JobKind, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, kind: JobKind, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, kind: JobKind, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, kind: JobKind, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, kind: JobKind, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, kind: JobKind, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | {} | null };

export type CancelJobMutationVariables = Exact<{
  input: JobInput;
}>;


export type CancelJobMutation = { cancelJob: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DeleteJobMutationVariables = Exact<{
  input: JobInput;
}>;


export type DeleteJobMutation = { deleteJob: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DatasetsQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type DatasetsQuery = { datasets: { nodes: Array<{ id: string, name: string, createdAt: string, counts: { images: number, normal: number, anomalous: number, unlabelled: number, train: number, validation: number, test: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ModelsQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ModelsQuery = { models: { nodes: Array<{ name: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ModelVersionsQueryVariables = Exact<{
  name: Scalars['String']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ModelVersionsQuery = { model: { id: string, versions: { nodes: Array<{ id: string, version: number, aliases: Array<string>, createdAt: string, supervision: Supervision, imageThreshold: number | null, trainingRun: { detector: { name: string } }, snapshot: { dataset: { name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TrainingRunsQueryVariables = Exact<{
  state?: InputMaybe<JobState>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type TrainingRunsQuery = { jobs: { nodes: Array<{ id: string, state: JobState, createdAt: string, progress: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, state: JobState, createdAt: string, progress: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, state: JobState, createdAt: string, progress: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, state: JobState, createdAt: string, progress: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, state: JobState, createdAt: string, progress: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { id: string, state: JobState, createdAt: string, progress: number, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null } | { supervision: Supervision, preset: string | null, id: string, state: JobState, createdAt: string, progress: number, detector: { name: string }, modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, snapshot: { id: string } } | null, snapshot: { dataset: { name: string } }, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ModelVersionInfoFragment = { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, snapshot: { id: string } };

export type ModelVersionQueryVariables = Exact<{
  model: Scalars['String']['input'];
  version: Scalars['String']['input'];
}>;


export type ModelVersionQuery = { modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, snapshot: { id: string } } | null };

export type LatestModelVersionQueryVariables = Exact<{
  name: Scalars['String']['input'];
}>;


export type LatestModelVersionQuery = { model: { versions: { nodes: Array<{ id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, snapshot: { id: string } }> } } | null };

export type ExportModelMutationVariables = Exact<{
  input: ExportModelInput;
}>;


export type ExportModelMutation = { exportModel: { export: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ModelExportOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ModelExportOutcomeQuery = { node: { id: string, artifact: { url: string, sha256: string, bytes: number } | null } | {} | null };

export type ImportModelMutationVariables = Exact<{
  input: ImportModelInput;
}>;


export type ImportModelMutation = { importModel: { import: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ModelImportOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ModelImportOutcomeQuery = { node: { id: string, modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, snapshot: { id: string } } | null } | {} | null };

export type ModelByNameQueryVariables = Exact<{
  name: Scalars['String']['input'];
}>;


export type ModelByNameQuery = { model: { id: string } | null };

export type DeleteModelMutationVariables = Exact<{
  input: DeleteModelInput;
}>;


export type DeleteModelMutation = { deleteModel: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DeleteModelVersionMutationVariables = Exact<{
  input: DeleteModelVersionInput;
}>;


export type DeleteModelVersionMutation = { deleteModelVersion: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type PredictMutationVariables = Exact<{
  input: PredictInput;
}>;


export type PredictMutation = { predict: { prediction: { anomalyScore: number, isAnomalous: boolean, explanation: string | null, warnings: Array<string>, anomalyMapUrl: string | null, anomalyMapScale: number | null, overlayUrl: string | null, seconds: number, regions: Array<{ score: number, pixels: number, box: { x: number, y: number, width: number, height: number } }> } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type PredictionInfoFragment = { anomalyScore: number, isAnomalous: boolean, explanation: string | null, warnings: Array<string>, anomalyMapUrl: string | null, anomalyMapScale: number | null, overlayUrl: string | null, seconds: number, regions: Array<{ score: number, pixels: number, box: { x: number, y: number, width: number, height: number } }> };

export type PredictDatasetMutationVariables = Exact<{
  input: PredictDatasetInput;
}>;


export type PredictDatasetMutation = { predictDataset: { prediction: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type PredictedImagesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type PredictedImagesQuery = { node: { id: string, images: { nodes: Array<{ anomalyScore: number, isAnomalous: boolean, explanation: string | null, anomalyMapUrl: string, anomalyMapScale: number, overlayUrl: string, regions: Array<{ score: number, pixels: number }>, image: { filename: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type PredictedImageFragment = { anomalyScore: number, isAnomalous: boolean, explanation: string | null, anomalyMapUrl: string, anomalyMapScale: number, overlayUrl: string, regions: Array<{ score: number, pixels: number }>, image: { filename: string } };

export type ProblemFragment = { code: ErrorCode, message: string, field: Array<string> | null, item: string | null };

export type EvaluationReportQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type EvaluationReportQuery = { node: { id: string, state: JobState, split: Split, imagesWithoutMask: number | null, imagesTrainedOn: number | null, startedAt: string | null, finishedAt: string | null, snapshot: { digest: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null, byDefectType: Array<{ defectType: string, images: number, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } }>, rocCurve: Array<{ x: number, y: number }>, precisionRecallCurve: Array<{ x: number, y: number }>, proCurve: Array<{ x: number, y: number }>, modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, trainingRun: { id: string, preset: string | null, seed: number, supervision: Supervision, startedAt: string | null, finishedAt: string | null, environment: Record<string, unknown>, detector: { name: string, version: string, params: Record<string, unknown> }, featureExtractor: { name: string, version: string } | null, settings: { imageSize: number, smoothingSigma: number }, snapshot: { counts: { train: number } }, metricHistory: Array<{ stage: string, step: number, value: number }> }, model: { name: string }, snapshot: { id: string } } } | {} | null };

export type ReportedTrainingFragment = { id: string, preset: string | null, seed: number, supervision: Supervision, startedAt: string | null, finishedAt: string | null, environment: Record<string, unknown>, detector: { name: string, version: string, params: Record<string, unknown> }, featureExtractor: { name: string, version: string } | null, settings: { imageSize: number, smoothingSigma: number }, snapshot: { counts: { train: number } }, metricHistory: Array<{ stage: string, step: number, value: number }> };

export type VersionEvaluationsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type VersionEvaluationsQuery = { node: { id: string, evaluations: { nodes: Array<{ id: string, state: JobState, split: Split, createdAt: string, snapshot: { id: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type ListedEvaluationFragment = { id: string, state: JobState, split: Split, createdAt: string, snapshot: { id: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null };

export type ServerInfoQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerInfoQuery = { server: { version: string, pluginApiVersion: number, computeBackend: string, database: string } };

export type WorkersQueryVariables = Exact<{ [key: string]: never; }>;


export type WorkersQuery = { server: { workers: Array<{ name: string, kinds: Array<JobKind>, device: Device, engine: string, startedAt: string, seenAt: string }> } };

export type PluginsQueryVariables = Exact<{
  kind?: InputMaybe<PluginKind>;
}>;


export type PluginsQuery = { plugins: Array<{ name: string, kind: PluginKind | null, version: string | null, title: string, description: string, reference: string | null, paramsSchema: Record<string, unknown>, available: boolean, problem: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null }> };

export type ServerLimitsQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerLimitsQuery = { server: { limits: Record<string, unknown> } };

export type SetModelAliasMutationVariables = Exact<{
  input: SetModelAliasInput;
}>;


export type SetModelAliasMutation = { setModelAlias: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type RemoveModelAliasMutationVariables = Exact<{
  input: RemoveModelAliasInput;
}>;


export type RemoveModelAliasMutation = { removeModelAlias: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ModelAliasesQueryVariables = Exact<{
  name: Scalars['String']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ModelAliasesQuery = { model: { id: string, aliases: Array<{ name: string, modelVersion: { version: number } }>, aliasHistory: { nodes: Array<{ alias: string, at: string, author: string | null, fromVersion: number | null, toVersion: number | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ThresholdsFragment = { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, thresholdPolicy: { kind: ThresholdPolicyKind, imageQuantile: number | null, pixelQuantile: number | null, split: Split | null, chosenOnTestSplit: boolean, author: string | null, chosenAt: string, evaluation: { id: string } | null } };

export type VersionThresholdsQueryVariables = Exact<{
  model: Scalars['String']['input'];
  version: Scalars['String']['input'];
}>;


export type VersionThresholdsQuery = { modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, thresholdPolicy: { kind: ThresholdPolicyKind, imageQuantile: number | null, pixelQuantile: number | null, split: Split | null, chosenOnTestSplit: boolean, author: string | null, chosenAt: string, evaluation: { id: string } | null } } | null };

export type SetThresholdPolicyMutationVariables = Exact<{
  input: SetThresholdPolicyInput;
}>;


export type SetThresholdPolicyMutation = { setThresholdPolicy: { modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, thresholdPolicy: { kind: ThresholdPolicyKind, imageQuantile: number | null, pixelQuantile: number | null, split: Split | null, chosenOnTestSplit: boolean, author: string | null, chosenAt: string, evaluation: { id: string } | null } } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DatasetFrameQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type DatasetFrameQuery = { node: { id: string, name: string, project: { id: string, name: string, viewerCan: Array<Permission> } } | {} | null };

export type ViewerNameQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerNameQuery = { viewer: { permissions: Array<Permission>, principal: { kind: PrincipalKind, name: string } } };

export type DatasetStepsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type DatasetStepsQuery = { node: { id: string, snapshots: { nodes: Array<{ id: string }> }, counts: { images: number, normal: number, anomalous: number, unlabelled: number, train: number, validation: number, test: number }, annotationBudget: Array<{ kind: AnnotationKind, images: number, activeSeconds: number, secondsPerImage: number | null }> } | {} | null };

export type DatasetCountedFragment = { counts: { images: number, normal: number, anomalous: number, unlabelled: number, train: number, validation: number, test: number }, annotationBudget: Array<{ kind: AnnotationKind, images: number, activeSeconds: number, secondsPerImage: number | null }> };

export type WallImageFragment = { id: string, filename: string, split: Split, label: ImageLabel, defectType: string | null, width: number, height: number, url: string, thumbnailUrl: string, annotations: Array<{ kind: AnnotationKind, revision: number, activeSeconds: number | null } | { kind: AnnotationKind, revision: number, activeSeconds: number | null } | { kind: AnnotationKind, revision: number, activeSeconds: number | null }> };

export type WallImagesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  filter?: InputMaybe<ImageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type WallImagesQuery = { node: { id: string, images: { totalCount: number, nodes: Array<{ id: string, filename: string, split: Split, label: ImageLabel, defectType: string | null, width: number, height: number, url: string, thumbnailUrl: string, annotations: Array<{ kind: AnnotationKind, revision: number, activeSeconds: number | null } | { kind: AnnotationKind, revision: number, activeSeconds: number | null } | { kind: AnnotationKind, revision: number, activeSeconds: number | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type LabelQueueQueryVariables = Exact<{
  datasetId: Scalars['ID']['input'];
  kind: AnnotationKind;
  modelVersionId?: InputMaybe<Scalars['ID']['input']>;
}>;


export type LabelQueueQuery = { labelQueue: Array<{ reasons: Array<QueueReason>, expectedSeconds: number, image: { id: string, filename: string, split: Split, label: ImageLabel, defectType: string | null, width: number, height: number, url: string, thumbnailUrl: string, annotations: Array<{ kind: AnnotationKind, revision: number, activeSeconds: number | null } | { kind: AnnotationKind, revision: number, activeSeconds: number | null } | { kind: AnnotationKind, revision: number, activeSeconds: number | null }> } }> };

export type ImportFormatsQueryVariables = Exact<{ [key: string]: never; }>;


export type ImportFormatsQuery = { importFormats: Array<{ name: string, description: string }> };

export type UploadStateQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type UploadStateQuery = { node: { id: string, completedAt: string | null } | {} | null };

export type ImportPageQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ImportPageQuery = { node: { id: string, dryRun: boolean, format: string, progress: number, waitingFor: string | null, state: JobState, imagesImported: number, annotationsImported: number, totalProblems: number, totalSkipped: number, totalWarnings: number, events: { nodes: Array<{ __typename: 'CheckpointSaved', step: number, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'LogWritten', level: LogLevel, message: string, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'MetricsReported', stage: string, step: number, totalSteps: number, secondsPerStep: number | null, etaSeconds: number | null, cursor: string, seq: number, at: string, attempt: number, metrics: Array<{ name: string, value: number }> } | { __typename: 'StateChanged', state: JobState, cursor: string, seq: number, at: string, attempt: number }> }, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null, summary: { existing: number | null, normalNames: Array<string>, counts: { images: number, normal: number, anomalous: number, unlabelled: number, train: number, validation: number, test: number }, annotations: Array<{ kind: AnnotationKind, images: number }>, defectTypes: Array<{ defectType: string, images: number }>, leftOut: Array<{ reason: string, files: number, examples: Array<string> }> } | null, problems: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, skipped: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, dataset: { id: string, name: string, counts: { images: number, normal: number, anomalous: number, train: number, test: number } } } | {} | null };

export type JobWaitsForQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type JobWaitsForQuery = { node: { id: string, waitingFor: string | null } | { id: string, waitingFor: string | null } | { id: string, waitingFor: string | null } | { id: string, waitingFor: string | null } | { id: string, waitingFor: string | null } | { id: string, waitingFor: string | null } | { id: string, waitingFor: string | null } | {} | null };

export type JobNewestQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type JobNewestQuery = { node: { id: string, state: JobState, events: { nodes: Array<{ cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number }> } } | { id: string, state: JobState, events: { nodes: Array<{ cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number }> } } | { id: string, state: JobState, events: { nodes: Array<{ cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number }> } } | { id: string, state: JobState, events: { nodes: Array<{ cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number }> } } | { id: string, state: JobState, events: { nodes: Array<{ cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number }> } } | { id: string, state: JobState, events: { nodes: Array<{ cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number }> } } | { id: string, state: JobState, events: { nodes: Array<{ cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number } | { cursor: string, seq: number }> } } | {} | null };

export type DrawnBoxesFragment = { revision: number, author: string | null, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> };

export type DrawnBlocksFragment = { revision: number, author: string | null, blockSize: number, rows: number, columns: number, labels: Array<BlockLabel> };

export type DrawnMaskFragment = { revision: number, author: string | null, counts: string };

export type LabelledImageQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  withMask: Scalars['Boolean']['input'];
}>;


export type LabelledImageQuery = { node: { id: string, filename: string, split: Split, label: ImageLabel, width: number, height: number, url: string, thumbnailUrl: string, dataset: { id: string }, annotations: Array<{ kind: AnnotationKind, revision: number, author: string | null, blockSize: number, rows: number, columns: number, labels: Array<BlockLabel> } | { kind: AnnotationKind, revision: number, author: string | null, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> } | { kind: AnnotationKind, revision: number, author: string | null, counts: string }> } | {} | null };

export type OpenedSessionFragment = { id: string, openedAt: string, expiresAt: string };

export type OpenLabellingMutationVariables = Exact<{
  input: OpenLabellingInput;
}>;


export type OpenLabellingMutation = { openLabelling: { session: { id: string, openedAt: string, expiresAt: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type KeepLabellingMutationVariables = Exact<{
  input: KeepLabellingInput;
}>;


export type KeepLabellingMutation = { keepLabelling: { session: { id: string, openedAt: string, expiresAt: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type CloseLabellingMutationVariables = Exact<{
  input: CloseLabellingInput;
}>;


export type CloseLabellingMutation = { closeLabelling: { session: { id: string, openedAt: string, expiresAt: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ClaimedImagesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ClaimedImagesQuery = { node: { id: string, images: { nodes: Array<{ id: string, claims: Array<{ holder: string, isMine: boolean }> }> } } | {} | null };

type JudgedLabel_BlockAnnotation_Fragment = { id: string, kind: AnnotationKind, revision: number, author: string | null, activeSeconds: number | null, blockSize: number, rows: number, columns: number, labels: Array<BlockLabel>, image: { id: string, filename: string, label: ImageLabel, width: number, height: number, url: string, thumbnailUrl: string } };

type JudgedLabel_BoxAnnotation_Fragment = { id: string, kind: AnnotationKind, revision: number, author: string | null, activeSeconds: number | null, image: { id: string, filename: string, label: ImageLabel, width: number, height: number, url: string, thumbnailUrl: string }, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> };

type JudgedLabel_PixelAnnotation_Fragment = { maskUrl: string, anomalousPixels: number, id: string, kind: AnnotationKind, revision: number, author: string | null, activeSeconds: number | null, image: { id: string, filename: string, label: ImageLabel, width: number, height: number, url: string, thumbnailUrl: string } };

export type JudgedLabelFragment = JudgedLabel_BlockAnnotation_Fragment | JudgedLabel_BoxAnnotation_Fragment | JudgedLabel_PixelAnnotation_Fragment;

export type ReviewQueueQueryVariables = Exact<{
  datasetId: Scalars['ID']['input'];
  modelVersionId?: InputMaybe<Scalars['ID']['input']>;
  first: Scalars['Int']['input'];
}>;


export type ReviewQueueQuery = { reviewQueue: Array<{ scoreRatio: number | null, isContradicted: boolean | null, annotation: { id: string, kind: AnnotationKind, revision: number, author: string | null, activeSeconds: number | null, blockSize: number, rows: number, columns: number, labels: Array<BlockLabel>, image: { id: string, filename: string, label: ImageLabel, width: number, height: number, url: string, thumbnailUrl: string } } | { id: string, kind: AnnotationKind, revision: number, author: string | null, activeSeconds: number | null, image: { id: string, filename: string, label: ImageLabel, width: number, height: number, url: string, thumbnailUrl: string }, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> } | { maskUrl: string, anomalousPixels: number, id: string, kind: AnnotationKind, revision: number, author: string | null, activeSeconds: number | null, image: { id: string, filename: string, label: ImageLabel, width: number, height: number, url: string, thumbnailUrl: string } } }> };

export type ReviewAnnotationMutationVariables = Exact<{
  input: ReviewAnnotationInput;
}>;


export type ReviewAnnotationMutation = { reviewAnnotation: { review: { verdict: ReviewVerdict, note: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type StudyInfoFragment = { id: string, name: string, kinds: Array<AnnotationKind>, imageCount: number, createdAt: string, participants: Array<string>, progress: { done: number, total: number }, results: Array<{ kind: AnnotationKind, trials: number, participants: number, meanSeconds: number | null, medianSeconds: number | null, publishedSeconds: number, implausibleTrials: number, meanSecondsInterval: { low: number, high: number } | null, quality: { pixelIou: number | null, blockKappa: number | null, insideShare: number | null, areaRatio: number | null } }> };

export type DatasetStudiesQueryVariables = Exact<{
  datasetId: Scalars['ID']['input'];
}>;


export type DatasetStudiesQuery = { studies: { nodes: Array<{ id: string, name: string, kinds: Array<AnnotationKind>, imageCount: number, createdAt: string, participants: Array<string>, progress: { done: number, total: number }, results: Array<{ kind: AnnotationKind, trials: number, participants: number, meanSeconds: number | null, medianSeconds: number | null, publishedSeconds: number, implausibleTrials: number, meanSecondsInterval: { low: number, high: number } | null, quality: { pixelIou: number | null, blockKappa: number | null, insideShare: number | null, areaRatio: number | null } }> }> } };

export type StudyPageQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type StudyPageQuery = { node: { csv: string, id: string, name: string, kinds: Array<AnnotationKind>, imageCount: number, createdAt: string, participants: Array<string>, progress: { done: number, total: number }, results: Array<{ kind: AnnotationKind, trials: number, participants: number, meanSeconds: number | null, medianSeconds: number | null, publishedSeconds: number, implausibleTrials: number, meanSecondsInterval: { low: number, high: number } | null, quality: { pixelIou: number | null, blockKappa: number | null, insideShare: number | null, areaRatio: number | null } }> } | {} | null };

export type CreateStudyMutationVariables = Exact<{
  input: CreateStudyInput;
}>;


export type CreateStudyMutation = { createStudy: { study: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ShownTrialFragment = { id: string, kind: AnnotationKind, position: number, isPractice: boolean, image: { id: string, filename: string, width: number, height: number, url: string, thumbnailUrl: string }, truth: { maskUrl: string } | {} };

export type StartTrialMutationVariables = Exact<{
  input: StartTrialInput;
}>;


export type StartTrialMutation = { startTrial: { trial: { id: string, kind: AnnotationKind, position: number, isPractice: boolean, image: { id: string, filename: string, width: number, height: number, url: string, thumbnailUrl: string }, truth: { maskUrl: string } | {} } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type FinishTrialMutationVariables = Exact<{
  input: FinishTrialInput;
}>;


export type FinishTrialMutation = { finishTrial: { trial: { id: string, timing: LabelTiming | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type SaveBoxesMutationVariables = Exact<{
  input: SaveBoxAnnotationInput;
}>;


export type SaveBoxesMutation = { saveBoxAnnotation: { annotation: { revision: number, author: string | null, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> } | {} | null, current: { revision: number, author: string | null, boxes: Array<{ defectType: string | null, x: number, y: number, width: number, height: number }> } | {} | null, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type SaveMaskMutationVariables = Exact<{
  input: SavePixelAnnotationInput;
}>;


export type SaveMaskMutation = { savePixelAnnotation: { annotation: { revision: number, author: string | null, counts: string } | {} | null, current: { revision: number, author: string | null, counts: string } | {} | null, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DeriveLabelsMutationVariables = Exact<{
  input: DeriveAnnotationsInput;
}>;


export type DeriveLabelsMutation = { deriveAnnotations: { derived: number, unchanged: number, skipped: number, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type SaveBlocksMutationVariables = Exact<{
  input: SaveBlockAnnotationInput;
}>;


export type SaveBlocksMutation = { saveBlockAnnotation: { annotation: { revision: number, author: string | null, blockSize: number, rows: number, columns: number, labels: Array<BlockLabel> } | {} | null, current: { revision: number, author: string | null, blockSize: number, rows: number, columns: number, labels: Array<BlockLabel> } | {} | null, warnings: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type TrainingChoicesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type TrainingChoicesQuery = { node: { id: string, normalTrain: { totalCount: number }, boxes: { totalCount: number }, blocks: { totalCount: number }, masks: { totalCount: number }, allBoxes: { totalCount: number }, allBlocks: { totalCount: number }, allMasks: { totalCount: number }, snapshots: { nodes: Array<{ id: string, tag: string | null, createdAt: string, counts: { images: number } }> }, counts: { images: number, normal: number, anomalous: number, unlabelled: number, train: number, validation: number, test: number }, annotationBudget: Array<{ kind: AnnotationKind, images: number, activeSeconds: number, secondsPerImage: number | null }> } | {} | null };

export type RecentRunsQueryVariables = Exact<{
  projectId: Scalars['ID']['input'];
}>;


export type RecentRunsQuery = { jobs: { nodes: Array<{ id: string, state: JobState, createdAt: string, progress: number } | { id: string, state: JobState, createdAt: string, progress: number } | { id: string, state: JobState, createdAt: string, progress: number } | { id: string, state: JobState, createdAt: string, progress: number } | { id: string, state: JobState, createdAt: string, progress: number } | { id: string, state: JobState, createdAt: string, progress: number } | { supervision: Supervision, preset: string | null, id: string, state: JobState, createdAt: string, progress: number, detector: { name: string }, modelVersion: { id: string, version: number, model: { name: string } } | null, snapshot: { dataset: { id: string } } }> } };

export type RunPageQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type RunPageQuery = { node: { id: string, state: JobState, progress: number, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, waitingFor: string | null, supervision: Supervision, preset: string | null, detector: { name: string }, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null, modelVersion: { id: string, version: number, model: { name: string } } | null, metricHistory: Array<{ stage: string, step: number, value: number }>, beginning: { nodes: Array<{ __typename: 'CheckpointSaved', step: number, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'LogWritten', level: LogLevel, message: string, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'MetricsReported', stage: string, step: number, totalSteps: number, secondsPerStep: number | null, etaSeconds: number | null, cursor: string, seq: number, at: string, attempt: number, metrics: Array<{ name: string, value: number }> } | { __typename: 'StateChanged', state: JobState, cursor: string, seq: number, at: string, attempt: number }> }, events: { nodes: Array<{ __typename: 'CheckpointSaved', step: number, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'LogWritten', level: LogLevel, message: string, cursor: string, seq: number, at: string, attempt: number } | { __typename: 'MetricsReported', stage: string, step: number, totalSteps: number, secondsPerStep: number | null, etaSeconds: number | null, cursor: string, seq: number, at: string, attempt: number, metrics: Array<{ name: string, value: number }> } | { __typename: 'StateChanged', state: JobState, cursor: string, seq: number, at: string, attempt: number }> } } | {} | null };

export type RetryJobMutationVariables = Exact<{
  input: JobInput;
}>;


export type RetryJobMutation = { retryJob: { job: { id: string } | { id: string } | { id: string } | { id: string } | { id: string } | { id: string } | { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ProjectVersionsQueryVariables = Exact<{
  projectId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ProjectVersionsQuery = { models: { nodes: Array<{ id: string, name: string, versions: { nodes: Array<{ id: string, version: number, pixelThreshold: number | null, aliases: Array<string>, createdAt: string, supervision: Supervision, labelCost: Array<{ activeSeconds: number }>, trainingRun: { detector: { name: string } }, snapshot: { dataset: { id: string } }, evaluations: { nodes: Array<{ id: string, state: JobState, split: Split, createdAt: string, snapshot: { id: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MoreVersionsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type MoreVersionsQuery = { node: { id: string, versions: { nodes: Array<{ id: string, version: number, pixelThreshold: number | null, aliases: Array<string>, createdAt: string, supervision: Supervision, labelCost: Array<{ activeSeconds: number }>, trainingRun: { detector: { name: string } }, snapshot: { dataset: { id: string } }, evaluations: { nodes: Array<{ id: string, state: JobState, split: Split, createdAt: string, snapshot: { id: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type VersionsListedFragment = { nodes: Array<{ id: string, version: number, pixelThreshold: number | null, aliases: Array<string>, createdAt: string, supervision: Supervision, labelCost: Array<{ activeSeconds: number }>, trainingRun: { detector: { name: string } }, snapshot: { dataset: { id: string } }, evaluations: { nodes: Array<{ id: string, state: JobState, split: Split, createdAt: string, snapshot: { id: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } };

export type LeaderboardRowsQueryVariables = Exact<{
  snapshotId: Scalars['ID']['input'];
  orderBy?: InputMaybe<LeaderboardOrder>;
}>;


export type LeaderboardRowsQuery = { leaderboard: Array<{ supervision: Supervision, modelVersion: { id: string, version: number, aliases: Array<string>, model: { name: string }, trainingRun: { preset: string | null, seed: number, detector: { name: string, params: Record<string, unknown> } } }, labelCost: Array<{ kind: AnnotationKind, images: number, activeSeconds: number }>, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } }> };

export type LeaderboardEntryFragment = { supervision: Supervision, modelVersion: { id: string, version: number, aliases: Array<string>, model: { name: string }, trainingRun: { preset: string | null, seed: number, detector: { name: string, params: Record<string, unknown> } } }, labelCost: Array<{ kind: AnnotationKind, images: number, activeSeconds: number }>, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } };

export type PublishedPointsQueryVariables = Exact<{
  dataset: PublishedDataset;
}>;


export type PublishedPointsQuery = { publishedResults: Array<{ method: string, supervision: Supervision, secondsPerImage: number | null, pixelAp: number | null, pro: number | null, source: string }> };

export type ComparePairQueryVariables = Exact<{
  a: Scalars['ID']['input'];
  b: Scalars['ID']['input'];
  snapshotId: Scalars['ID']['input'];
}>;


export type ComparePairQuery = { compareModelVersions: { a: { modelVersion: { id: string, version: number, imageThreshold: number | null, supervision: Supervision, model: { name: string }, trainingRun: { preset: string | null, seed: number, detector: { name: string, version: string, params: Record<string, unknown> }, featureExtractor: { name: string, version: string } | null, settings: { imageSize: number, smoothingSigma: number } } } }, b: { modelVersion: { id: string, version: number, imageThreshold: number | null, supervision: Supervision, model: { name: string }, trainingRun: { preset: string | null, seed: number, detector: { name: string, version: string, params: Record<string, unknown> }, featureExtractor: { name: string, version: string } | null, settings: { imageSize: number, smoothingSigma: number } } } }, differences: Array<{ name: ComparedMetric, a: number | null, b: number | null }>, images: Array<{ difference: number, image: { id: string, filename: string, label: ImageLabel, defectType: string | null, width: number, height: number, url: string, thumbnailUrl: string }, a: { anomalyScore: number, isAnomalous: boolean, verdict: Verdict | null, overlayUrl: string }, b: { anomalyScore: number, isAnomalous: boolean, verdict: Verdict | null, overlayUrl: string } }> } };

export type ComparedVerdictFragment = { anomalyScore: number, isAnomalous: boolean, verdict: Verdict | null, overlayUrl: string };

export type SideOfComparisonFragment = { modelVersion: { id: string, version: number, imageThreshold: number | null, supervision: Supervision, model: { name: string }, trainingRun: { preset: string | null, seed: number, detector: { name: string, version: string, params: Record<string, unknown> }, featureExtractor: { name: string, version: string } | null, settings: { imageSize: number, smoothingSigma: number } } } };

export type EvaluationScoresQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type EvaluationScoresQuery = { node: { id: string, images: { nodes: Array<{ anomalyScore: number, isAnomalous: boolean, verdict: Verdict | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type AliasMovesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AliasMovesQuery = { node: { id: string, aliasHistory: { totalCount: number, nodes: Array<{ seq: number, alias: string, at: string, author: string | null, fromVersion: number | null, toVersion: number | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type DatasetCardsQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type DatasetCardsQuery = { datasets: { totalCount: number, nodes: Array<{ id: string, name: string, counts: { images: number, normal: number, anomalous: number, unlabelled: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TestSnapshotsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type TestSnapshotsQuery = { node: { id: string, snapshots: { nodes: Array<{ id: string, createdAt: string, counts: { test: number } }> } } | {} | null };

export type VersionPageQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type VersionPageQuery = { node: { aliases: Array<string>, createdAt: string, supervision: Supervision, id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, usable: { predicts: boolean, problems: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> }, trainingRun: { id: string, detector: { name: string } }, snapshot: { id: string, counts: { validation: number, test: number }, dataset: { id: string } }, model: { id: string, name: string, project: { id: string, name: string, viewerCan: Array<Permission> }, aliases: Array<{ name: string, modelVersion: { id: string, version: number, evaluations: { nodes: Array<{ id: string, state: JobState, split: Split, createdAt: string, snapshot: { id: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null }> } } }> }, evaluations: { nodes: Array<{ id: string, state: JobState, split: Split, createdAt: string, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null, snapshot: { id: string, dataset: { name: string } }, metrics: { pixelAuroc: number | null, pixelAp: number | null, pro: number | null, proFprLimit: number, pixelF1Max: number | null, pixelF1MaxThreshold: number | null, imageAuroc: number | null, imageAp: number | null, imageF1Max: number | null, imageF1MaxThreshold: number | null } | null }> }, thresholdPolicy: { kind: ThresholdPolicyKind, imageQuantile: number | null, pixelQuantile: number | null, split: Split | null, chosenOnTestSplit: boolean, author: string | null, chosenAt: string, evaluation: { id: string } | null } } | {} | null };

export type WorstImagesQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<EvaluatedImageFilter>;
}>;


export type WorstImagesQuery = { node: { id: string, misses: { totalCount: number }, falseAlarms: { totalCount: number }, images: { totalCount: number, nodes: Array<{ anomalyScore: number, verdict: Verdict | null, overlayUrl: string, regions: Array<{ score: number, box: { x: number, y: number, width: number, height: number }, nearestNormal: { distance: number, image: { filename: string, url: string } | null, box: { x: number, y: number, width: number, height: number }, patch: { x: number, y: number, width: number, height: number } } | null }>, image: { id: string, filename: string, label: ImageLabel, defectType: string | null, url: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | {} | null };

export type JudgedImageFragment = { anomalyScore: number, verdict: Verdict | null, overlayUrl: string, regions: Array<{ score: number, box: { x: number, y: number, width: number, height: number }, nearestNormal: { distance: number, image: { filename: string, url: string } | null, box: { x: number, y: number, width: number, height: number }, patch: { x: number, y: number, width: number, height: number } } | null }>, image: { id: string, filename: string, label: ImageLabel, defectType: string | null, url: string } };

export type StoredMapQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  modelVersionId: Scalars['ID']['input'];
}>;


export type StoredMapQuery = { node: { id: string, prediction: { anomalyMapUrl: string, anomalyMapScale: number } | null } | {} | null };

export type PredictNowMutationVariables = Exact<{
  input: PredictInput;
}>;


export type PredictNowMutation = { predict: { prediction: { anomalyScore: number, isAnomalous: boolean, explanation: string | null, warnings: Array<string>, anomalyMapUrl: string | null, anomalyMapScale: number | null, overlayUrl: string | null, seconds: number, regions: Array<{ score: number, pixels: number, box: { x: number, y: number, width: number, height: number }, nearestNormal: { distance: number, image: { filename: string, url: string } | null, box: { x: number, y: number, width: number, height: number }, patch: { x: number, y: number, width: number, height: number } } | null }> } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type InboxQueryVariables = Exact<{
  projectId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type InboxQuery = { loggedPredictions: { totalCount: number, nodes: Array<{ id: string, at: string, station: string | null, partId: string | null, model: string, version: number, anomalyScore: number, imageThreshold: number | null, isAnomalous: boolean, imageUrl: string | null, regions: Array<{ score: number, box: { x: number, y: number, width: number, height: number } }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type InboxPredictionFragment = { id: string, at: string, station: string | null, partId: string | null, model: string, version: number, anomalyScore: number, imageThreshold: number | null, isAnomalous: boolean, imageUrl: string | null, regions: Array<{ score: number, box: { x: number, y: number, width: number, height: number } }> };

export type GiveFeedbackMutationVariables = Exact<{
  input: GiveFeedbackInput;
}>;


export type GiveFeedbackMutation = { giveFeedback: { prediction: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type AddPredictionToDatasetMutationVariables = Exact<{
  input: AddPredictionToDatasetInput;
}>;


export type AddPredictionToDatasetMutation = { addPredictionToDataset: { image: { id: string, filename: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type MonitoredVersionQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  filter?: InputMaybe<MonitoringFilter>;
  step: MonitoringStep;
}>;


export type MonitoredVersionQuery = { modelMonitoring: { expectedAnomalyRate: number | null, scoreEdges: Array<number>, stations: Array<string>, total: { from: string, to: string, predictions: number, anomalous: number, anomalyRate: number | null, lowestRate: number | null, highestRate: number | null, isRateInLimits: boolean | null, scoreBins: Array<number>, scoreDistance: number | null, scoreDistanceLimit: number | null, stabilityIndex: number | null, bankDistanceDrift: number | null, bankDistanceDriftLimit: number | null, bankDistanceStabilityIndex: number | null, medianLatency: number | null, latency95: number | null }, buckets: Array<{ from: string, to: string, predictions: number, anomalous: number, anomalyRate: number | null, lowestRate: number | null, highestRate: number | null, isRateInLimits: boolean | null, scoreBins: Array<number>, scoreDistance: number | null, scoreDistanceLimit: number | null, stabilityIndex: number | null, bankDistanceDrift: number | null, bankDistanceDriftLimit: number | null, bankDistanceStabilityIndex: number | null, medianLatency: number | null, latency95: number | null }>, modelVersion: { model: { id: string, name: string, monitoringRule: { isOn: boolean, windowHours: number, leastPredictions: number, expectedAnomalyRate: number | null, silenceMinutes: number | null }, retrainingRule: { newLabels: number | null, onDrift: boolean } } } } };

export type WatchedBucketFragment = { from: string, to: string, predictions: number, anomalous: number, anomalyRate: number | null, lowestRate: number | null, highestRate: number | null, isRateInLimits: boolean | null, scoreBins: Array<number>, scoreDistance: number | null, scoreDistanceLimit: number | null, stabilityIndex: number | null, bankDistanceDrift: number | null, bankDistanceDriftLimit: number | null, bankDistanceStabilityIndex: number | null, medianLatency: number | null, latency95: number | null };

export type MonitoringAlertsQueryVariables = Exact<{
  projectId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type MonitoringAlertsQuery = { monitoringAlerts: { totalCount: number, nodes: Array<{ id: string, kind: AlertKind, openedAt: string, closedAt: string | null, station: string | null, value: number, lowest: number | null, highest: number | null, predictions: number, model: { name: string }, modelVersion: { id: string, version: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ShownAlertFragment = { id: string, kind: AlertKind, openedAt: string, closedAt: string | null, station: string | null, value: number, lowest: number | null, highest: number | null, predictions: number, model: { name: string }, modelVersion: { id: string, version: number } };

export type SetMonitoringRuleMutationVariables = Exact<{
  input: SetMonitoringRuleInput;
}>;


export type SetMonitoringRuleMutation = { setMonitoringRule: { model: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type RetrainingProposalsQueryVariables = Exact<{
  projectId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type RetrainingProposalsQuery = { retrainingProposals: { totalCount: number, nodes: Array<{ id: string, createdAt: string, newLabels: number, reasons: Array<RetrainingReason>, dataset: { id: string, name: string }, model: { name: string }, modelVersion: { id: string, version: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ShownProposalFragment = { id: string, createdAt: string, newLabels: number, reasons: Array<RetrainingReason>, dataset: { id: string, name: string }, model: { name: string }, modelVersion: { id: string, version: number } };

export type StartRetrainingMutationVariables = Exact<{
  input: DecideRetrainingInput;
}>;


export type StartRetrainingMutation = { startRetraining: { proposal: { trainingRun: { id: string } | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type DismissRetrainingMutationVariables = Exact<{
  input: DecideRetrainingInput;
}>;


export type DismissRetrainingMutation = { dismissRetraining: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type SetRetrainingRuleMutationVariables = Exact<{
  input: SetRetrainingRuleInput;
}>;


export type SetRetrainingRuleMutation = { setRetrainingRule: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type ShadowPredictionsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ShadowPredictionsQuery = { node: { id: string, shadow: { bothAnomalous: number, bothNormal: number, onlyServed: number, onlyShadow: number, dropped: number, failed: number } } | {} | null, shadowPredictions: { totalCount: number, nodes: Array<{ at: string, anomalyScore: number, imageThreshold: number | null, isAnomalous: boolean, prediction: { id: string, model: string, version: number, station: string | null, partId: string | null, anomalyScore: number, imageThreshold: number | null, isAnomalous: boolean, imageUrl: string | null } }>, pageInfo: { hasNextPage: boolean } } };

export type StartSweepMutationVariables = Exact<{
  input: StartSweepInput;
}>;


export type StartSweepMutation = { startSweep: { sweep: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type CancelSweepMutationVariables = Exact<{
  input: CancelSweepInput;
}>;


export type CancelSweepMutation = { cancelSweep: { userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type SweepProgressQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type SweepProgressQuery = { node: { id: string, state: SweepState, candidates: Array<{ detector: string, supervision: Supervision, trials: Array<{ seed: number, state: SweepTrialState, value: number | null, problem: string | null, trainingRun: { waitingFor: string | null } | null }> }> } | {} | null };

export type SweepOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type SweepOutcomeQuery = { node: { id: string, state: SweepState, endReason: SweepEnd | null, modelName: string, metric: SweepMetric, seeds: Array<number>, snapshot: { id: string, counts: { validation: number } }, candidates: Array<{ detector: string, supervision: Supervision, params: Record<string, unknown>, isBaseline: boolean, mean: number | null, difference: { mean: number, low: number | null, high: number | null } | null, trials: Array<{ seed: number, state: SweepTrialState, value: number | null, problem: string | null, trainingRun: { id: string, startedAt: string | null, finishedAt: string | null, modelVersion: { version: number } | null } | null, evaluation: { id: string, events: { nodes: Array<{ __typename: 'CheckpointSaved' } | { __typename: 'LogWritten' } | { __typename: 'MetricsReported', secondsPerStep: number | null } | { __typename: 'StateChanged' }> } } | null }> }>, winner: { detector: string, supervision: Supervision, params: Record<string, unknown>, isBaseline: boolean, mean: number | null, difference: { mean: number, low: number | null, high: number | null } | null, trials: Array<{ seed: number, state: SweepTrialState, value: number | null, problem: string | null, trainingRun: { id: string, startedAt: string | null, finishedAt: string | null, modelVersion: { version: number } | null } | null, evaluation: { id: string, events: { nodes: Array<{ __typename: 'CheckpointSaved' } | { __typename: 'LogWritten' } | { __typename: 'MetricsReported', secondsPerStep: number | null } | { __typename: 'StateChanged' }> } } | null }> } | null } | {} | null };

export type TriedCandidateFragment = { detector: string, supervision: Supervision, params: Record<string, unknown>, isBaseline: boolean, mean: number | null, difference: { mean: number, low: number | null, high: number | null } | null, trials: Array<{ seed: number, state: SweepTrialState, value: number | null, problem: string | null, trainingRun: { id: string, startedAt: string | null, finishedAt: string | null, modelVersion: { version: number } | null } | null, evaluation: { id: string, events: { nodes: Array<{ __typename: 'CheckpointSaved' } | { __typename: 'LogWritten' } | { __typename: 'MetricsReported', secondsPerStep: number | null } | { __typename: 'StateChanged' }> } } | null }> };

export type TrainingPresetsQueryVariables = Exact<{
  detector?: InputMaybe<Scalars['String']['input']>;
}>;


export type TrainingPresetsQuery = { trainingPresets: Array<{ name: string, detector: string, description: string, supervision: Supervision, params: Record<string, unknown>, settings: { imageSize: number, smoothingSigma: number }, featureExtractor: { name: string } | null }> };

export type StartTrainingMutationVariables = Exact<{
  input: StartTrainingInput;
}>;


export type StartTrainingMutation = { startTraining: { run: { id: string, preset: string | null, seed: number, supervision: Supervision, detector: { name: string, version: string }, featureExtractor: { name: string, version: string } | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, item: string | null }> } };

export type StartedRunFragment = { id: string, preset: string | null, seed: number, supervision: Supervision, detector: { name: string, version: string }, featureExtractor: { name: string, version: string } | null };

export type TrainingOutcomeQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type TrainingOutcomeQuery = { node: { id: string, state: JobState, failure: { code: ErrorCode, message: string, field: Array<string> | null, item: string | null } | null, modelVersion: { id: string, version: number, imageThreshold: number | null, pixelThreshold: number | null, model: { name: string }, snapshot: { id: string } } | null } | {} | null };

export type SettingsFragment = { imageSize: number, smoothingSigma: number };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const TokenFragmentDoc = new TypedDocumentString(`
    fragment Token on AccessToken {
  tokenId
  name
  permissions
  projectIds
  isService
  createdAt
  expiresAt
  revokedAt
  earlierUntil
  lastUsedOn
}
    `, {"fragmentName":"Token"}) as unknown as TypedDocumentString<TokenFragment, unknown>;
export const ChangeFragmentDoc = new TypedDocumentString(`
    fragment Change on ProjectChange {
  cursor
  seq
  at
  kind
  count
  ids
  datasetId
  modelId
  annotationKind
  jobKind
  jobState
  alias
  fromVersion
  toVersion
}
    `, {"fragmentName":"Change"}) as unknown as TypedDocumentString<ChangeFragment, unknown>;
export const ProblemFragmentDoc = new TypedDocumentString(`
    fragment Problem on UserError {
  code
  message
  field
  item
}
    `, {"fragmentName":"Problem"}) as unknown as TypedDocumentString<ProblemFragment, unknown>;
export const DatasetInfoFragmentDoc = new TypedDocumentString(`
    fragment DatasetInfo on Dataset {
  id
  name
  counts {
    images
    normal
    anomalous
    train
    test
  }
}
    `, {"fragmentName":"DatasetInfo"}) as unknown as TypedDocumentString<DatasetInfoFragment, unknown>;
export const ImportFindingsFragmentDoc = new TypedDocumentString(`
    fragment ImportFindings on DatasetImport {
  id
  state
  failure {
    ...Problem
  }
  imagesImported
  annotationsImported
  summary {
    counts {
      images
      normal
      anomalous
      unlabelled
      train
      validation
      test
    }
    annotations {
      kind
      images
    }
    defectTypes {
      defectType
      images
    }
    existing
    normalNames
    leftOut {
      reason
      files
      examples
    }
  }
  problems {
    ...Problem
  }
  totalProblems
  skipped {
    ...Problem
  }
  totalSkipped
  warnings {
    ...Problem
  }
  totalWarnings
  dataset {
    ...DatasetInfo
  }
}
    fragment DatasetInfo on Dataset {
  id
  name
  counts {
    images
    normal
    anomalous
    train
    test
  }
}
fragment Problem on UserError {
  code
  message
  field
  item
}`, {"fragmentName":"ImportFindings"}) as unknown as TypedDocumentString<ImportFindingsFragment, unknown>;
export const RectangleFragmentDoc = new TypedDocumentString(`
    fragment Rectangle on Box {
  x
  y
  width
  height
}
    `, {"fragmentName":"Rectangle"}) as unknown as TypedDocumentString<RectangleFragment, unknown>;
export const ListedImageFragmentDoc = new TypedDocumentString(`
    fragment ListedImage on Image {
  id
  filename
  split
  label
  defectType
  width
  height
  annotations {
    kind
    revision
    ... on BoxAnnotation {
      boxes {
        ...Rectangle
        defectType
      }
    }
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}`, {"fragmentName":"ListedImage"}) as unknown as TypedDocumentString<ListedImageFragment, unknown>;
export const ExplainedRegionFragmentDoc = new TypedDocumentString(`
    fragment ExplainedRegion on Region {
  box {
    ...Rectangle
  }
  score
  nearestNormal {
    image {
      filename
      url
    }
    box {
      ...Rectangle
    }
    distance
    patch {
      ...Rectangle
    }
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}`, {"fragmentName":"ExplainedRegion"}) as unknown as TypedDocumentString<ExplainedRegionFragment, unknown>;
export const EvaluatedImageFragmentDoc = new TypedDocumentString(`
    fragment EvaluatedImage on EvaluatedImage {
  anomalyScore
  isAnomalous
  explanation
  anomalyMapUrl
  overlayUrl
  regions {
    ...ExplainedRegion
  }
  image {
    filename
    label
    defectType
    width
    height
    url
    annotations {
      ... on PixelAnnotation {
        maskUrl
      }
    }
  }
}
    fragment ExplainedRegion on Region {
  box {
    ...Rectangle
  }
  score
  nearestNormal {
    image {
      filename
      url
    }
    box {
      ...Rectangle
    }
    distance
    patch {
      ...Rectangle
    }
  }
}
fragment Rectangle on Box {
  x
  y
  width
  height
}`, {"fragmentName":"EvaluatedImage"}) as unknown as TypedDocumentString<EvaluatedImageFragment, unknown>;
export const LoggedEventFragmentDoc = new TypedDocumentString(`
    fragment LoggedEvent on JobEvent {
  __typename
  cursor
  seq
  at
  attempt
  ... on StateChanged {
    state
  }
  ... on MetricsReported {
    stage
    step
    totalSteps
    metrics {
      name
      value
    }
    secondsPerStep
    etaSeconds
  }
  ... on LogWritten {
    level
    message
  }
  ... on CheckpointSaved {
    step
  }
}
    `, {"fragmentName":"LoggedEvent"}) as unknown as TypedDocumentString<LoggedEventFragment, unknown>;
export const ModelVersionInfoFragmentDoc = new TypedDocumentString(`
    fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}
    `, {"fragmentName":"ModelVersionInfo"}) as unknown as TypedDocumentString<ModelVersionInfoFragment, unknown>;
export const PredictionInfoFragmentDoc = new TypedDocumentString(`
    fragment PredictionInfo on Prediction {
  anomalyScore
  isAnomalous
  explanation
  warnings
  anomalyMapUrl
  anomalyMapScale
  overlayUrl
  regions {
    box {
      ...Rectangle
    }
    score
    pixels
  }
  seconds
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}`, {"fragmentName":"PredictionInfo"}) as unknown as TypedDocumentString<PredictionInfoFragment, unknown>;
export const PredictedImageFragmentDoc = new TypedDocumentString(`
    fragment PredictedImage on PredictedImage {
  anomalyScore
  isAnomalous
  explanation
  anomalyMapUrl
  anomalyMapScale
  overlayUrl
  regions {
    score
    pixels
  }
  image {
    filename
  }
}
    `, {"fragmentName":"PredictedImage"}) as unknown as TypedDocumentString<PredictedImageFragment, unknown>;
export const SettingsFragmentDoc = new TypedDocumentString(`
    fragment Settings on TrainingSettings {
  imageSize
  smoothingSigma
}
    `, {"fragmentName":"Settings"}) as unknown as TypedDocumentString<SettingsFragment, unknown>;
export const ReportedTrainingFragmentDoc = new TypedDocumentString(`
    fragment ReportedTraining on TrainingRun {
  id
  preset
  seed
  supervision
  startedAt
  finishedAt
  environment
  detector {
    name
    version
    params
  }
  featureExtractor {
    name
    version
  }
  settings {
    ...Settings
  }
  snapshot {
    counts {
      train
    }
  }
  metricHistory(name: "loss") {
    stage
    step
    value
  }
}
    fragment Settings on TrainingSettings {
  imageSize
  smoothingSigma
}`, {"fragmentName":"ReportedTraining"}) as unknown as TypedDocumentString<ReportedTrainingFragment, unknown>;
export const ThresholdsFragmentDoc = new TypedDocumentString(`
    fragment Thresholds on ModelVersion {
  id
  version
  model {
    name
  }
  imageThreshold
  pixelThreshold
  thresholdPolicy {
    kind
    imageQuantile
    pixelQuantile
    split
    chosenOnTestSplit
    author
    chosenAt
    evaluation {
      id
    }
  }
}
    `, {"fragmentName":"Thresholds"}) as unknown as TypedDocumentString<ThresholdsFragment, unknown>;
export const DatasetCountedFragmentDoc = new TypedDocumentString(`
    fragment DatasetCounted on Dataset {
  counts {
    images
    normal
    anomalous
    unlabelled
    train
    validation
    test
  }
  annotationBudget {
    kind
    images
    activeSeconds
    secondsPerImage
  }
}
    `, {"fragmentName":"DatasetCounted"}) as unknown as TypedDocumentString<DatasetCountedFragment, unknown>;
export const WallImageFragmentDoc = new TypedDocumentString(`
    fragment WallImage on Image {
  id
  filename
  split
  label
  defectType
  width
  height
  url
  thumbnailUrl
  annotations {
    kind
    revision
    activeSeconds
  }
}
    `, {"fragmentName":"WallImage"}) as unknown as TypedDocumentString<WallImageFragment, unknown>;
export const DrawnMaskFragmentDoc = new TypedDocumentString(`
    fragment DrawnMask on PixelAnnotation {
  revision
  author
  counts
}
    `, {"fragmentName":"DrawnMask"}) as unknown as TypedDocumentString<DrawnMaskFragment, unknown>;
export const OpenedSessionFragmentDoc = new TypedDocumentString(`
    fragment OpenedSession on LabelSession {
  id
  openedAt
  expiresAt
}
    `, {"fragmentName":"OpenedSession"}) as unknown as TypedDocumentString<OpenedSessionFragment, unknown>;
export const DrawnBoxesFragmentDoc = new TypedDocumentString(`
    fragment DrawnBoxes on BoxAnnotation {
  revision
  author
  boxes {
    ...Rectangle
    defectType
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}`, {"fragmentName":"DrawnBoxes"}) as unknown as TypedDocumentString<DrawnBoxesFragment, unknown>;
export const DrawnBlocksFragmentDoc = new TypedDocumentString(`
    fragment DrawnBlocks on BlockAnnotation {
  revision
  author
  blockSize
  rows
  columns
  labels
}
    `, {"fragmentName":"DrawnBlocks"}) as unknown as TypedDocumentString<DrawnBlocksFragment, unknown>;
export const JudgedLabelFragmentDoc = new TypedDocumentString(`
    fragment JudgedLabel on Annotation {
  id
  kind
  revision
  author
  activeSeconds
  image {
    id
    filename
    label
    width
    height
    url
    thumbnailUrl
  }
  ...DrawnBoxes
  ...DrawnBlocks
  ... on PixelAnnotation {
    maskUrl
    anomalousPixels
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}
fragment DrawnBoxes on BoxAnnotation {
  revision
  author
  boxes {
    ...Rectangle
    defectType
  }
}
fragment DrawnBlocks on BlockAnnotation {
  revision
  author
  blockSize
  rows
  columns
  labels
}`, {"fragmentName":"JudgedLabel"}) as unknown as TypedDocumentString<JudgedLabelFragment, unknown>;
export const StudyInfoFragmentDoc = new TypedDocumentString(`
    fragment StudyInfo on Study {
  id
  name
  kinds
  imageCount
  createdAt
  participants
  progress {
    done
    total
  }
  results {
    kind
    trials
    participants
    meanSeconds
    medianSeconds
    meanSecondsInterval {
      low
      high
    }
    publishedSeconds
    implausibleTrials
    quality {
      pixelIou
      blockKappa
      insideShare
      areaRatio
    }
  }
}
    `, {"fragmentName":"StudyInfo"}) as unknown as TypedDocumentString<StudyInfoFragment, unknown>;
export const ShownTrialFragmentDoc = new TypedDocumentString(`
    fragment ShownTrial on StudyTrial {
  id
  kind
  position
  isPractice
  image {
    id
    filename
    width
    height
    url
    thumbnailUrl
  }
  truth {
    ... on PixelAnnotation {
      maskUrl
    }
  }
}
    `, {"fragmentName":"ShownTrial"}) as unknown as TypedDocumentString<ShownTrialFragment, unknown>;
export const MetricsFragmentDoc = new TypedDocumentString(`
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
    `, {"fragmentName":"Metrics"}) as unknown as TypedDocumentString<MetricsFragment, unknown>;
export const ListedEvaluationFragmentDoc = new TypedDocumentString(`
    fragment ListedEvaluation on Evaluation {
  id
  state
  split
  createdAt
  snapshot {
    id
    dataset {
      name
    }
  }
  metrics {
    ...Metrics
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}`, {"fragmentName":"ListedEvaluation"}) as unknown as TypedDocumentString<ListedEvaluationFragment, unknown>;
export const VersionsListedFragmentDoc = new TypedDocumentString(`
    fragment VersionsListed on ModelVersionConnection {
  nodes {
    id
    version
    pixelThreshold
    aliases
    createdAt
    supervision
    labelCost {
      activeSeconds
    }
    trainingRun {
      detector {
        name
      }
    }
    snapshot {
      dataset {
        id
      }
    }
    evaluations(first: 5) {
      nodes {
        ...ListedEvaluation
      }
    }
  }
  pageInfo {
    hasNextPage
    endCursor
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment ListedEvaluation on Evaluation {
  id
  state
  split
  createdAt
  snapshot {
    id
    dataset {
      name
    }
  }
  metrics {
    ...Metrics
  }
}`, {"fragmentName":"VersionsListed"}) as unknown as TypedDocumentString<VersionsListedFragment, unknown>;
export const LeaderboardEntryFragmentDoc = new TypedDocumentString(`
    fragment LeaderboardEntry on LeaderboardRow {
  modelVersion {
    id
    version
    aliases
    model {
      name
    }
    trainingRun {
      preset
      seed
      detector {
        name
        params
      }
    }
  }
  supervision
  labelCost {
    kind
    images
    activeSeconds
  }
  metrics {
    ...Metrics
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}`, {"fragmentName":"LeaderboardEntry"}) as unknown as TypedDocumentString<LeaderboardEntryFragment, unknown>;
export const ComparedVerdictFragmentDoc = new TypedDocumentString(`
    fragment ComparedVerdict on EvaluatedImage {
  anomalyScore
  isAnomalous
  verdict
  overlayUrl
}
    `, {"fragmentName":"ComparedVerdict"}) as unknown as TypedDocumentString<ComparedVerdictFragment, unknown>;
export const SideOfComparisonFragmentDoc = new TypedDocumentString(`
    fragment SideOfComparison on ComparedVersion {
  modelVersion {
    id
    version
    imageThreshold
    model {
      name
    }
    supervision
    trainingRun {
      preset
      seed
      detector {
        name
        version
        params
      }
      featureExtractor {
        name
        version
      }
      settings {
        ...Settings
      }
    }
  }
}
    fragment Settings on TrainingSettings {
  imageSize
  smoothingSigma
}`, {"fragmentName":"SideOfComparison"}) as unknown as TypedDocumentString<SideOfComparisonFragment, unknown>;
export const JudgedImageFragmentDoc = new TypedDocumentString(`
    fragment JudgedImage on EvaluatedImage {
  anomalyScore
  verdict
  overlayUrl
  regions {
    ...ExplainedRegion
  }
  image {
    id
    filename
    label
    defectType
    url
  }
}
    fragment ExplainedRegion on Region {
  box {
    ...Rectangle
  }
  score
  nearestNormal {
    image {
      filename
      url
    }
    box {
      ...Rectangle
    }
    distance
    patch {
      ...Rectangle
    }
  }
}
fragment Rectangle on Box {
  x
  y
  width
  height
}`, {"fragmentName":"JudgedImage"}) as unknown as TypedDocumentString<JudgedImageFragment, unknown>;
export const InboxPredictionFragmentDoc = new TypedDocumentString(`
    fragment InboxPrediction on LoggedPrediction {
  id
  at
  station
  partId
  model
  version
  anomalyScore
  imageThreshold
  isAnomalous
  imageUrl
  regions {
    score
    box {
      x
      y
      width
      height
    }
  }
}
    `, {"fragmentName":"InboxPrediction"}) as unknown as TypedDocumentString<InboxPredictionFragment, unknown>;
export const WatchedBucketFragmentDoc = new TypedDocumentString(`
    fragment WatchedBucket on MonitoringBucket {
  from
  to
  predictions
  anomalous
  anomalyRate
  lowestRate
  highestRate
  isRateInLimits
  scoreBins
  scoreDistance
  scoreDistanceLimit
  stabilityIndex
  bankDistanceDrift
  bankDistanceDriftLimit
  bankDistanceStabilityIndex
  medianLatency
  latency95
}
    `, {"fragmentName":"WatchedBucket"}) as unknown as TypedDocumentString<WatchedBucketFragment, unknown>;
export const ShownAlertFragmentDoc = new TypedDocumentString(`
    fragment ShownAlert on MonitoringAlert {
  id
  kind
  openedAt
  closedAt
  station
  value
  lowest
  highest
  predictions
  model {
    name
  }
  modelVersion {
    id
    version
  }
}
    `, {"fragmentName":"ShownAlert"}) as unknown as TypedDocumentString<ShownAlertFragment, unknown>;
export const ShownProposalFragmentDoc = new TypedDocumentString(`
    fragment ShownProposal on RetrainingProposal {
  id
  createdAt
  newLabels
  reasons
  dataset {
    id
    name
  }
  model {
    name
  }
  modelVersion {
    id
    version
  }
}
    `, {"fragmentName":"ShownProposal"}) as unknown as TypedDocumentString<ShownProposalFragment, unknown>;
export const TriedCandidateFragmentDoc = new TypedDocumentString(`
    fragment TriedCandidate on SweepCandidate {
  detector
  supervision
  params
  isBaseline
  mean
  difference {
    mean
    low
    high
  }
  trials {
    seed
    state
    value
    problem
    trainingRun {
      id
      startedAt
      finishedAt
      modelVersion {
        version
      }
    }
    evaluation {
      id
      events(last: 5) {
        nodes {
          __typename
          ... on MetricsReported {
            secondsPerStep
          }
        }
      }
    }
  }
}
    `, {"fragmentName":"TriedCandidate"}) as unknown as TypedDocumentString<TriedCandidateFragment, unknown>;
export const StartedRunFragmentDoc = new TypedDocumentString(`
    fragment StartedRun on TrainingRun {
  id
  preset
  seed
  supervision
  detector {
    name
    version
  }
  featureExtractor {
    name
    version
  }
}
    `, {"fragmentName":"StartedRun"}) as unknown as TypedDocumentString<StartedRunFragment, unknown>;
export const TokensDocument = new TypedDocumentString(`
    query Tokens($serviceOf: ID, $after: String) {
  tokens(serviceOf: $serviceOf, first: 100, after: $after) {
    nodes {
      ...Token
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Token on AccessToken {
  tokenId
  name
  permissions
  projectIds
  isService
  createdAt
  expiresAt
  revokedAt
  earlierUntil
  lastUsedOn
}`) as unknown as TypedDocumentString<TokensQuery, TokensQueryVariables>;
export const CreateTokenDocument = new TypedDocumentString(`
    mutation CreateToken($input: CreateTokenInput!) {
  createToken(input: $input) {
    token {
      ...Token
    }
    secret
    userErrors {
      ...Problem
    }
  }
}
    fragment Token on AccessToken {
  tokenId
  name
  permissions
  projectIds
  isService
  createdAt
  expiresAt
  revokedAt
  earlierUntil
  lastUsedOn
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<CreateTokenMutation, CreateTokenMutationVariables>;
export const RotateTokenDocument = new TypedDocumentString(`
    mutation RotateToken($input: RotateTokenInput!) {
  rotateToken(input: $input) {
    token {
      ...Token
    }
    secret
    userErrors {
      ...Problem
    }
  }
}
    fragment Token on AccessToken {
  tokenId
  name
  permissions
  projectIds
  isService
  createdAt
  expiresAt
  revokedAt
  earlierUntil
  lastUsedOn
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<RotateTokenMutation, RotateTokenMutationVariables>;
export const RevokeTokenDocument = new TypedDocumentString(`
    mutation RevokeToken($input: RevokeTokenInput!) {
  revokeToken(input: $input) {
    token {
      ...Token
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Token on AccessToken {
  tokenId
  name
  permissions
  projectIds
  isService
  createdAt
  expiresAt
  revokedAt
  earlierUntil
  lastUsedOn
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<RevokeTokenMutation, RevokeTokenMutationVariables>;
export const ProjectIdDocument = new TypedDocumentString(`
    query ProjectId($name: String!) {
  project(name: $name) {
    id
  }
}
    `) as unknown as TypedDocumentString<ProjectIdQuery, ProjectIdQueryVariables>;
export const ProjectQuotasDocument = new TypedDocumentString(`
    query ProjectQuotas($name: String!) {
  project(name: $name) {
    id
    usage {
      bytes
      images
      predictionsPerMinute
      trainingMinutes
    }
    quotas {
      bytes
      images
      predictionsPerMinute
      trainingMinutes
    }
  }
}
    `) as unknown as TypedDocumentString<ProjectQuotasQuery, ProjectQuotasQueryVariables>;
export const SetProjectQuotasDocument = new TypedDocumentString(`
    mutation SetProjectQuotas($input: SetProjectQuotasInput!) {
  setProjectQuotas(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<SetProjectQuotasMutation, SetProjectQuotasMutationVariables>;
export const AuditEventsDocument = new TypedDocumentString(`
    query AuditEvents($projectId: ID, $filter: AuditEventFilter, $after: String) {
  auditEvents(projectId: $projectId, filter: $filter, first: 200, after: $after) {
    nodes {
      seq
      at
      principalId
      principalName
      via
      address
      projectId
      action
      targets
      outcome
      details
      requestId
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AuditEventsQuery, AuditEventsQueryVariables>;
export const ProjectChangesDocument = new TypedDocumentString(`
    query ProjectChanges($projectId: ID!, $kinds: [ProjectChangeKind!], $first: Int, $after: String, $last: Int) {
  projectChanges(
    projectId: $projectId
    kinds: $kinds
    first: $first
    after: $after
    last: $last
  ) {
    nodes {
      ...Change
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Change on ProjectChange {
  cursor
  seq
  at
  kind
  count
  ids
  datasetId
  modelId
  annotationKind
  jobKind
  jobState
  alias
  fromVersion
  toVersion
}`) as unknown as TypedDocumentString<ProjectChangesQuery, ProjectChangesQueryVariables>;
export const FollowProjectChangesDocument = new TypedDocumentString(`
    subscription FollowProjectChanges($projectId: ID!, $after: String, $kinds: [ProjectChangeKind!]) {
  projectChanges(projectId: $projectId, after: $after, kinds: $kinds) {
    ...Change
  }
}
    fragment Change on ProjectChange {
  cursor
  seq
  at
  kind
  count
  ids
  datasetId
  modelId
  annotationKind
  jobKind
  jobState
  alias
  fromVersion
  toVersion
}`) as unknown as TypedDocumentString<FollowProjectChangesSubscription, FollowProjectChangesSubscriptionVariables>;
export const DatasetByNameDocument = new TypedDocumentString(`
    query DatasetByName($name: String!) {
  dataset(name: $name) {
    ...DatasetInfo
  }
}
    fragment DatasetInfo on Dataset {
  id
  name
  counts {
    images
    normal
    anomalous
    train
    test
  }
}`) as unknown as TypedDocumentString<DatasetByNameQuery, DatasetByNameQueryVariables>;
export const CreateDatasetDocument = new TypedDocumentString(`
    mutation CreateDataset($input: CreateDatasetInput!) {
  createDataset(input: $input) {
    dataset {
      ...DatasetInfo
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment DatasetInfo on Dataset {
  id
  name
  counts {
    images
    normal
    anomalous
    train
    test
  }
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<CreateDatasetMutation, CreateDatasetMutationVariables>;
export const DeleteDatasetDocument = new TypedDocumentString(`
    mutation DeleteDataset($input: DeleteDatasetInput!) {
  deleteDataset(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DeleteDatasetMutation, DeleteDatasetMutationVariables>;
export const CreateUploadDocument = new TypedDocumentString(`
    mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) {
    upload {
      id
      url
      method
      headers
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<CreateUploadMutation, CreateUploadMutationVariables>;
export const ImportDatasetDocument = new TypedDocumentString(`
    mutation ImportDataset($input: ImportDatasetInput!) {
  importDataset(input: $input) {
    import {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<ImportDatasetMutation, ImportDatasetMutationVariables>;
export const ImportOutcomeDocument = new TypedDocumentString(`
    query ImportOutcome($id: ID!) {
  node(id: $id) {
    ... on DatasetImport {
      id
      ...ImportFindings
    }
  }
}
    fragment DatasetInfo on Dataset {
  id
  name
  counts {
    images
    normal
    anomalous
    train
    test
  }
}
fragment ImportFindings on DatasetImport {
  id
  state
  failure {
    ...Problem
  }
  imagesImported
  annotationsImported
  summary {
    counts {
      images
      normal
      anomalous
      unlabelled
      train
      validation
      test
    }
    annotations {
      kind
      images
    }
    defectTypes {
      defectType
      images
    }
    existing
    normalNames
    leftOut {
      reason
      files
      examples
    }
  }
  problems {
    ...Problem
  }
  totalProblems
  skipped {
    ...Problem
  }
  totalSkipped
  warnings {
    ...Problem
  }
  totalWarnings
  dataset {
    ...DatasetInfo
  }
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<ImportOutcomeQuery, ImportOutcomeQueryVariables>;
export const DatasetImagesDocument = new TypedDocumentString(`
    query DatasetImages($id: ID!, $filter: ImageFilter, $after: String) {
  node(id: $id) {
    ... on Dataset {
      id
      images(first: 100, after: $after, filter: $filter) {
        nodes {
          ...ListedImage
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment ListedImage on Image {
  id
  filename
  split
  label
  defectType
  width
  height
  annotations {
    kind
    revision
    ... on BoxAnnotation {
      boxes {
        ...Rectangle
        defectType
      }
    }
  }
}
fragment Rectangle on Box {
  x
  y
  width
  height
}`) as unknown as TypedDocumentString<DatasetImagesQuery, DatasetImagesQueryVariables>;
export const UpdateImagesDocument = new TypedDocumentString(`
    mutation UpdateImages($input: UpdateImagesInput!) {
  updateImages(input: $input) {
    images {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<UpdateImagesMutation, UpdateImagesMutationVariables>;
export const SaveBoxAnnotationDocument = new TypedDocumentString(`
    mutation SaveBoxAnnotation($input: SaveBoxAnnotationInput!) {
  saveBoxAnnotation(input: $input) {
    annotation {
      revision
    }
    warnings {
      ...Problem
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<SaveBoxAnnotationMutation, SaveBoxAnnotationMutationVariables>;
export const SaveBoxAnnotationsDocument = new TypedDocumentString(`
    mutation SaveBoxAnnotations($input: SaveBoxAnnotationsInput!) {
  saveBoxAnnotations(input: $input) {
    saved
    warnings {
      ...Problem
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<SaveBoxAnnotationsMutation, SaveBoxAnnotationsMutationVariables>;
export const CreateSnapshotDocument = new TypedDocumentString(`
    mutation CreateSnapshot($input: CreateSnapshotInput!) {
  createSnapshot(input: $input) {
    snapshot {
      id
      digest
      counts {
        images
        normal
        anomalous
        train
        test
      }
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<CreateSnapshotMutation, CreateSnapshotMutationVariables>;
export const ExportDatasetDocument = new TypedDocumentString(`
    mutation ExportDataset($input: ExportDatasetInput!) {
  exportDataset(input: $input) {
    export {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<ExportDatasetMutation, ExportDatasetMutationVariables>;
export const ExportOutcomeDocument = new TypedDocumentString(`
    query ExportOutcome($id: ID!) {
  node(id: $id) {
    ... on DatasetExport {
      id
      images
      imagesLeftOut
      artifact {
        url
        sha256
        bytes
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ExportOutcomeQuery, ExportOutcomeQueryVariables>;
export const SplitDatasetDocument = new TypedDocumentString(`
    mutation SplitDataset($input: SplitDatasetInput!) {
  splitDataset(input: $input) {
    changed
    groups
    splits {
      split
      images
      normal
      anomalous
      unlabelled
    }
    warnings {
      ...Problem
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<SplitDatasetMutation, SplitDatasetMutationVariables>;
export const DeleteImagesDocument = new TypedDocumentString(`
    mutation DeleteImages($input: DeleteImagesInput!) {
  deleteImages(input: $input) {
    deletedIds
    keptInSnapshots
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DeleteImagesMutation, DeleteImagesMutationVariables>;
export const DeleteSnapshotDocument = new TypedDocumentString(`
    mutation DeleteSnapshot($input: DeleteSnapshotInput!) {
  deleteSnapshot(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DeleteSnapshotMutation, DeleteSnapshotMutationVariables>;
export const AddImagesDocument = new TypedDocumentString(`
    mutation AddImages($input: AddImagesInput!) {
  addImages(input: $input) {
    images {
      id
      filename
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<AddImagesMutation, AddImagesMutationVariables>;
export const EvaluateModelDocument = new TypedDocumentString(`
    mutation EvaluateModel($input: EvaluateModelInput!) {
  evaluateModel(input: $input) {
    evaluation {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<EvaluateModelMutation, EvaluateModelMutationVariables>;
export const EvaluationOutcomeDocument = new TypedDocumentString(`
    query EvaluationOutcome($id: ID!) {
  node(id: $id) {
    ... on Evaluation {
      id
      state
      failure {
        ...Problem
      }
      split
      imagesWithoutMask
      imagesTrainedOn
      metrics {
        ...Metrics
      }
      byDefectType {
        defectType
        images
        metrics {
          ...Metrics
        }
      }
    }
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<EvaluationOutcomeQuery, EvaluationOutcomeQueryVariables>;
export const EvaluatedImagesDocument = new TypedDocumentString(`
    query EvaluatedImages($id: ID!, $after: String) {
  node(id: $id) {
    ... on Evaluation {
      id
      images(first: 25, after: $after, orderBy: SCORE_DESC) {
        nodes {
          ...EvaluatedImage
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment EvaluatedImage on EvaluatedImage {
  anomalyScore
  isAnomalous
  explanation
  anomalyMapUrl
  overlayUrl
  regions {
    ...ExplainedRegion
  }
  image {
    filename
    label
    defectType
    width
    height
    url
    annotations {
      ... on PixelAnnotation {
        maskUrl
      }
    }
  }
}
fragment ExplainedRegion on Region {
  box {
    ...Rectangle
  }
  score
  nearestNormal {
    image {
      filename
      url
    }
    box {
      ...Rectangle
    }
    distance
    patch {
      ...Rectangle
    }
  }
}
fragment Rectangle on Box {
  x
  y
  width
  height
}`) as unknown as TypedDocumentString<EvaluatedImagesQuery, EvaluatedImagesQueryVariables>;
export const LeaderboardDocument = new TypedDocumentString(`
    query Leaderboard($snapshotId: ID!) {
  leaderboard(snapshotId: $snapshotId) {
    modelVersion {
      ...ModelVersionInfo
    }
    supervision
    labelCost {
      kind
      images
      activeSeconds
    }
    metrics {
      ...Metrics
    }
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}`) as unknown as TypedDocumentString<LeaderboardQuery, LeaderboardQueryVariables>;
export const JobEventsDocument = new TypedDocumentString(`
    subscription JobEvents($jobId: ID!, $after: String) {
  jobEvents(jobId: $jobId, after: $after) {
    ...LoggedEvent
  }
}
    fragment LoggedEvent on JobEvent {
  __typename
  cursor
  seq
  at
  attempt
  ... on StateChanged {
    state
  }
  ... on MetricsReported {
    stage
    step
    totalSteps
    metrics {
      name
      value
    }
    secondsPerStep
    etaSeconds
  }
  ... on LogWritten {
    level
    message
  }
  ... on CheckpointSaved {
    step
  }
}`) as unknown as TypedDocumentString<JobEventsSubscription, JobEventsSubscriptionVariables>;
export const JobOutcomeDocument = new TypedDocumentString(`
    query JobOutcome($id: ID!) {
  node(id: $id) {
    ... on Job {
      id
      kind
      state
      failure {
        ...Problem
      }
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<JobOutcomeQuery, JobOutcomeQueryVariables>;
export const CancelJobDocument = new TypedDocumentString(`
    mutation CancelJob($input: JobInput!) {
  cancelJob(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<CancelJobMutation, CancelJobMutationVariables>;
export const DeleteJobDocument = new TypedDocumentString(`
    mutation DeleteJob($input: JobInput!) {
  deleteJob(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DeleteJobMutation, DeleteJobMutationVariables>;
export const DatasetsDocument = new TypedDocumentString(`
    query Datasets($after: String) {
  datasets(first: 100, after: $after) {
    nodes {
      id
      name
      createdAt
      counts {
        images
        normal
        anomalous
        unlabelled
        train
        validation
        test
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetsQuery, DatasetsQueryVariables>;
export const ModelsDocument = new TypedDocumentString(`
    query Models($after: String) {
  models(first: 200, after: $after) {
    nodes {
      name
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ModelsQuery, ModelsQueryVariables>;
export const ModelVersionsDocument = new TypedDocumentString(`
    query ModelVersions($name: String!, $after: String) {
  model(name: $name) {
    id
    versions(first: 100, after: $after) {
      nodes {
        id
        version
        aliases
        createdAt
        supervision
        imageThreshold
        trainingRun {
          detector {
            name
          }
        }
        snapshot {
          dataset {
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ModelVersionsQuery, ModelVersionsQueryVariables>;
export const TrainingRunsDocument = new TypedDocumentString(`
    query TrainingRuns($state: JobState, $after: String) {
  jobs(kind: TRAINING, state: $state, first: 100, after: $after) {
    nodes {
      id
      state
      createdAt
      progress
      failure {
        ...Problem
      }
      ... on TrainingRun {
        supervision
        preset
        detector {
          name
        }
        modelVersion {
          ...ModelVersionInfo
        }
        snapshot {
          dataset {
            name
          }
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<TrainingRunsQuery, TrainingRunsQueryVariables>;
export const ModelVersionDocument = new TypedDocumentString(`
    query ModelVersion($model: String!, $version: String!) {
  modelVersion(model: $model, version: $version) {
    ...ModelVersionInfo
  }
}
    fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}`) as unknown as TypedDocumentString<ModelVersionQuery, ModelVersionQueryVariables>;
export const LatestModelVersionDocument = new TypedDocumentString(`
    query LatestModelVersion($name: String!) {
  model(name: $name) {
    versions(first: 1) {
      nodes {
        ...ModelVersionInfo
      }
    }
  }
}
    fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}`) as unknown as TypedDocumentString<LatestModelVersionQuery, LatestModelVersionQueryVariables>;
export const ExportModelDocument = new TypedDocumentString(`
    mutation ExportModel($input: ExportModelInput!) {
  exportModel(input: $input) {
    export {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<ExportModelMutation, ExportModelMutationVariables>;
export const ModelExportOutcomeDocument = new TypedDocumentString(`
    query ModelExportOutcome($id: ID!) {
  node(id: $id) {
    ... on ModelExport {
      id
      artifact {
        url
        sha256
        bytes
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ModelExportOutcomeQuery, ModelExportOutcomeQueryVariables>;
export const ImportModelDocument = new TypedDocumentString(`
    mutation ImportModel($input: ImportModelInput!) {
  importModel(input: $input) {
    import {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<ImportModelMutation, ImportModelMutationVariables>;
export const ModelImportOutcomeDocument = new TypedDocumentString(`
    query ModelImportOutcome($id: ID!) {
  node(id: $id) {
    ... on ModelImport {
      id
      modelVersion {
        ...ModelVersionInfo
      }
    }
  }
}
    fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}`) as unknown as TypedDocumentString<ModelImportOutcomeQuery, ModelImportOutcomeQueryVariables>;
export const ModelByNameDocument = new TypedDocumentString(`
    query ModelByName($name: String!) {
  model(name: $name) {
    id
  }
}
    `) as unknown as TypedDocumentString<ModelByNameQuery, ModelByNameQueryVariables>;
export const DeleteModelDocument = new TypedDocumentString(`
    mutation DeleteModel($input: DeleteModelInput!) {
  deleteModel(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DeleteModelMutation, DeleteModelMutationVariables>;
export const DeleteModelVersionDocument = new TypedDocumentString(`
    mutation DeleteModelVersion($input: DeleteModelVersionInput!) {
  deleteModelVersion(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DeleteModelVersionMutation, DeleteModelVersionMutationVariables>;
export const PredictDocument = new TypedDocumentString(`
    mutation Predict($input: PredictInput!) {
  predict(input: $input) {
    prediction {
      ...PredictionInfo
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}
fragment PredictionInfo on Prediction {
  anomalyScore
  isAnomalous
  explanation
  warnings
  anomalyMapUrl
  anomalyMapScale
  overlayUrl
  regions {
    box {
      ...Rectangle
    }
    score
    pixels
  }
  seconds
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<PredictMutation, PredictMutationVariables>;
export const PredictDatasetDocument = new TypedDocumentString(`
    mutation PredictDataset($input: PredictDatasetInput!) {
  predictDataset(input: $input) {
    prediction {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<PredictDatasetMutation, PredictDatasetMutationVariables>;
export const PredictedImagesDocument = new TypedDocumentString(`
    query PredictedImages($id: ID!, $after: String) {
  node(id: $id) {
    ... on DatasetPrediction {
      id
      images(first: 100, after: $after) {
        nodes {
          ...PredictedImage
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment PredictedImage on PredictedImage {
  anomalyScore
  isAnomalous
  explanation
  anomalyMapUrl
  anomalyMapScale
  overlayUrl
  regions {
    score
    pixels
  }
  image {
    filename
  }
}`) as unknown as TypedDocumentString<PredictedImagesQuery, PredictedImagesQueryVariables>;
export const EvaluationReportDocument = new TypedDocumentString(`
    query EvaluationReport($id: ID!) {
  node(id: $id) {
    ... on Evaluation {
      id
      state
      split
      imagesWithoutMask
      imagesTrainedOn
      startedAt
      finishedAt
      snapshot {
        digest
        dataset {
          name
        }
      }
      metrics {
        ...Metrics
      }
      byDefectType {
        defectType
        images
        metrics {
          ...Metrics
        }
      }
      rocCurve {
        x
        y
      }
      precisionRecallCurve {
        x
        y
      }
      proCurve {
        x
        y
      }
      modelVersion {
        ...ModelVersionInfo
        trainingRun {
          ...ReportedTraining
        }
      }
    }
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}
fragment ReportedTraining on TrainingRun {
  id
  preset
  seed
  supervision
  startedAt
  finishedAt
  environment
  detector {
    name
    version
    params
  }
  featureExtractor {
    name
    version
  }
  settings {
    ...Settings
  }
  snapshot {
    counts {
      train
    }
  }
  metricHistory(name: "loss") {
    stage
    step
    value
  }
}
fragment Settings on TrainingSettings {
  imageSize
  smoothingSigma
}`) as unknown as TypedDocumentString<EvaluationReportQuery, EvaluationReportQueryVariables>;
export const VersionEvaluationsDocument = new TypedDocumentString(`
    query VersionEvaluations($id: ID!, $after: String) {
  node(id: $id) {
    ... on ModelVersion {
      id
      evaluations(first: 100, after: $after) {
        nodes {
          ...ListedEvaluation
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment ListedEvaluation on Evaluation {
  id
  state
  split
  createdAt
  snapshot {
    id
    dataset {
      name
    }
  }
  metrics {
    ...Metrics
  }
}`) as unknown as TypedDocumentString<VersionEvaluationsQuery, VersionEvaluationsQueryVariables>;
export const ServerInfoDocument = new TypedDocumentString(`
    query ServerInfo {
  server {
    version
    pluginApiVersion
    computeBackend
    database
  }
}
    `) as unknown as TypedDocumentString<ServerInfoQuery, ServerInfoQueryVariables>;
export const WorkersDocument = new TypedDocumentString(`
    query Workers {
  server {
    workers {
      name
      kinds
      device
      engine
      startedAt
      seenAt
    }
  }
}
    `) as unknown as TypedDocumentString<WorkersQuery, WorkersQueryVariables>;
export const PluginsDocument = new TypedDocumentString(`
    query Plugins($kind: PluginKind) {
  plugins(kind: $kind) {
    name
    kind
    version
    title
    description
    reference
    paramsSchema
    available
    problem {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<PluginsQuery, PluginsQueryVariables>;
export const ServerLimitsDocument = new TypedDocumentString(`
    query ServerLimits {
  server {
    limits
  }
}
    `) as unknown as TypedDocumentString<ServerLimitsQuery, ServerLimitsQueryVariables>;
export const SetModelAliasDocument = new TypedDocumentString(`
    mutation SetModelAlias($input: SetModelAliasInput!) {
  setModelAlias(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<SetModelAliasMutation, SetModelAliasMutationVariables>;
export const RemoveModelAliasDocument = new TypedDocumentString(`
    mutation RemoveModelAlias($input: RemoveModelAliasInput!) {
  removeModelAlias(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<RemoveModelAliasMutation, RemoveModelAliasMutationVariables>;
export const ModelAliasesDocument = new TypedDocumentString(`
    query ModelAliases($name: String!, $after: String) {
  model(name: $name) {
    id
    aliases {
      name
      modelVersion {
        version
      }
    }
    aliasHistory(first: 100, after: $after) {
      nodes {
        alias
        at
        author
        fromVersion
        toVersion
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ModelAliasesQuery, ModelAliasesQueryVariables>;
export const VersionThresholdsDocument = new TypedDocumentString(`
    query VersionThresholds($model: String!, $version: String!) {
  modelVersion(model: $model, version: $version) {
    ...Thresholds
  }
}
    fragment Thresholds on ModelVersion {
  id
  version
  model {
    name
  }
  imageThreshold
  pixelThreshold
  thresholdPolicy {
    kind
    imageQuantile
    pixelQuantile
    split
    chosenOnTestSplit
    author
    chosenAt
    evaluation {
      id
    }
  }
}`) as unknown as TypedDocumentString<VersionThresholdsQuery, VersionThresholdsQueryVariables>;
export const SetThresholdPolicyDocument = new TypedDocumentString(`
    mutation SetThresholdPolicy($input: SetThresholdPolicyInput!) {
  setThresholdPolicy(input: $input) {
    modelVersion {
      ...Thresholds
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment Thresholds on ModelVersion {
  id
  version
  model {
    name
  }
  imageThreshold
  pixelThreshold
  thresholdPolicy {
    kind
    imageQuantile
    pixelQuantile
    split
    chosenOnTestSplit
    author
    chosenAt
    evaluation {
      id
    }
  }
}`) as unknown as TypedDocumentString<SetThresholdPolicyMutation, SetThresholdPolicyMutationVariables>;
export const DatasetFrameDocument = new TypedDocumentString(`
    query DatasetFrame($id: ID!) {
  node(id: $id) {
    ... on Dataset {
      id
      name
      project {
        id
        name
        viewerCan
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetFrameQuery, DatasetFrameQueryVariables>;
export const ViewerNameDocument = new TypedDocumentString(`
    query ViewerName {
  viewer {
    principal {
      kind
      name
    }
    permissions
  }
}
    `) as unknown as TypedDocumentString<ViewerNameQuery, ViewerNameQueryVariables>;
export const DatasetStepsDocument = new TypedDocumentString(`
    query DatasetSteps($id: ID!) {
  node(id: $id) {
    ... on Dataset {
      id
      ...DatasetCounted
      snapshots(first: 1) {
        nodes {
          id
        }
      }
    }
  }
}
    fragment DatasetCounted on Dataset {
  counts {
    images
    normal
    anomalous
    unlabelled
    train
    validation
    test
  }
  annotationBudget {
    kind
    images
    activeSeconds
    secondsPerImage
  }
}`) as unknown as TypedDocumentString<DatasetStepsQuery, DatasetStepsQueryVariables>;
export const WallImagesDocument = new TypedDocumentString(`
    query WallImages($id: ID!, $filter: ImageFilter, $first: Int, $after: String) {
  node(id: $id) {
    ... on Dataset {
      id
      images(first: $first, after: $after, filter: $filter) {
        totalCount
        nodes {
          ...WallImage
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment WallImage on Image {
  id
  filename
  split
  label
  defectType
  width
  height
  url
  thumbnailUrl
  annotations {
    kind
    revision
    activeSeconds
  }
}`) as unknown as TypedDocumentString<WallImagesQuery, WallImagesQueryVariables>;
export const LabelQueueDocument = new TypedDocumentString(`
    query LabelQueue($datasetId: ID!, $kind: AnnotationKind!, $modelVersionId: ID) {
  labelQueue(
    datasetId: $datasetId
    kind: $kind
    modelVersionId: $modelVersionId
    first: 100
  ) {
    reasons
    expectedSeconds
    image {
      ...WallImage
    }
  }
}
    fragment WallImage on Image {
  id
  filename
  split
  label
  defectType
  width
  height
  url
  thumbnailUrl
  annotations {
    kind
    revision
    activeSeconds
  }
}`) as unknown as TypedDocumentString<LabelQueueQuery, LabelQueueQueryVariables>;
export const ImportFormatsDocument = new TypedDocumentString(`
    query ImportFormats {
  importFormats {
    name
    description
  }
}
    `) as unknown as TypedDocumentString<ImportFormatsQuery, ImportFormatsQueryVariables>;
export const UploadStateDocument = new TypedDocumentString(`
    query UploadState($id: ID!) {
  node(id: $id) {
    ... on Upload {
      id
      completedAt
    }
  }
}
    `) as unknown as TypedDocumentString<UploadStateQuery, UploadStateQueryVariables>;
export const ImportPageDocument = new TypedDocumentString(`
    query ImportPage($id: ID!) {
  node(id: $id) {
    ... on DatasetImport {
      id
      dryRun
      format
      progress
      waitingFor
      ...ImportFindings
      events(last: 1) {
        nodes {
          ...LoggedEvent
        }
      }
    }
  }
}
    fragment DatasetInfo on Dataset {
  id
  name
  counts {
    images
    normal
    anomalous
    train
    test
  }
}
fragment ImportFindings on DatasetImport {
  id
  state
  failure {
    ...Problem
  }
  imagesImported
  annotationsImported
  summary {
    counts {
      images
      normal
      anomalous
      unlabelled
      train
      validation
      test
    }
    annotations {
      kind
      images
    }
    defectTypes {
      defectType
      images
    }
    existing
    normalNames
    leftOut {
      reason
      files
      examples
    }
  }
  problems {
    ...Problem
  }
  totalProblems
  skipped {
    ...Problem
  }
  totalSkipped
  warnings {
    ...Problem
  }
  totalWarnings
  dataset {
    ...DatasetInfo
  }
}
fragment LoggedEvent on JobEvent {
  __typename
  cursor
  seq
  at
  attempt
  ... on StateChanged {
    state
  }
  ... on MetricsReported {
    stage
    step
    totalSteps
    metrics {
      name
      value
    }
    secondsPerStep
    etaSeconds
  }
  ... on LogWritten {
    level
    message
  }
  ... on CheckpointSaved {
    step
  }
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<ImportPageQuery, ImportPageQueryVariables>;
export const JobWaitsForDocument = new TypedDocumentString(`
    query JobWaitsFor($id: ID!) {
  node(id: $id) {
    ... on Job {
      id
      waitingFor
    }
  }
}
    `) as unknown as TypedDocumentString<JobWaitsForQuery, JobWaitsForQueryVariables>;
export const JobNewestDocument = new TypedDocumentString(`
    query JobNewest($id: ID!) {
  node(id: $id) {
    ... on Job {
      id
      state
      events(last: 1) {
        nodes {
          cursor
          seq
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<JobNewestQuery, JobNewestQueryVariables>;
export const LabelledImageDocument = new TypedDocumentString(`
    query LabelledImage($id: ID!, $withMask: Boolean!) {
  node(id: $id) {
    ... on Image {
      id
      dataset {
        id
      }
      filename
      split
      label
      width
      height
      url
      thumbnailUrl
      annotations {
        kind
        ...DrawnBoxes
        ...DrawnBlocks
        ...DrawnMask @include(if: $withMask)
      }
    }
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}
fragment DrawnBoxes on BoxAnnotation {
  revision
  author
  boxes {
    ...Rectangle
    defectType
  }
}
fragment DrawnBlocks on BlockAnnotation {
  revision
  author
  blockSize
  rows
  columns
  labels
}
fragment DrawnMask on PixelAnnotation {
  revision
  author
  counts
}`) as unknown as TypedDocumentString<LabelledImageQuery, LabelledImageQueryVariables>;
export const OpenLabellingDocument = new TypedDocumentString(`
    mutation OpenLabelling($input: OpenLabellingInput!) {
  openLabelling(input: $input) {
    session {
      ...OpenedSession
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment OpenedSession on LabelSession {
  id
  openedAt
  expiresAt
}`) as unknown as TypedDocumentString<OpenLabellingMutation, OpenLabellingMutationVariables>;
export const KeepLabellingDocument = new TypedDocumentString(`
    mutation KeepLabelling($input: KeepLabellingInput!) {
  keepLabelling(input: $input) {
    session {
      ...OpenedSession
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment OpenedSession on LabelSession {
  id
  openedAt
  expiresAt
}`) as unknown as TypedDocumentString<KeepLabellingMutation, KeepLabellingMutationVariables>;
export const CloseLabellingDocument = new TypedDocumentString(`
    mutation CloseLabelling($input: CloseLabellingInput!) {
  closeLabelling(input: $input) {
    session {
      ...OpenedSession
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment OpenedSession on LabelSession {
  id
  openedAt
  expiresAt
}`) as unknown as TypedDocumentString<CloseLabellingMutation, CloseLabellingMutationVariables>;
export const ClaimedImagesDocument = new TypedDocumentString(`
    query ClaimedImages($id: ID!) {
  node(id: $id) {
    ... on Dataset {
      id
      images(first: 200, filter: {claimed: true}) {
        nodes {
          id
          claims {
            holder
            isMine
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ClaimedImagesQuery, ClaimedImagesQueryVariables>;
export const ReviewQueueDocument = new TypedDocumentString(`
    query ReviewQueue($datasetId: ID!, $modelVersionId: ID, $first: Int!) {
  reviewQueue(
    datasetId: $datasetId
    modelVersionId: $modelVersionId
    first: $first
  ) {
    scoreRatio
    isContradicted
    annotation {
      ...JudgedLabel
    }
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}
fragment DrawnBoxes on BoxAnnotation {
  revision
  author
  boxes {
    ...Rectangle
    defectType
  }
}
fragment DrawnBlocks on BlockAnnotation {
  revision
  author
  blockSize
  rows
  columns
  labels
}
fragment JudgedLabel on Annotation {
  id
  kind
  revision
  author
  activeSeconds
  image {
    id
    filename
    label
    width
    height
    url
    thumbnailUrl
  }
  ...DrawnBoxes
  ...DrawnBlocks
  ... on PixelAnnotation {
    maskUrl
    anomalousPixels
  }
}`) as unknown as TypedDocumentString<ReviewQueueQuery, ReviewQueueQueryVariables>;
export const ReviewAnnotationDocument = new TypedDocumentString(`
    mutation ReviewAnnotation($input: ReviewAnnotationInput!) {
  reviewAnnotation(input: $input) {
    review {
      verdict
      note
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<ReviewAnnotationMutation, ReviewAnnotationMutationVariables>;
export const DatasetStudiesDocument = new TypedDocumentString(`
    query DatasetStudies($datasetId: ID!) {
  studies(datasetId: $datasetId, first: 50) {
    nodes {
      ...StudyInfo
    }
  }
}
    fragment StudyInfo on Study {
  id
  name
  kinds
  imageCount
  createdAt
  participants
  progress {
    done
    total
  }
  results {
    kind
    trials
    participants
    meanSeconds
    medianSeconds
    meanSecondsInterval {
      low
      high
    }
    publishedSeconds
    implausibleTrials
    quality {
      pixelIou
      blockKappa
      insideShare
      areaRatio
    }
  }
}`) as unknown as TypedDocumentString<DatasetStudiesQuery, DatasetStudiesQueryVariables>;
export const StudyPageDocument = new TypedDocumentString(`
    query StudyPage($id: ID!) {
  node(id: $id) {
    ... on Study {
      ...StudyInfo
      csv
    }
  }
}
    fragment StudyInfo on Study {
  id
  name
  kinds
  imageCount
  createdAt
  participants
  progress {
    done
    total
  }
  results {
    kind
    trials
    participants
    meanSeconds
    medianSeconds
    meanSecondsInterval {
      low
      high
    }
    publishedSeconds
    implausibleTrials
    quality {
      pixelIou
      blockKappa
      insideShare
      areaRatio
    }
  }
}`) as unknown as TypedDocumentString<StudyPageQuery, StudyPageQueryVariables>;
export const CreateStudyDocument = new TypedDocumentString(`
    mutation CreateStudy($input: CreateStudyInput!) {
  createStudy(input: $input) {
    study {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<CreateStudyMutation, CreateStudyMutationVariables>;
export const StartTrialDocument = new TypedDocumentString(`
    mutation StartTrial($input: StartTrialInput!) {
  startTrial(input: $input) {
    trial {
      ...ShownTrial
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment ShownTrial on StudyTrial {
  id
  kind
  position
  isPractice
  image {
    id
    filename
    width
    height
    url
    thumbnailUrl
  }
  truth {
    ... on PixelAnnotation {
      maskUrl
    }
  }
}`) as unknown as TypedDocumentString<StartTrialMutation, StartTrialMutationVariables>;
export const FinishTrialDocument = new TypedDocumentString(`
    mutation FinishTrial($input: FinishTrialInput!) {
  finishTrial(input: $input) {
    trial {
      id
      timing
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<FinishTrialMutation, FinishTrialMutationVariables>;
export const SaveBoxesDocument = new TypedDocumentString(`
    mutation SaveBoxes($input: SaveBoxAnnotationInput!) {
  saveBoxAnnotation(input: $input) {
    annotation {
      ...DrawnBoxes
    }
    current {
      ...DrawnBoxes
    }
    warnings {
      ...Problem
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Rectangle on Box {
  x
  y
  width
  height
}
fragment Problem on UserError {
  code
  message
  field
  item
}
fragment DrawnBoxes on BoxAnnotation {
  revision
  author
  boxes {
    ...Rectangle
    defectType
  }
}`) as unknown as TypedDocumentString<SaveBoxesMutation, SaveBoxesMutationVariables>;
export const SaveMaskDocument = new TypedDocumentString(`
    mutation SaveMask($input: SavePixelAnnotationInput!) {
  savePixelAnnotation(input: $input) {
    annotation {
      ...DrawnMask
    }
    current {
      ...DrawnMask
    }
    warnings {
      ...Problem
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment DrawnMask on PixelAnnotation {
  revision
  author
  counts
}`) as unknown as TypedDocumentString<SaveMaskMutation, SaveMaskMutationVariables>;
export const DeriveLabelsDocument = new TypedDocumentString(`
    mutation DeriveLabels($input: DeriveAnnotationsInput!) {
  deriveAnnotations(input: $input) {
    derived
    unchanged
    skipped
    warnings {
      ...Problem
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DeriveLabelsMutation, DeriveLabelsMutationVariables>;
export const SaveBlocksDocument = new TypedDocumentString(`
    mutation SaveBlocks($input: SaveBlockAnnotationInput!) {
  saveBlockAnnotation(input: $input) {
    annotation {
      ...DrawnBlocks
    }
    current {
      ...DrawnBlocks
    }
    warnings {
      ...Problem
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment DrawnBlocks on BlockAnnotation {
  revision
  author
  blockSize
  rows
  columns
  labels
}`) as unknown as TypedDocumentString<SaveBlocksMutation, SaveBlocksMutationVariables>;
export const TrainingChoicesDocument = new TypedDocumentString(`
    query TrainingChoices($id: ID!) {
  node(id: $id) {
    ... on Dataset {
      id
      ...DatasetCounted
      normalTrain: images(first: 1, filter: {split: TRAIN, label: NORMAL}) {
        totalCount
      }
      boxes: images(
        first: 1
        filter: {split: TRAIN, label: ANOMALOUS, annotatedWith: BOX}
      ) {
        totalCount
      }
      blocks: images(
        first: 1
        filter: {split: TRAIN, label: ANOMALOUS, annotatedWith: BLOCK}
      ) {
        totalCount
      }
      masks: images(
        first: 1
        filter: {split: TRAIN, label: ANOMALOUS, annotatedWith: PIXEL}
      ) {
        totalCount
      }
      allBoxes: images(first: 1, filter: {label: ANOMALOUS, annotatedWith: BOX}) {
        totalCount
      }
      allBlocks: images(first: 1, filter: {label: ANOMALOUS, annotatedWith: BLOCK}) {
        totalCount
      }
      allMasks: images(first: 1, filter: {label: ANOMALOUS, annotatedWith: PIXEL}) {
        totalCount
      }
      snapshots(first: 20) {
        nodes {
          id
          tag
          createdAt
          counts {
            images
          }
        }
      }
    }
  }
}
    fragment DatasetCounted on Dataset {
  counts {
    images
    normal
    anomalous
    unlabelled
    train
    validation
    test
  }
  annotationBudget {
    kind
    images
    activeSeconds
    secondsPerImage
  }
}`) as unknown as TypedDocumentString<TrainingChoicesQuery, TrainingChoicesQueryVariables>;
export const RecentRunsDocument = new TypedDocumentString(`
    query RecentRuns($projectId: ID!) {
  jobs(kind: TRAINING, projectId: $projectId, first: 50) {
    nodes {
      id
      state
      createdAt
      progress
      ... on TrainingRun {
        supervision
        preset
        detector {
          name
        }
        modelVersion {
          id
          version
          model {
            name
          }
        }
        snapshot {
          dataset {
            id
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RecentRunsQuery, RecentRunsQueryVariables>;
export const RunPageDocument = new TypedDocumentString(`
    query RunPage($id: ID!) {
  node(id: $id) {
    ... on TrainingRun {
      id
      state
      progress
      createdAt
      startedAt
      finishedAt
      attempt
      waitingFor
      supervision
      preset
      detector {
        name
      }
      failure {
        ...Problem
      }
      modelVersion {
        id
        version
        model {
          name
        }
      }
      metricHistory(name: "loss") {
        stage
        step
        value
      }
      beginning: events(first: 50) {
        nodes {
          ...LoggedEvent
        }
      }
      events(last: 150) {
        nodes {
          ...LoggedEvent
        }
      }
    }
  }
}
    fragment LoggedEvent on JobEvent {
  __typename
  cursor
  seq
  at
  attempt
  ... on StateChanged {
    state
  }
  ... on MetricsReported {
    stage
    step
    totalSteps
    metrics {
      name
      value
    }
    secondsPerStep
    etaSeconds
  }
  ... on LogWritten {
    level
    message
  }
  ... on CheckpointSaved {
    step
  }
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<RunPageQuery, RunPageQueryVariables>;
export const RetryJobDocument = new TypedDocumentString(`
    mutation RetryJob($input: JobInput!) {
  retryJob(input: $input) {
    job {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<RetryJobMutation, RetryJobMutationVariables>;
export const ProjectVersionsDocument = new TypedDocumentString(`
    query ProjectVersions($projectId: ID!, $after: String) {
  models(projectId: $projectId, first: 20, after: $after) {
    nodes {
      id
      name
      versions(first: 15) {
        ...VersionsListed
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment ListedEvaluation on Evaluation {
  id
  state
  split
  createdAt
  snapshot {
    id
    dataset {
      name
    }
  }
  metrics {
    ...Metrics
  }
}
fragment VersionsListed on ModelVersionConnection {
  nodes {
    id
    version
    pixelThreshold
    aliases
    createdAt
    supervision
    labelCost {
      activeSeconds
    }
    trainingRun {
      detector {
        name
      }
    }
    snapshot {
      dataset {
        id
      }
    }
    evaluations(first: 5) {
      nodes {
        ...ListedEvaluation
      }
    }
  }
  pageInfo {
    hasNextPage
    endCursor
  }
}`) as unknown as TypedDocumentString<ProjectVersionsQuery, ProjectVersionsQueryVariables>;
export const MoreVersionsDocument = new TypedDocumentString(`
    query MoreVersions($id: ID!, $after: String) {
  node(id: $id) {
    ... on Model {
      id
      versions(first: 100, after: $after) {
        ...VersionsListed
      }
    }
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment ListedEvaluation on Evaluation {
  id
  state
  split
  createdAt
  snapshot {
    id
    dataset {
      name
    }
  }
  metrics {
    ...Metrics
  }
}
fragment VersionsListed on ModelVersionConnection {
  nodes {
    id
    version
    pixelThreshold
    aliases
    createdAt
    supervision
    labelCost {
      activeSeconds
    }
    trainingRun {
      detector {
        name
      }
    }
    snapshot {
      dataset {
        id
      }
    }
    evaluations(first: 5) {
      nodes {
        ...ListedEvaluation
      }
    }
  }
  pageInfo {
    hasNextPage
    endCursor
  }
}`) as unknown as TypedDocumentString<MoreVersionsQuery, MoreVersionsQueryVariables>;
export const LeaderboardRowsDocument = new TypedDocumentString(`
    query LeaderboardRows($snapshotId: ID!, $orderBy: LeaderboardOrder) {
  leaderboard(snapshotId: $snapshotId, orderBy: $orderBy, first: 200) {
    ...LeaderboardEntry
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment LeaderboardEntry on LeaderboardRow {
  modelVersion {
    id
    version
    aliases
    model {
      name
    }
    trainingRun {
      preset
      seed
      detector {
        name
        params
      }
    }
  }
  supervision
  labelCost {
    kind
    images
    activeSeconds
  }
  metrics {
    ...Metrics
  }
}`) as unknown as TypedDocumentString<LeaderboardRowsQuery, LeaderboardRowsQueryVariables>;
export const PublishedPointsDocument = new TypedDocumentString(`
    query PublishedPoints($dataset: PublishedDataset!) {
  publishedResults(dataset: $dataset) {
    method
    supervision
    secondsPerImage
    pixelAp
    pro
    source
  }
}
    `) as unknown as TypedDocumentString<PublishedPointsQuery, PublishedPointsQueryVariables>;
export const ComparePairDocument = new TypedDocumentString(`
    query ComparePair($a: ID!, $b: ID!, $snapshotId: ID!) {
  compareModelVersions(a: $a, b: $b, snapshotId: $snapshotId) {
    a {
      ...SideOfComparison
    }
    b {
      ...SideOfComparison
    }
    differences {
      name
      a
      b
    }
    images(first: 200) {
      difference
      image {
        id
        filename
        label
        defectType
        width
        height
        url
        thumbnailUrl
      }
      a {
        ...ComparedVerdict
      }
      b {
        ...ComparedVerdict
      }
    }
  }
}
    fragment ComparedVerdict on EvaluatedImage {
  anomalyScore
  isAnomalous
  verdict
  overlayUrl
}
fragment SideOfComparison on ComparedVersion {
  modelVersion {
    id
    version
    imageThreshold
    model {
      name
    }
    supervision
    trainingRun {
      preset
      seed
      detector {
        name
        version
        params
      }
      featureExtractor {
        name
        version
      }
      settings {
        ...Settings
      }
    }
  }
}
fragment Settings on TrainingSettings {
  imageSize
  smoothingSigma
}`) as unknown as TypedDocumentString<ComparePairQuery, ComparePairQueryVariables>;
export const EvaluationScoresDocument = new TypedDocumentString(`
    query EvaluationScores($id: ID!, $after: String) {
  node(id: $id) {
    ... on Evaluation {
      id
      images(first: 200, after: $after, orderBy: SCORE_DESC) {
        nodes {
          anomalyScore
          isAnomalous
          verdict
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EvaluationScoresQuery, EvaluationScoresQueryVariables>;
export const AliasMovesDocument = new TypedDocumentString(`
    query AliasMoves($id: ID!, $after: String) {
  node(id: $id) {
    ... on Model {
      id
      aliasHistory(first: 20, after: $after) {
        totalCount
        nodes {
          seq
          alias
          at
          author
          fromVersion
          toVersion
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AliasMovesQuery, AliasMovesQueryVariables>;
export const DatasetCardsDocument = new TypedDocumentString(`
    query DatasetCards($after: String) {
  datasets(first: 50, after: $after) {
    totalCount
    nodes {
      id
      name
      counts {
        images
        normal
        anomalous
        unlabelled
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetCardsQuery, DatasetCardsQueryVariables>;
export const TestSnapshotsDocument = new TypedDocumentString(`
    query TestSnapshots($id: ID!) {
  node(id: $id) {
    ... on Dataset {
      id
      snapshots(first: 20) {
        nodes {
          id
          createdAt
          counts {
            test
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TestSnapshotsQuery, TestSnapshotsQueryVariables>;
export const VersionPageDocument = new TypedDocumentString(`
    query VersionPage($id: ID!) {
  node(id: $id) {
    ... on ModelVersion {
      ...Thresholds
      aliases
      createdAt
      supervision
      usable {
        predicts
        problems {
          ...Problem
        }
      }
      trainingRun {
        id
        detector {
          name
        }
      }
      snapshot {
        id
        counts {
          validation
          test
        }
        dataset {
          id
        }
      }
      model {
        id
        name
        project {
          id
          name
          viewerCan
        }
        aliases {
          name
          modelVersion {
            id
            version
            evaluations(first: 20) {
              nodes {
                ...ListedEvaluation
              }
            }
          }
        }
      }
      evaluations(first: 20) {
        nodes {
          ...ListedEvaluation
          failure {
            ...Problem
          }
        }
      }
    }
  }
}
    fragment Metrics on EvaluationMetrics {
  pixelAuroc
  pixelAp
  pro
  proFprLimit
  pixelF1Max
  pixelF1MaxThreshold
  imageAuroc
  imageAp
  imageF1Max
  imageF1MaxThreshold
}
fragment Problem on UserError {
  code
  message
  field
  item
}
fragment ListedEvaluation on Evaluation {
  id
  state
  split
  createdAt
  snapshot {
    id
    dataset {
      name
    }
  }
  metrics {
    ...Metrics
  }
}
fragment Thresholds on ModelVersion {
  id
  version
  model {
    name
  }
  imageThreshold
  pixelThreshold
  thresholdPolicy {
    kind
    imageQuantile
    pixelQuantile
    split
    chosenOnTestSplit
    author
    chosenAt
    evaluation {
      id
    }
  }
}`) as unknown as TypedDocumentString<VersionPageQuery, VersionPageQueryVariables>;
export const WorstImagesDocument = new TypedDocumentString(`
    query WorstImages($id: ID!, $after: String, $filter: EvaluatedImageFilter) {
  node(id: $id) {
    ... on Evaluation {
      id
      misses: images(first: 1, filter: {verdict: MISS}) {
        totalCount
      }
      falseAlarms: images(first: 1, filter: {verdict: FALSE_ALARM}) {
        totalCount
      }
      images(first: 12, after: $after, orderBy: WORST_FIRST, filter: $filter) {
        totalCount
        nodes {
          ...JudgedImage
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment ExplainedRegion on Region {
  box {
    ...Rectangle
  }
  score
  nearestNormal {
    image {
      filename
      url
    }
    box {
      ...Rectangle
    }
    distance
    patch {
      ...Rectangle
    }
  }
}
fragment Rectangle on Box {
  x
  y
  width
  height
}
fragment JudgedImage on EvaluatedImage {
  anomalyScore
  verdict
  overlayUrl
  regions {
    ...ExplainedRegion
  }
  image {
    id
    filename
    label
    defectType
    url
  }
}`) as unknown as TypedDocumentString<WorstImagesQuery, WorstImagesQueryVariables>;
export const StoredMapDocument = new TypedDocumentString(`
    query StoredMap($id: ID!, $modelVersionId: ID!) {
  node(id: $id) {
    ... on Image {
      id
      prediction(modelVersionId: $modelVersionId) {
        anomalyMapUrl
        anomalyMapScale
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StoredMapQuery, StoredMapQueryVariables>;
export const PredictNowDocument = new TypedDocumentString(`
    mutation PredictNow($input: PredictInput!) {
  predict(input: $input) {
    prediction {
      ...PredictionInfo
      regions {
        ...ExplainedRegion
      }
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment ExplainedRegion on Region {
  box {
    ...Rectangle
  }
  score
  nearestNormal {
    image {
      filename
      url
    }
    box {
      ...Rectangle
    }
    distance
    patch {
      ...Rectangle
    }
  }
}
fragment Rectangle on Box {
  x
  y
  width
  height
}
fragment PredictionInfo on Prediction {
  anomalyScore
  isAnomalous
  explanation
  warnings
  anomalyMapUrl
  anomalyMapScale
  overlayUrl
  regions {
    box {
      ...Rectangle
    }
    score
    pixels
  }
  seconds
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<PredictNowMutation, PredictNowMutationVariables>;
export const InboxDocument = new TypedDocumentString(`
    query Inbox($projectId: ID!, $after: String) {
  loggedPredictions(
    projectId: $projectId
    first: 20
    after: $after
    filter: {hasPictures: true, hasFeedback: false}
  ) {
    totalCount
    nodes {
      ...InboxPrediction
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment InboxPrediction on LoggedPrediction {
  id
  at
  station
  partId
  model
  version
  anomalyScore
  imageThreshold
  isAnomalous
  imageUrl
  regions {
    score
    box {
      x
      y
      width
      height
    }
  }
}`) as unknown as TypedDocumentString<InboxQuery, InboxQueryVariables>;
export const GiveFeedbackDocument = new TypedDocumentString(`
    mutation GiveFeedback($input: GiveFeedbackInput!) {
  giveFeedback(input: $input) {
    prediction {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<GiveFeedbackMutation, GiveFeedbackMutationVariables>;
export const AddPredictionToDatasetDocument = new TypedDocumentString(`
    mutation AddPredictionToDataset($input: AddPredictionToDatasetInput!) {
  addPredictionToDataset(input: $input) {
    image {
      id
      filename
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<AddPredictionToDatasetMutation, AddPredictionToDatasetMutationVariables>;
export const MonitoredVersionDocument = new TypedDocumentString(`
    query MonitoredVersion($id: ID!, $filter: MonitoringFilter, $step: MonitoringStep!) {
  modelMonitoring(modelVersionId: $id, filter: $filter, step: $step) {
    expectedAnomalyRate
    scoreEdges
    stations
    total {
      ...WatchedBucket
    }
    buckets {
      ...WatchedBucket
    }
    modelVersion {
      model {
        id
        name
        monitoringRule {
          isOn
          windowHours
          leastPredictions
          expectedAnomalyRate
          silenceMinutes
        }
        retrainingRule {
          newLabels
          onDrift
        }
      }
    }
  }
}
    fragment WatchedBucket on MonitoringBucket {
  from
  to
  predictions
  anomalous
  anomalyRate
  lowestRate
  highestRate
  isRateInLimits
  scoreBins
  scoreDistance
  scoreDistanceLimit
  stabilityIndex
  bankDistanceDrift
  bankDistanceDriftLimit
  bankDistanceStabilityIndex
  medianLatency
  latency95
}`) as unknown as TypedDocumentString<MonitoredVersionQuery, MonitoredVersionQueryVariables>;
export const MonitoringAlertsDocument = new TypedDocumentString(`
    query MonitoringAlerts($projectId: ID!, $after: String) {
  monitoringAlerts(projectId: $projectId, first: 20, after: $after) {
    totalCount
    nodes {
      ...ShownAlert
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ShownAlert on MonitoringAlert {
  id
  kind
  openedAt
  closedAt
  station
  value
  lowest
  highest
  predictions
  model {
    name
  }
  modelVersion {
    id
    version
  }
}`) as unknown as TypedDocumentString<MonitoringAlertsQuery, MonitoringAlertsQueryVariables>;
export const SetMonitoringRuleDocument = new TypedDocumentString(`
    mutation SetMonitoringRule($input: SetMonitoringRuleInput!) {
  setMonitoringRule(input: $input) {
    model {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<SetMonitoringRuleMutation, SetMonitoringRuleMutationVariables>;
export const RetrainingProposalsDocument = new TypedDocumentString(`
    query RetrainingProposals($projectId: ID!, $after: String) {
  retrainingProposals(
    projectId: $projectId
    state: OPEN
    first: 20
    after: $after
  ) {
    totalCount
    nodes {
      ...ShownProposal
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ShownProposal on RetrainingProposal {
  id
  createdAt
  newLabels
  reasons
  dataset {
    id
    name
  }
  model {
    name
  }
  modelVersion {
    id
    version
  }
}`) as unknown as TypedDocumentString<RetrainingProposalsQuery, RetrainingProposalsQueryVariables>;
export const StartRetrainingDocument = new TypedDocumentString(`
    mutation StartRetraining($input: DecideRetrainingInput!) {
  startRetraining(input: $input) {
    proposal {
      trainingRun {
        id
      }
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<StartRetrainingMutation, StartRetrainingMutationVariables>;
export const DismissRetrainingDocument = new TypedDocumentString(`
    mutation DismissRetraining($input: DecideRetrainingInput!) {
  dismissRetraining(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<DismissRetrainingMutation, DismissRetrainingMutationVariables>;
export const SetRetrainingRuleDocument = new TypedDocumentString(`
    mutation SetRetrainingRule($input: SetRetrainingRuleInput!) {
  setRetrainingRule(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<SetRetrainingRuleMutation, SetRetrainingRuleMutationVariables>;
export const ShadowPredictionsDocument = new TypedDocumentString(`
    query ShadowPredictions($id: ID!) {
  node(id: $id) {
    ... on ModelVersion {
      id
      shadow {
        bothAnomalous
        bothNormal
        onlyServed
        onlyShadow
        dropped
        failed
      }
    }
  }
  shadowPredictions(modelVersionId: $id, differs: true, first: 12) {
    totalCount
    nodes {
      at
      anomalyScore
      imageThreshold
      isAnomalous
      prediction {
        id
        model
        version
        station
        partId
        anomalyScore
        imageThreshold
        isAnomalous
        imageUrl
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<ShadowPredictionsQuery, ShadowPredictionsQueryVariables>;
export const StartSweepDocument = new TypedDocumentString(`
    mutation StartSweep($input: StartSweepInput!) {
  startSweep(input: $input) {
    sweep {
      id
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<StartSweepMutation, StartSweepMutationVariables>;
export const CancelSweepDocument = new TypedDocumentString(`
    mutation CancelSweep($input: CancelSweepInput!) {
  cancelSweep(input: $input) {
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<CancelSweepMutation, CancelSweepMutationVariables>;
export const SweepProgressDocument = new TypedDocumentString(`
    query SweepProgress($id: ID!) {
  node(id: $id) {
    ... on Sweep {
      id
      state
      candidates {
        detector
        supervision
        trials {
          seed
          state
          value
          problem
          trainingRun {
            waitingFor
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SweepProgressQuery, SweepProgressQueryVariables>;
export const SweepOutcomeDocument = new TypedDocumentString(`
    query SweepOutcome($id: ID!) {
  node(id: $id) {
    ... on Sweep {
      id
      state
      endReason
      modelName
      metric
      seeds
      snapshot {
        id
        counts {
          validation
        }
      }
      candidates {
        ...TriedCandidate
      }
      winner {
        ...TriedCandidate
      }
    }
  }
}
    fragment TriedCandidate on SweepCandidate {
  detector
  supervision
  params
  isBaseline
  mean
  difference {
    mean
    low
    high
  }
  trials {
    seed
    state
    value
    problem
    trainingRun {
      id
      startedAt
      finishedAt
      modelVersion {
        version
      }
    }
    evaluation {
      id
      events(last: 5) {
        nodes {
          __typename
          ... on MetricsReported {
            secondsPerStep
          }
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<SweepOutcomeQuery, SweepOutcomeQueryVariables>;
export const TrainingPresetsDocument = new TypedDocumentString(`
    query TrainingPresets($detector: String) {
  trainingPresets(detector: $detector) {
    name
    detector
    description
    supervision
    settings {
      ...Settings
    }
    params
    featureExtractor {
      name
    }
  }
}
    fragment Settings on TrainingSettings {
  imageSize
  smoothingSigma
}`) as unknown as TypedDocumentString<TrainingPresetsQuery, TrainingPresetsQueryVariables>;
export const StartTrainingDocument = new TypedDocumentString(`
    mutation StartTraining($input: StartTrainingInput!) {
  startTraining(input: $input) {
    run {
      ...StartedRun
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  code
  message
  field
  item
}
fragment StartedRun on TrainingRun {
  id
  preset
  seed
  supervision
  detector {
    name
    version
  }
  featureExtractor {
    name
    version
  }
}`) as unknown as TypedDocumentString<StartTrainingMutation, StartTrainingMutationVariables>;
export const TrainingOutcomeDocument = new TypedDocumentString(`
    query TrainingOutcome($id: ID!) {
  node(id: $id) {
    ... on TrainingRun {
      id
      state
      failure {
        ...Problem
      }
      modelVersion {
        ...ModelVersionInfo
      }
    }
  }
}
    fragment ModelVersionInfo on ModelVersion {
  id
  version
  imageThreshold
  pixelThreshold
  model {
    name
  }
  snapshot {
    id
  }
}
fragment Problem on UserError {
  code
  message
  field
  item
}`) as unknown as TypedDocumentString<TrainingOutcomeQuery, TrainingOutcomeQueryVariables>;