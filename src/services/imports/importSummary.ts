import type { AnnotationKind, ImportSummary } from '../../database/entities/index.js';
import type { CheckedImage } from './checkImage.js';

/** Counts of what an import stores, or would. */
export function importSummary(images: readonly CheckedImage[]): ImportSummary {
  const count = (matches: (image: CheckedImage) => boolean) => images.filter(matches).length;
  return {
    counts: {
      images: images.length,
      normal: count(({ label }) => label === 'NORMAL'),
      anomalous: count(({ label }) => label === 'ANOMALOUS'),
      unlabelled: count(({ label }) => label === 'UNLABELLED'),
      train: count(({ split }) => split === 'TRAIN'),
      validation: count(({ split }) => split === 'VALIDATION'),
      test: count(({ split }) => split === 'TEST'),
    },
    annotations: tally<AnnotationKind>(images.flatMap(({ annotations }) => annotations.map(({ kind }) => kind))).map(
      ([kind, found]) => ({ kind, images: found }),
    ),
    defectTypes: tally(images.flatMap(({ defectType }) => defectType ?? [])).map(([defectType, found]) => ({
      defectType,
      images: found,
    })),
  };
}

function tally<T extends string>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
