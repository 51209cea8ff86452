import type { ImageLabel, Split } from '../../../src/client/index.js';
import { useWords } from '../../words/language.js';

/** In the order they are offered. */
export const labels = ['NORMAL', 'ANOMALOUS', 'UNLABELLED'] as const satisfies readonly ImageLabel[];

/** In the order they are offered. */
export const splits = ['TRAIN', 'VALIDATION', 'TEST'] as const satisfies readonly Split[];

/** What an image can be said to be, and be there for. */
export function useChoices() {
  const { labelChoices, splitChoices } = useWords().names;
  return {
    labelChoices: labels.map((label) => [label, labelChoices[label]] as const),
    splitChoices: splits.map((split) => [split, splitChoices[split]] as const),
  };
}
