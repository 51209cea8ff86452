import {
  AnnotationEntity,
  DatasetEntity,
  DatasetExportEntity,
  DatasetImportEntity,
  DatasetPredictionEntity,
  EvaluationEntity,
  ImageEntity,
  ModelEntity,
  ModelExportEntity,
  ModelImportEntity,
  ModelVersionEntity,
  ProjectEntity,
  SnapshotEntity,
  TrainingRunEntity,
  UploadEntity,
} from '../database/entities/index.js';

export type {
  AccessTokenEntity,
  AnnotationEntity,
  AuditEventEntity,
  AuditOutcome,
  SessionEntity,
  AnnotationKind,
  AnnotationOf,
  BlockLabelName,
  BlockPayload,
  BoxPayload,
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
  ImageEntity,
  ImageLabel,
  JobEntity,
  JobEventEntity,
  JobEventPayload,
  JobEventType,
  JobKind,
  JobState,
  MembershipEntity,
  ModelAliasEntity,
  ModelAliasMoveEntity,
  ModelEntity,
  ModelExportEntity,
  ModelExportFormat,
  ModelImportEntity,
  ModelVersionEntity,
  PixelPayload,
  PredictedImageEntity,
  PrincipalEntity,
  ProjectEntity,
  PluginRecord,
  Region,
  SnapshotEntity,
  Split,
  TrainingRunEntity,
  UploadEntity,
} from '../database/entities/index.js';
export {
  annotationKinds,
  annotationSources,
  auditOutcomes,
  blockLabels,
  imageLabels,
  jobKinds,
  jobStates,
  modelExportFormats,
  splits,
} from '../database/entities/index.js';

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
  /** Images whose newest revision was derived: nobody drew it, so it has no time. */
  derivedImages: number;
  /** Everything measured, on images measured in part too. */
  activeSeconds: number;
  /** Mean over the measured images; null when there are none. */
  secondsPerImage: number | null;
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
] as const;

const annotationNouns = { PIXEL: 'PixelAnnotation', BLOCK: 'BlockAnnotation', BOX: 'BoxAnnotation' } as const;

/** Everything that has an id of its own, under the name the API gives it. */
export type Noun = (typeof nouns)[number][1] | (typeof annotationNouns)[keyof typeof annotationNouns];

/** What has an id, and is not found by `node`. */
export type AccessNoun = 'AccessToken' | 'Principal' | 'Session';

/** The noun of a record. @throws Error for anything that is no record. */
export function nounOf(record: object): Noun {
  if (record instanceof AnnotationEntity) return annotationNouns[record.kind];
  const found = nouns.find(([entity]) => record instanceof entity);
  if (!found) throw new Error(`${record.constructor.name} is not a record with an id of its own`);
  return found[1];
}
