/** What a job does; a worker takes on some of these. PREDICTION stands for single predictions, too, which are no jobs. */
export const jobKinds = [
  'DATASET_IMPORT',
  'TRAINING',
  'EVALUATION',
  'PREDICTION',
  'DATASET_EXPORT',
  'MODEL_EXPORT',
  'MODEL_IMPORT',
] as const;
export type JobKind = (typeof jobKinds)[number];
