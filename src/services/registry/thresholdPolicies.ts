import type { EvaluationEntity, ModelVersionEntity, Split } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import {
  defaultQuantiles,
  type NormalScores,
  type ThresholdPolicy,
  type ThresholdPolicyKind,
} from '../../shared/thresholds.js';
import { quantile, quantileAmong } from '../../toolkit/index.js';

/** What a caller asks for; which values go with which kind, {@link settingProblems} says. */
export interface ThresholdSettings {
  kind: ThresholdPolicyKind;
  /** Above 0, at most 1. */
  imageQuantile?: number | null | undefined;
  pixelQuantile?: number | null | undefined;
  /** At least 0. */
  imageThreshold?: number | null | undefined;
  /** Above 0: a map is shown and cut relative to it. */
  pixelThreshold?: number | null | undefined;
}

/** Scores from which on an image and a pixel count as anomalous; null where none was chosen. */
export type Thresholds = Pick<ModelVersionEntity, 'imageThreshold' | 'pixelThreshold'>;

type Value = Exclude<keyof ThresholdSettings, 'kind'>;
interface Rule {
  kind: ThresholdPolicyKind;
  rule: string;
  holds: (value: number) => boolean;
}
const isShare = { rule: 'a number above 0 and at most 1', holds: (value: number) => value > 0 && value <= 1 };
const rules: Record<Value, Rule> = {
  imageQuantile: { kind: 'NORMAL_QUANTILE', ...isShare },
  pixelQuantile: { kind: 'NORMAL_QUANTILE', ...isShare },
  imageThreshold: { kind: 'MANUAL', rule: 'a finite number of at least 0', holds: (value) => value >= 0 },
  pixelThreshold: { kind: 'MANUAL', rule: 'a finite number above 0', holds: (value) => value > 0 },
};

/** Everything that is wrong with the values of a policy by themselves. */
export function settingProblems(settings: ThresholdSettings): Problem[] {
  const problems: Problem[] = [];
  const report = (name: string, message: string) =>
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', name] });
  for (const [name, { kind, rule, holds }] of Object.entries(rules) as [Value, Rule][]) {
    const value = settings[name] ?? undefined;
    if (value === undefined) continue;
    if (settings.kind !== kind)
      report(name, `${name} is ${value}: a ${settings.kind} policy has none, only ${kind} has`);
    else if (!Number.isFinite(value) || !holds(value)) report(name, `${name} is ${value}: it must be ${rule}`);
  }
  if (settings.kind === 'MANUAL' && typeof (settings.imageThreshold ?? settings.pixelThreshold) !== 'number') {
    report('imageThreshold', 'a MANUAL policy needs imageThreshold, pixelThreshold or both; none was given');
  }
  return problems;
}

/** The policy of a training's own choice. */
export function calibratedPolicy(now: Date): ThresholdPolicy {
  return {
    ...{ kind: 'NORMAL_QUANTILE', ...defaultQuantiles, evaluationId: null, split: 'TRAIN', author: null },
    chosenAt: now.toISOString(),
  };
}

/** Thresholds above which a share of normal images, and of their pixels, lies. @param scores at least one image. */
export function thresholdsAtQuantiles(
  { imageScores, pixelQuantiles }: NormalScores,
  { imageQuantile, pixelQuantile }: { imageQuantile: number; pixelQuantile: number },
): { imageThreshold: number; pixelThreshold: number } {
  const sorted = Float64Array.from(imageScores).sort();
  return {
    imageThreshold: quantile(sorted.length, (i) => sorted[i]!, imageQuantile),
    pixelThreshold: quantileAmong(pixelQuantiles, pixelQuantile),
  };
}

/** Thresholds where F1 is highest; undefined where the evaluation could not tell, e.g. pixels without masks. */
export function thresholdsAtBestF1({ metrics }: Pick<EvaluationEntity, 'metrics'>): Partial<Thresholds> {
  return {
    ...(typeof metrics?.imageF1MaxThreshold === 'number' && { imageThreshold: metrics.imageF1MaxThreshold }),
    ...(typeof metrics?.pixelF1MaxThreshold === 'number' && { pixelThreshold: metrics.pixelF1MaxThreshold }),
  };
}

/** Whether images of the test split have had a say: measuring on them then says too much good. */
export function chosenOnTestSplit({ split }: { split: Split | null }): boolean {
  return split === 'TEST';
}
