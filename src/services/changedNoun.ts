import type { ChangeDetails, ChangeKind } from '../database/entities/index.js';
import { jobNounOf, type LineNoun, type Noun } from './records.js';

type ChangedNoun = Noun | LineNoun;

/** What the ids of a change belong to; a job's noun depends on its kind. */
const nouns: Readonly<Record<ChangeKind, ChangedNoun | undefined>> = {
  ...({ DATASET_CREATED: 'Dataset', DATASET_DELETED: 'Dataset' } as const),
  ...({ IMAGES_ADDED: 'Image', IMAGES_CHANGED: 'Image', IMAGES_DELETED: 'Image', ANNOTATIONS_SAVED: 'Image' } as const),
  ...({ SNAPSHOT_CREATED: 'Snapshot', SNAPSHOT_DELETED: 'Snapshot' } as const),
  ...({ LABELLING_OPENED: 'Image', LABELLING_CLOSED: 'Image', ANNOTATION_REVIEWED: 'Image' } as const),
  FEEDBACK_GIVEN: 'LoggedPrediction',
  ...({ ALERT_OPENED: 'MonitoringAlert', ALERT_CLOSED: 'MonitoringAlert' } as const),
  ...({ SINK_CREATED: 'Sink', SINK_CHANGED: 'Sink', SINK_DELETED: 'Sink' } as const),
  ...({ STATION_CREATED: 'Station', STATION_CHANGED: 'Station', STATION_DELETED: 'Station' } as const),
  RETRAINING_PROPOSED: 'RetrainingProposal',
  ...({ SOURCE_CREATED: 'Source', SOURCE_CHANGED: 'Source', SOURCE_DELETED: 'Source' } as const),
  ...({ SWEEP_STARTED: 'Sweep', SWEEP_ENDED: 'Sweep' } as const),
  ...{ JOB_CREATED: undefined, JOB_CHANGED: undefined, JOB_ENDED: undefined, JOB_DELETED: undefined },
  ...({ MODEL_CREATED: 'Model', MODEL_DELETED: 'Model', ALIAS_MOVED: 'Model' } as const),
  ...({ VERSION_CREATED: 'ModelVersion', VERSION_CHANGED: 'ModelVersion', VERSION_DELETED: 'ModelVersion' } as const),
};

/** The noun of what a change is about, for its ids. */
export function changedNoun(kind: ChangeKind, { jobKind }: ChangeDetails): ChangedNoun {
  return nouns[kind] ?? jobNounOf[jobKind!];
}
