import type { ImageLabel, Split } from '../../../src/client/index.js';

export const labelChoices = [
  ['NORMAL', 'normal: good parts'],
  ['ANOMALOUS', 'defective'],
  ['UNLABELLED', 'not known yet'],
] as const satisfies readonly (readonly [ImageLabel, string])[];

export const splitChoices = [
  ['TRAIN', 'to train'],
  ['VALIDATION', 'to validate'],
  ['TEST', 'to test'],
] as const satisfies readonly (readonly [Split, string])[];

/** A label in a word. */
export const labelNames: Readonly<Record<ImageLabel, string>> = {
  NORMAL: 'normal',
  ANOMALOUS: 'defective',
  UNLABELLED: 'not known',
};
