import type { AnnotationKind, ImportSummary } from '../../database/entities/index.js';
import type { CheckedImage } from './checkImage.js';

/** What was understood before images were read. */
export type UnderstoodNames = Pick<ImportSummary, 'normalNames' | 'leftOut' | 'existing'>;

/** Counts of what an import stores, or would. */
export function importSummary(images: readonly CheckedImage[], understood: UnderstoodNames): ImportSummary {
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
    ...understood,
  };
}

/** The same in words, one line for each thing that was understood; also shown by `residua import`. */
export function summaryInWords({ counts, annotations, defectTypes, ...understood }: ImportSummary): string[] {
  const kinds = annotations.map(({ kind, images }) => `${kind} of ${images}`).join(', ') || 'none';
  const types = defectTypes.map(({ defectType, images }) => `${defectType} (${images})`).join(', ') || 'none';
  const { normalNames = [], leftOut = [], existing } = understood;
  return [
    `${counts.images} images: ${counts.normal} normal, ${counts.anomalous} anomalous, ${counts.unlabelled} unlabelled`,
    `splits: ${counts.train} train, ${counts.validation} validation, ${counts.test} test`,
    `annotations: ${kinds}`,
    `defect types: ${types}`,
    ...(existing === undefined ? [] : [`in the data set already: ${existing} images`]),
    ...(normalNames.length > 0 ? [`taken for normal: ${normalNames.join(', ')}`] : []),
    ...leftOut.map(
      ({ reason, files, examples }) =>
        `left out, ${reason}: ${files} files${examples.length > 0 ? ` (${examples.join(', ')}${files > examples.length ? ', …' : ''})` : ''}`,
    ),
  ];
}

function tally<T extends string>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
