import { z } from 'zod';
import type { Problem } from '../../shared/errors.js';
import { residualFunctions, type TrainingSettings } from '../../shared/training.js';

const share = z.number().min(0).max(1);
const positiveShare = z.number().gt(0).max(1);
const count = (most: number) => z.int().min(0).max(most);
const size = (least: number, most: number) => z.int().min(least).max(most);

/** The range of every setting. Units stand at {@link TrainingSettings}. */
export const settingsSchema = z.strictObject({
  imageSize: size(32, 2048),
  steps: size(1, 1_000_000),
  learningRate: z.number().gt(0).max(1),
  weightDecay: z.number().min(0).max(1),
  emaDecay: z.number().min(0).lt(1),
  featureDimension: size(4, 8192),
  positionWeight: z.number().min(0).max(100),
  coresetRatio: positiveShare,
  residual: z.enum(residualFunctions),
  tokenPatchSize: size(1, 16),
  windowSize: size(1, 256),
  windowStep: size(1, 256),
  windowSamplingRatio: positiveShare,
  swinBlocks: size(1, 48),
  swinWindow: size(1, 64),
  swinHeads: size(1, 64),
  swinDimension: size(1, 4096),
  anomalousBlockThreshold: share,
  normalBlockThreshold: share,
  unknownBlockThreshold: share,
  normalImagesPerStep: count(64),
  syntheticImagesPerStep: count(64),
  anomalousImagesPerStep: count(64),
  unlabelledWeight: z.number().min(0).max(1000),
  unlabelledRampSteps: count(1_000_000),
  sharpeningTemperature: positiveShare,
  guesses: size(1, 16),
  smoothingSigma: z.number().min(0).max(64),
  bagging: z.boolean(),
}) satisfies z.ZodType<TrainingSettings>;

/**
 * The preset's settings with the caller's laid over them, and everything wrong with the result: ranges and the rules between
 * settings that hold for every detector.
 * @param field input path of the settings.
 * @returns `fit`: whether the settings that a detector checks against each other are in their ranges.
 */
export function mergeSettings(
  preset: TrainingSettings,
  overrides: Partial<TrainingSettings>,
  field: readonly string[],
): { settings: TrainingSettings; problems: Problem[]; fit: boolean } {
  const given = Object.fromEntries(
    Object.entries(overrides).filter(([, value]) => value !== undefined && value !== null),
  );
  const settings = { ...preset, ...given };
  const parsed = settingsSchema.safeParse(settings);
  const ranges = (parsed.error?.issues ?? []).map((issue): Problem => {
    const name = String(issue.path[0] ?? '');
    const value = JSON.stringify(settings[name as keyof TrainingSettings]) ?? 'nothing';
    return {
      code: 'CONFIG_INVALID',
      message: `${name} is ${value}: ${issue.message}`,
      field: [...field, name],
      item: name,
    };
  });
  const outside = new Set(ranges.map(({ item }) => item!));
  const rules = ruleProblems(settings, field).filter(({ names }) => !names.some((name) => outside.has(name)));
  return {
    settings,
    problems: [...ranges, ...rules.map(({ problem }) => problem)],
    fit: !sizes.some((name) => outside.has(name)),
  };
}

/** Settings that say what fits together. */
const sizes = [
  'imageSize',
  'featureDimension',
  'coresetRatio',
  'residual',
  'tokenPatchSize',
  'windowSize',
  'windowStep',
  'swinBlocks',
  'swinWindow',
  'swinHeads',
  'swinDimension',
  'normalImagesPerStep',
  'syntheticImagesPerStep',
  'anomalousImagesPerStep',
] as const satisfies readonly (keyof TrainingSettings)[];

interface BrokenRule {
  /** Settings between which the rule holds; it means nothing where one of them is out of range. */
  names: readonly [keyof TrainingSettings, ...(keyof TrainingSettings)[]];
  problem: Problem;
}

function ruleProblems(settings: TrainingSettings, field: readonly string[]): BrokenRule[] {
  const broken: BrokenRule[] = [];
  const rule = (breaks: boolean, names: BrokenRule['names'], message: string) => {
    const [name] = names;
    if (breaks)
      broken.push({ names, problem: { code: 'CONFIG_INVALID', message, field: [...field, name], item: name } });
  };
  const { windowSize, windowStep, normalBlockThreshold, anomalousBlockThreshold } = settings;
  rule(
    windowStep > windowSize,
    ['windowStep', 'windowSize'],
    `windowStep is ${windowStep}: it must not exceed windowSize, ${windowSize}`,
  );
  rule(
    normalBlockThreshold > anomalousBlockThreshold,
    ['normalBlockThreshold', 'anomalousBlockThreshold'],
    `normalBlockThreshold is ${normalBlockThreshold}: it must not exceed anomalousBlockThreshold, ${anomalousBlockThreshold}`,
  );
  return broken;
}
