/** What people call a surface without defects; the beginning of the list that an import can be given. */
export const defaultNormalNames: readonly string[] = [
  ...['good', 'normal', 'ok', 'okay', 'pass', 'passed', 'intact', 'undamaged'],
  ...['defect free', 'defectfree', 'no defect', 'no defects', 'without defect', 'non defective', 'not defective'],
];

/** Names of folders or classes that stand for what has no defect, and those that were met. */
export interface NormalNames {
  /** Compared without regard to case, and to which of blank, dash and underscore stands between words. */
  includes(name: string): boolean;
  /** The same for a class that somebody drew: it must be one of the names, not only have one inside (`ok button missing`). */
  includesClass(name: string): boolean;
  /** Names as they were met, sorted. */
  met(): string[];
}

/** @param given in place of the usual words. */
export function normalNames(given: readonly string[] | undefined): NormalNames {
  const words = new Set((given ?? defaultNormalNames).map(comparable));
  const isMeant = (name: string) => words.has(comparable(name)) || (!given && isNormalInside(name));
  const met = new Set<string>();
  const noted = (name: string, found: boolean) => {
    if (found) met.add(name);
    return found;
  };
  return {
    includes: (name) => noted(name, isMeant(name)),
    includesClass: (name) => noted(name, words.has(comparable(name))),
    met: () => [...met].sort(),
  };
}

/** Words that say it inside a longer name, `ok_front`, `GoodParts`, and those beside them that say the opposite, `not_ok`. */
const normalWords = new Set(['good', 'normal', 'ok', 'okay']);
const turningWords = new Set([
  ...['not', 'no', 'non', 'un', 'nok', 'ng', 'ko', 'bad', 'but', 'with', 'almost', 'nearly', 'defect', 'defects'],
  ...[
    'defective',
    'anomaly',
    'anomalous',
    'abnormal',
    'fault',
    'faulty',
    'fail',
    'failed',
    'reject',
    'rejected',
    'broken',
  ],
]);

function isNormalInside(name: string): boolean {
  const parted = name.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  const words = parted.split(/[^\p{L}]+/u);
  return words.some((word) => normalWords.has(word)) && !words.some((word) => turningWords.has(word));
}

function comparable(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter(Boolean)
    .join(' ');
}
