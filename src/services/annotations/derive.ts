import type { AnnotationKind, Derivation } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import type { LabelledImage } from './labelled.js';

/** What to compute from what. What is left out takes the value of the paper. */
export interface DerivationChoice {
  from: AnnotationKind;
  to: AnnotationKind;
  /** Pixels per block side; a 64th of the image's longer side, rounded up, when left out. */
  blockSize?: number | null | undefined;
  /** eps+ of Eq. 14. */
  anomalousThreshold?: number | null | undefined;
  /** eps- of Eq. 14. */
  normalThreshold?: number | null | undefined;
  /** upsilon of Eq. 15. */
  unknownThreshold?: number | null | undefined;
}

/** The paper's grid has 64 blocks a side. */
const blocksPerSide = 64;

/** Pixels per block side where nobody says: a 64th of the longer side, rounded up. */
export function usualBlockSize({ width, height }: Pick<LabelledImage, 'width' | 'height'>): number {
  return Math.ceil(Math.max(width, height) / blocksPerSide);
}

/** Of the paper's supervised setting (section 4.2.1). */
const paperThresholds = { anomalousThreshold: 0.25, normalThreshold: 0.08, unknownThreshold: 0.5 };

type Setting = 'blockSize' | keyof typeof paperThresholds;

/** Which settings each derivation reads. */
const settingsOf: Partial<Record<string, readonly Setting[]>> = {
  'PIXEL to BLOCK': ['blockSize', 'anomalousThreshold', 'normalThreshold'],
  'BOX to BLOCK': ['blockSize', 'unknownThreshold'],
  'PIXEL to BOX': [],
};

/**
 * What is wrong with a choice: kinds that cannot be derived from each other, a setting the derivation does not read, a
 * threshold outside 0 to 1, eps- above eps+. All BAD_USER_INPUT.
 */
export function derivationProblems(choice: DerivationChoice): Problem[] {
  const invalid = (name: string, message: string): Problem => {
    return { code: 'BAD_USER_INPUT', message, field: ['input', name] };
  };
  const name = `${choice.from} to ${choice.to}`;
  const settings = settingsOf[name];
  if (!settings) {
    return [invalid('to', `${name} cannot be derived; possible are ${Object.keys(settingsOf).join(', ')}`)];
  }
  const given = (['blockSize', ...thresholds] as const).filter((setting) => typeof choice[setting] === 'number');
  const problems = given
    .filter((setting) => !settings.includes(setting))
    .map((setting) => invalid(setting, `${setting} is ${choice[setting]}; ${name} does not use it`));
  for (const setting of thresholds) {
    const value = choice[setting] ?? 0;
    if (!(value >= 0 && value <= 1))
      problems.push(invalid(setting, `${setting} is ${value}; it is a share, from 0 to 1`));
  }
  const { blockSize } = choice;
  if (typeof blockSize === 'number' && (!Number.isInteger(blockSize) || blockSize < 1)) {
    problems.push(invalid('blockSize', `blockSize is ${blockSize}; it must be a whole number of pixels, at least 1`));
  }
  const { anomalousThreshold, normalThreshold } = { ...paperThresholds, ...settingsGiven(choice) };
  if (settings.includes('normalThreshold') && normalThreshold > anomalousThreshold) {
    const rule = `normalThreshold is ${normalThreshold} and anomalousThreshold ${anomalousThreshold}`;
    problems.push(invalid('normalThreshold', `${rule}; it must not be the larger one`));
  }
  return problems;
}

/** The settings a derivation uses on an image, as they are recorded. */
export function derivationOf(choice: DerivationChoice, image: LabelledImage, annotationId: string): Derivation {
  const values = { blockSize: usualBlockSize(image), ...paperThresholds, ...settingsGiven(choice) };
  const settings = settingsOf[`${choice.from} to ${choice.to}`] ?? [];
  return { annotationId, ...Object.fromEntries(settings.map((setting) => [setting, values[setting]])) };
}

const thresholds = ['anomalousThreshold', 'normalThreshold', 'unknownThreshold'] as const;

function settingsGiven(choice: DerivationChoice): Partial<Record<Setting, number>> {
  const settings = (['blockSize', ...thresholds] as const).filter((setting) => typeof choice[setting] === 'number');
  return Object.fromEntries(settings.map((setting) => [setting, choice[setting]!]));
}
