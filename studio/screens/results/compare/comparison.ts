import type { ComparePairQuery } from '../../../../src/client/index.js';

type Pair = ComparePairQuery['compareModelVersions'];
type PairImage = Pair['images'][number];

/** Versions side by side, at most. */
export const mostCompared = 8;

/** A version that is compared. */
export type Side = Pair['a']['modelVersion'];

/** What one version says of an image. */
export interface SideVerdict {
  /** Score ÷ the version's own threshold: versions have no other unit in common. */
  ratio: number | null;
  isAnomalous: boolean;
  verdict: PairImage['a']['verdict'];
  overlayUrl: string;
}

/** An image with what each version says of it, in the order of the versions; null where it was not among the images that were compared. */
export interface ComparedRow {
  image: PairImage['image'];
  verdicts: readonly (SideVerdict | null)[];
  isContrary: boolean;
  /** Greatest difference of the ratios. */
  spread: number;
}

/** Pairs of the first version with each other one as one table: contrary verdicts first, then the greatest difference. */
export function comparedRows(pairs: readonly Pair[]): ComparedRow[] {
  const rows = new Map<string, { image: PairImage['image']; verdicts: (SideVerdict | null)[] }>();
  pairs.forEach(({ a, b, images }, index) => {
    for (const { image, a: first, b: other } of images) {
      const row = rows.get(image.id) ?? { image, verdicts: Array.from({ length: pairs.length + 1 }, () => null) };
      row.verdicts[0] = verdictOf(first, a.modelVersion);
      row.verdicts[index + 1] = verdictOf(other, b.modelVersion);
      rows.set(image.id, row);
    }
  });
  return [...rows.values()]
    .map(({ image, verdicts }) => {
      const known = verdicts.filter((each) => each !== null);
      const ratios = known.map(({ ratio }) => ratio ?? 0);
      return {
        ...{ image, verdicts },
        isContrary: new Set(known.map(({ isAnomalous }) => isAnomalous)).size > 1,
        spread: Math.max(...ratios) - Math.min(...ratios),
      };
    })
    .sort((a, b) => Number(b.isContrary) - Number(a.isContrary) || b.spread - a.spread);
}

function verdictOf({ anomalyScore, isAnomalous, verdict, overlayUrl }: PairImage['a'], { imageThreshold }: Side) {
  return { ratio: imageThreshold ? anomalyScore / imageThreshold : null, isAnomalous, verdict, overlayUrl };
}

/** A setting with its value in each version. */
export interface DifferingSetting {
  name: string;
  values: readonly string[];
}

/** Only what differs between any two; settings inside groups are `group.name`. Apart: those that some of the versions do not have. */
export function differingSettings(sides: readonly Side[]): Record<'ofAll' | 'ofSome', readonly DifferingSetting[]> {
  const all = sides.map(({ supervision, trainingRun }) => new Map(plain({ supervision, ...trainingRun }, '')));
  const names = [...new Set(all.flatMap((each) => [...each.keys()]))].sort();
  const settings = names
    .map((name) => ({ name, values: all.map((each) => each.get(name) ?? missing) }))
    .filter(({ values }) => new Set(values).size > 1);
  const isOfAll = ({ values }: DifferingSetting) => !values.includes(missing);
  return { ofAll: settings.filter(isOfAll), ofSome: settings.filter((each) => !isOfAll(each)) };
}

/** In place of a value that a version does not have. */
const missing = '–';

function plain(value: unknown, name: string): [name: string, value: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value === null || value === undefined
      ? []
      : [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => plain(inner, name ? `${name}.${key}` : key));
}
