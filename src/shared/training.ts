export const supervisions = ['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const;
/** What the training may read: normal images only; block or pixel labels of some anomalous images; or boxes on them. */
export type Supervision = (typeof supervisions)[number];

/** What every training has, whatever the method. All else is a parameter of the detector. */
export interface TrainingSettings {
  /** Side of the square each image is scaled to, pixels. */
  imageSize: number;
  /** Standard deviation of the Gaussian on the anomaly map, pixels of the scaled image. */
  smoothingSigma: number;
}

/** A file that a run uses: its bytes are the blob `sha256`, which is kept as long as the run. */
export interface RecordedFile {
  /** What the run calls it by: a path in a folder of the installation, or an address. */
  source: string;
  sha256: string;
  bytes: number;
}

/** A model file that a run uses, by what the feature extractor calls it. */
export type RecordedModelFile = RecordedFile;
