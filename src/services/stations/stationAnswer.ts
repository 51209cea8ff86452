import { createHash } from 'node:crypto';
import type { LoggedPredictionEntity } from '../../database/entities/index.js';
import { explainVerdict } from '../../shared/explainVerdict.js';
import type { PredictionAnswer } from '../predictions.service.js';
import { lineVerdict } from '../sinks/verdictOf.js';

/** What a station is told about an image. */
export interface StationAnswer extends Omit<
  PredictionAnswer,
  'anomalyMap' | 'anomalyMapScale' | 'anomalyMapSha256' | 'overlaySha256'
> {
  /** What the line is told. OK only where the model called the part normal in time. */
  verdict: 'OK' | 'NOK';
  partId: string | null;
  model: string;
  version: number;
  /** UUID and number in the log; null where the project logs nothing. */
  predictionId: string | null;
  seq: number | null;
  /** Whether the same image of the same part had been answered before, and this is that answer. */
  isRepeated: boolean;
}

/** What makes two questions of a station the same: the part and the bytes. Not of parts without an id: any could be another one. */
export function questionDigest(partId: string | null, image: Uint8Array): string | null {
  if (partId === null) return null;
  return createHash('sha256').update(JSON.stringify(partId)).update(image).digest('hex');
}

/** The answer that was given before. */
export function answerAgain(logged: LoggedPredictionEntity): StationAnswer {
  const { anomalyScore, isAnomalous, regions, imageThreshold, pixelThreshold, latencySeconds } = logged;
  const said = { anomalyScore, isAnomalous, regions, imageThreshold, pixelThreshold };
  return {
    ...placeOf(logged),
    ...said,
    warnings: [],
    explanation: explainVerdict(said) ?? null,
    seconds: latencySeconds ?? 0,
    isRepeated: true,
  };
}

/** What of an answer says where it is in the log. */
export function placeOf(logged: LoggedPredictionEntity) {
  const { id: predictionId, seq, partId, model, version } = logged;
  return { verdict: lineVerdict(logged), partId, model, version, predictionId, seq };
}
