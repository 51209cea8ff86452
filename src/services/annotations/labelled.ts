import type { ImageEntity } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { Problem, ProblemLocation } from '../../shared/errors.js';

/** What the rules for labels need to know of an image; `filename` names it in messages. */
export type LabelledImage = Pick<ImageEntity, 'filename' | 'width' | 'height'>;

/** A label that passed its rules, or every problem found; warnings do not keep it from being stored. */
export interface Checked<Payload> {
  /** Undefined when there are problems. */
  payload?: Payload;
  problems: Problem[];
  warnings: Problem[];
}

/** The image as the item at fault, under an input path when there is one. */
export function onImage(image: Pick<ImageEntity, 'filename'>, field?: readonly string[]): ProblemLocation {
  return { item: shown(image.filename), ...(field ? { field } : {}) };
}
