import type { ImageLabel, Split } from '../../database/entities/index.js';
import type { RandomSource } from '../../shared/random.js';

/** An image as far as its split is concerned. */
export interface SplitCandidate {
  id: string;
  filename: string;
  sha256: string;
  label: ImageLabel;
  defectType: string | null;
  split: Split;
  /** Images of the same part go together. */
  part: string | undefined;
  /** Whether it may go elsewhere. */
  isChosen: boolean;
}

/** Weights of the splits; a split of weight 0 gets nothing. */
export type SplitShares = Readonly<Record<Split, number>>;

/** Where each chosen image goes. */
export interface SplitAssignment {
  splitOf: ReadonlyMap<string, Split>;
  /** Images that go together count once. */
  groups: number;
  /** Chosen images that stay where they are, since images that were not chosen hold their group in several splits. */
  torn: readonly SplitCandidate[];
}

type Group = readonly SplitCandidate[];

/**
 * Divides images so that each label and each defect type is divided in the same proportion, to within an image or a group. Images
 * of the same bytes or of the same part stay together. The same images and seed give the same splits, in whatever order they come.
 */
export function assignSplits(
  images: readonly SplitCandidate[],
  shares: SplitShares,
  random: RandomSource,
): SplitAssignment {
  const groups = groupsOf(images.toSorted((a, b) => (a.filename < b.filename ? -1 : 1)));
  const splitOf = new Map<string, Split>();
  const assigned: Record<Split, number> = { TRAIN: 0, VALIDATION: 0, TEST: 0 };
  const torn: SplitCandidate[] = [];
  const put = (group: Group, split: Split) => {
    for (const { id } of group) splitOf.set(id, split);
    assigned[split] += group.length;
  };
  const free: Group[] = [];
  for (const group of groups) {
    const chosen = group.filter(({ isChosen }) => isChosen);
    const held = [...new Set(group.filter(({ isChosen }) => !isChosen).map(({ split }) => split))];
    if (held.length === 0) free.push(group);
    else if (held.length === 1) put(chosen, held[0]!);
    else torn.push(...chosen);
  }
  for (const group of inStrata(free, random)) put(group, mostWanting(assigned, shares, group.length));
  return { splitOf, groups: groups.length, torn };
}

/** Groups of one kind after the other, so that a division in proportion all along divides each kind in proportion. */
function inStrata(groups: readonly Group[], random: RandomSource): Group[] {
  const strata = new Map<string, Group[]>();
  for (const group of groups) {
    const kinds = new Set(group.map(({ label, defectType }) => JSON.stringify([label, defectType])));
    append(strata, [...kinds].sort().join(), group);
  }
  return [...strata]
    .sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1))
    .flatMap(([, stratum]) => random.shuffle(stratum));
}

/** The split that lacks most of its share once `more` images are there. */
function mostWanting(assigned: Readonly<Record<Split, number>>, shares: SplitShares, more: number): Split {
  const weight = shares.TRAIN + shares.VALIDATION + shares.TEST;
  const total = assigned.TRAIN + assigned.VALIDATION + assigned.TEST + more;
  const lack = (split: Split) => (shares[split] / weight) * total - assigned[split];
  const wanting = (['TRAIN', 'VALIDATION', 'TEST'] as const).filter((split) => shares[split] > 0);
  return wanting.reduce((most, split) => (lack(split) > lack(most) ? split : most));
}

/** Images that are joined by bytes or by part, also by way of others. */
function groupsOf(images: readonly SplitCandidate[]): Group[] {
  const parents = images.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!;
    return root;
  };
  const firstWith = new Map<string, number>();
  for (const [index, { sha256, part }] of images.entries()) {
    for (const key of [`bytes ${sha256}`, ...(part === undefined ? [] : [`part ${part}`])]) {
      const first = firstWith.get(key);
      if (first === undefined) firstWith.set(key, index);
      else parents[rootOf(index)] = rootOf(first);
    }
  }
  const groups = new Map<number, SplitCandidate[]>();
  for (const [index, image] of images.entries()) append(groups, rootOf(index), image);
  return [...groups.values()];
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
