import type { AlertKind } from '../../database/entities/index.js';
import { actionSigmas, controlLimits, warningSigmas } from './controlLimits.js';
import { closingChance, distanceLimit, openingChance, scoreDrift } from './scoreDrift.js';

/** What a look saw of one version and station, or of a model that is silent. */
export interface Judgement {
  kind: AlertKind;
  /** OPEN what is out of its limits, CLOSE what is well inside them; HOLD in between, where an alert stays as it is. */
  verdict: 'OPEN' | 'HOLD' | 'CLOSE';
  value: number;
  lowest: number | null;
  highest: number | null;
}

/** Counts of a window. */
export interface JudgedWindow {
  predictions: number;
  anomalous: number;
  normalBins: readonly number[];
}

/** Judges the scores of a window; undefined where nothing can be compared. */
export function judgeDrift(
  { predictions, anomalous, normalBins }: JudgedWindow,
  { scoreEdges, normal }: { scoreEdges: readonly number[]; normal: readonly number[] },
): Judgement | undefined {
  const drift = scoreDrift(normalBins, scoreEdges, normal);
  if (!drift) return undefined;
  const limit = (chance: number) => distanceLimit(normal.length, predictions - anomalous, chance);
  const { distance } = drift;
  const calm = distance < limit(closingChance) ? 'CLOSE' : 'HOLD';
  const verdict = distance > limit(openingChance) ? 'OPEN' : calm;
  return { kind: 'SCORE_DRIFT', verdict, value: distance, lowest: null, highest: limit(openingChance) };
}

/** Judges the share of anomalous images of a window. @param centre share to expect. */
export function judgeRate({ predictions, anomalous }: JudgedWindow, centre: number): Judgement {
  const rate = anomalous / predictions;
  const isInside = (sigmas: number) => {
    const { lowest, highest } = controlLimits(centre, predictions, sigmas);
    return rate >= lowest && rate <= highest;
  };
  const calm = isInside(warningSigmas) ? 'CLOSE' : 'HOLD';
  const limits = controlLimits(centre, predictions, actionSigmas);
  return { kind: 'ANOMALY_RATE', verdict: isInside(actionSigmas) ? calm : 'OPEN', value: rate, ...limits };
}

/** Judges how long nobody has asked a model. */
export function judgeSilence(silentMinutes: number, allowedMinutes: number): Judgement {
  const verdict = silentMinutes > allowedMinutes ? 'OPEN' : 'CLOSE';
  return { kind: 'NO_PREDICTIONS', verdict, value: silentMinutes, lowest: null, highest: allowedMinutes };
}
