import {
  AnnotationEntity,
  DatasetEntity,
  DatasetExportEntity,
  DatasetImportEntity,
  DatasetPredictionEntity,
  EvaluationEntity,
  ImageEntity,
  type JobEntity,
  LabelSessionEntity,
  LoggedPredictionEntity,
  ModelEntity,
  ModelExportEntity,
  ModelImportEntity,
  ModelVersionEntity,
  MonitoringAlertEntity,
  ProjectEntity,
  RetrainingProposalEntity,
  SnapshotEntity,
  StudyEntity,
  StudyTrialEntity,
  SweepEntity,
  TrainingRunEntity,
  UploadEntity,
} from '../database/entities/index.js';
import type { Interval } from './statistics/meanInterval.js';

export type {
  AccessTokenEntity,
  AlertKind,
  AnnotationEntity,
  AuditEventEntity,
  AuditOutcome,
  SessionEntity,
  AnnotationKind,
  AnnotationOf,
  AnnotationReviewEntity,
  Assistance,
  BlockLabelName,
  BlockPayload,
  BoxPayload,
  ChangeKind,
  DatasetCounts,
  DatasetEntity,
  DatasetExportEntity,
  DatasetImportEntity,
  DatasetPredictionEntity,
  DefectTypeMetrics,
  Derivation,
  EvaluatedImageEntity,
  EvaluationEntity,
  EvaluationMetrics,
  FeedbackVerdict,
  ImageEntity,
  ImageLabel,
  ImageOrigin,
  JobEntity,
  JobEventEntity,
  JobEventPayload,
  JobEventType,
  JobKind,
  JobState,
  LabelPurpose,
  LabelSessionEntity,
  LabelTiming,
  SessionOutcome,
  Measurement,
  MembershipEntity,
  ModelAliasEntity,
  ModelAliasMoveEntity,
  ModelEntity,
  ModelExportEntity,
  ModelExportFormat,
  ModelImportEntity,
  ModelVersionEntity,
  MonitoringAlertEntity,
  PixelPayload,
  PredictedImageEntity,
  PredictionFeedbackEntity,
  PredictionSource,
  PrincipalEntity,
  ProjectEntity,
  PluginRecord,
  ProposalState,
  Region,
  RetrainingProposalEntity,
  RetrainingReason,
  ReviewVerdict,
  SinkDeliveryEntity,
  SinkEntity,
  SnapshotEntity,
  SourceEntity,
  SourceFileEntity,
  StationEntity,
  Split,
  StudyEntity,
  StudyTrialEntity,
  SweepEnd,
  SweepEntity,
  SweepMetric,
  SweepState,
  SweepTrialEntity,
  TrialState,
  TrainingRunEntity,
  UploadEntity,
  WebhookDeliveryEntity,
  WebhookEntity,
} from '../database/entities/index.js';
export {
  alertKinds,
  annotationKinds,
  annotationSources,
  auditOutcomes,
  blockLabels,
  changeKinds,
  feedbackVerdicts,
  predictionSources,
  proposalStates,
  retrainingReasons,
  sweepEnds,
  sweepMetrics,
  sweepStates,
  trialStates,
  imageLabels,
  jobKinds,
  jobStates,
  labelPurposes,
  labelTimings,
  modelExportFormats,
  reviewVerdicts,
  splits,
} from '../database/entities/index.js';

export { reviewStates, type ReviewState } from './reviews/reviewState.js';

/** A job's own row; what all jobs share is the `JobEntity` of the same id. */
export type JobRecord =
  | DatasetImportEntity
  | DatasetExportEntity
  | ModelExportEntity
  | ModelImportEntity
  | TrainingRunEntity
  | EvaluationEntity
  | DatasetPredictionEntity;

/** What a label kind cost: images that carry it and the time somebody measured. */
export interface AnnotationCost {
  kind: AnnotationEntity['kind'];
  images: number;
  /** Images on which every revision was measured, whoever drew it. */
  measuredImages: number;
  /** Images whose newest revision was derived or predicted: nobody drew it, so it has no time. */
  derivedImages: number;
  /** Everything measured and plausible, on images measured in part too. */
  activeSeconds: number;
  /** Mean over the measured images; null when there are none. */
  secondsPerImage: number | null;
  medianSecondsPerImage: number | null;
  /** 95 % interval of the mean; null below two measured images. */
  secondsPerImageInterval: Interval | null;
  /** Of `activeSeconds`, those of revisions that a suggestion was shown for. */
  secondsWithSuggestion: number;
  secondsWithoutSuggestion: number;
  /** Told, and left out: they do not fit the clock of the database. */
  implausibleSeconds: number;
  /** Of sessions that were given up or expired; null where it is not counted, for model versions. */
  lostSeconds: number | null;
  /** Judging labels of other people; null where it is not counted, for model versions. */
  reviewSeconds: number | null;
}

const nouns = [
  [ProjectEntity, 'Project'],
  [DatasetEntity, 'Dataset'],
  [ImageEntity, 'Image'],
  [SnapshotEntity, 'Snapshot'],
  [DatasetImportEntity, 'DatasetImport'],
  [DatasetExportEntity, 'DatasetExport'],
  [TrainingRunEntity, 'TrainingRun'],
  [EvaluationEntity, 'Evaluation'],
  [DatasetPredictionEntity, 'DatasetPrediction'],
  [ModelEntity, 'Model'],
  [ModelExportEntity, 'ModelExport'],
  [ModelImportEntity, 'ModelImport'],
  [ModelVersionEntity, 'ModelVersion'],
  [UploadEntity, 'Upload'],
  [LabelSessionEntity, 'LabelSession'],
  [StudyEntity, 'Study'],
  [StudyTrialEntity, 'StudyTrial'],
  [LoggedPredictionEntity, 'LoggedPrediction'],
  [MonitoringAlertEntity, 'MonitoringAlert'],
  [RetrainingProposalEntity, 'RetrainingProposal'],
  [SweepEntity, 'Sweep'],
] as const;

const annotationNouns = { PIXEL: 'PixelAnnotation', BLOCK: 'BlockAnnotation', BOX: 'BoxAnnotation' } as const;

/** Everything that has an id of its own, under the name the API gives it. */
export type Noun = (typeof nouns)[number][1] | (typeof annotationNouns)[keyof typeof annotationNouns];

/** What the jobs of each kind are called. */
export const jobNounOf = {
  DATASET_IMPORT: 'DatasetImport',
  DATASET_EXPORT: 'DatasetExport',
  MODEL_EXPORT: 'ModelExport',
  MODEL_IMPORT: 'ModelImport',
  TRAINING: 'TrainingRun',
  EVALUATION: 'Evaluation',
  PREDICTION: 'DatasetPrediction',
} as const satisfies Record<JobEntity['kind'], Noun>;

/** What connects a project with its line. It has an id, and is not found by `node`. */
export type LineNoun = 'Sink' | 'Source' | 'Station';

/** What has an id, and is not found by `node`. */
export type AccessNoun = 'AccessToken' | 'Principal' | 'Session' | 'Webhook' | LineNoun;

/** The noun of a record. @throws Error for anything that is no record. */
export function nounOf(record: object): Noun {
  if (record instanceof AnnotationEntity) return annotationNouns[record.kind];
  const found = nouns.find(([entity]) => record instanceof entity);
  if (!found) throw new Error(`${record.constructor.name} is not a record with an id of its own`);
  return found[1];
}
