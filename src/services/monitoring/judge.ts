import type { AlertKind } from '../../database/entities/index.js';
import { actionSigmas, controlLimits, warningSigmas } from './controlLimits.js';
import type { NormalValues } from './normalValues.js';
import { closingChance, distanceLimit, openingChance, scoreDrift, type ScoreDrift } from './scoreDrift.js';

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
  bankBins: readonly number[];
}

/** Judges the scores of a window, and the distances to the memory bank, where they can be compared. */
export function judgeDrifts(
  { normalBins, bankBins }: JudgedWindow,
  { scoreEdges, normalScores, bankEdges, normalDistances }: NormalValues,
): Judgement[] {
  const scores = judgeDrift('SCORE_DRIFT', scoreDrift(normalBins, scoreEdges, normalScores), normalScores.length);
  const distances = judgeDrift('BANK_DRIFT', scoreDrift(bankBins, bankEdges, normalDistances), normalDistances.length);
  return [scores, distances].filter((one) => one !== undefined);
}

function judgeDrift(kind: AlertKind, drift: ScoreDrift | null, normal: number): Judgement | undefined {
  if (!drift) return undefined;
  const { distance, seen } = drift;
  const limit = (chance: number) => distanceLimit(normal, seen, chance);
  const calm = distance < limit(closingChance) ? 'CLOSE' : 'HOLD';
  const verdict = distance > limit(openingChance) ? 'OPEN' : calm;
  return { kind, verdict, value: distance, lowest: null, highest: limit(openingChance) };
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
