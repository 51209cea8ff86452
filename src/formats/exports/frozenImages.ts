import type { BlockPayload, BoxPayload, ImageLabel, PixelPayload, Split } from '../../shared/labels.js';

/** An image of a snapshot without its annotations. */
export interface FrozenImage {
  filename: string;
  sha256: string;
  width: number;
  height: number;
  split: Split;
  label: ImageLabel;
  defectType: string | null;
  /** Whether it has a mask that is not empty. */
  marksPixels: boolean;
}

/** Its labels of each kind, as the snapshot holds them. */
export interface FrozenLabels {
  PIXEL?: PixelPayload;
  BLOCK?: BlockPayload;
  BOX?: BoxPayload;
}

/** The images of a snapshot by filename; their annotations are read in passing, so that few are in memory at a time. */
export interface FrozenImages {
  /** By filename, in the order of the content digest. */
  readonly list: readonly FrozenImage[];
  /** The labels of the image at this place of the list. Cheap when places are asked for in order. */
  labelsOf(index: number): Promise<FrozenLabels>;
  /** Every image with its labels, in order. */
  all(): AsyncIterable<{ image: FrozenImage; labels: FrozenLabels; index: number }>;
}
