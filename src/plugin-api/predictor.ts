import type { AnomalyMap, RgbImage } from '../shared/images.js';

/** A place of a training image: the image's id, and the place's number in the grid of features, row-major. */
export interface PatchOrigin {
  imageId: string;
  place: number;
}

/** Which normal patch each place of an image resembles most. */
export interface NormalMatches {
  /** Places per axis of the square image; they are numbered row by row. */
  grid: number;
  /** The nearest normal patch, of a grid of the same size, and its L2 distance in feature space. */
  of(place: number): PatchOrigin & { distance: number };
}

/** What a detector says of one image. */
export interface Prediction {
  /** At `imageSize` x `imageSize`. */
  anomalyMap: AnomalyMap;
  /** Image score; higher is more anomalous. */
  anomalyScore: number;
  /** From detectors that remember where their normal patches come from. */
  matches?: NormalMatches;
}

/** A trained detector, ready to predict. Give back its memory with `dispose`. */
export interface Predictor {
  /**
   * @param image scaled to `imageSize` x `imageSize`.
   * @param trainingImageId when the image was in training: its own features are left out of the memory bank, so that the
   * score is that of an unseen image.
   */
  predict(image: RgbImage, trainingImageId?: string): Promise<Prediction>;
  /** Names of tensors of the state that predicting does not read; left out where nobody keeps count. */
  unread?(): string[];
  dispose(): Promise<void>;
}
