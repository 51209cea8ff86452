import type { ChangeDetails, ChangeKind } from '../database/entities/index.js';
import { jobNounOf, type Noun } from './records.js';

/** What the ids of a change belong to; a job's noun depends on its kind. */
const nouns: Readonly<Record<ChangeKind, Noun | undefined>> = {
  ...({ DATASET_CREATED: 'Dataset', DATASET_DELETED: 'Dataset' } as const),
  ...({ IMAGES_ADDED: 'Image', IMAGES_CHANGED: 'Image', IMAGES_DELETED: 'Image', ANNOTATIONS_SAVED: 'Image' } as const),
  ...({ SNAPSHOT_CREATED: 'Snapshot', SNAPSHOT_DELETED: 'Snapshot' } as const),
  ...({ LABELLING_OPENED: 'Image', LABELLING_CLOSED: 'Image', ANNOTATION_REVIEWED: 'Image' } as const),
  FEEDBACK_GIVEN: 'LoggedPrediction',
  ...({ ALERT_OPENED: 'MonitoringAlert', ALERT_CLOSED: 'MonitoringAlert' } as const),
  ...{ JOB_CREATED: undefined, JOB_CHANGED: undefined, JOB_ENDED: undefined, JOB_DELETED: undefined },
  ...({ MODEL_CREATED: 'Model', MODEL_DELETED: 'Model', ALIAS_MOVED: 'Model' } as const),
  ...({ VERSION_CREATED: 'ModelVersion', VERSION_CHANGED: 'ModelVersion', VERSION_DELETED: 'ModelVersion' } as const),
};

/** The noun of what a change is about, for its ids. */
export function changedNoun(kind: ChangeKind, { jobKind }: ChangeDetails): Noun {
  return nouns[kind] ?? jobNounOf[jobKind!];
}
