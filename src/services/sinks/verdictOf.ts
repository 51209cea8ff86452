import type { LoggedPredictionEntity } from '../../database/entities/index.js';
import type { Heartbeat, Verdict } from '../../plugin-api/index.js';
import { encodeGlobalId } from '../../shared/globalId.js';

/** A heartbeat that is missing three times is no accident. */
const staleBeats = 3;

/** What sinks are told of a logged prediction. */
export function verdictOf(logged: LoggedPredictionEntity): Verdict {
  const { id, seq, at, projectId, station, partId, filename, model, version } = logged;
  const { isAnomalous, anomalyScore, imageThreshold, pixelThreshold, regions } = logged;
  return {
    ...{ id: encodeGlobalId('LoggedPrediction', id), seq: seq!, at: at.toISOString() },
    projectId: encodeGlobalId('Project', projectId),
    ...{ station, partId, filename, model, version },
    verdict: lineVerdict(logged),
    ...{ isAnomalous, anomalyScore, imageThreshold, pixelThreshold },
    regions: regions.map(({ box, score, pixels }) => ({ box, score, pixels })),
    isLate: logged.isLate,
    isTest: false,
  };
}

/** What the line is told, or was told when no answer came in time. */
export function lineVerdict({
  isAnomalous,
  isLate,
}: Pick<LoggedPredictionEntity, 'isAnomalous' | 'isLate'>): 'OK' | 'NOK' {
  return isAnomalous || isLate ? 'NOK' : 'OK';
}

/** A verdict about nothing, to see whether it arrives. NOK: a receiver that does not look at `isTest` sorts out rather than lets pass. */
export function testVerdict(id: string, projectId: string, now: Date): Verdict {
  return {
    ...{ id: `test_${id}`, seq: 0, at: now.toISOString(), projectId: encodeGlobalId('Project', projectId) },
    ...{ station: null, partId: null, filename: null, model: 'test', version: 0, verdict: 'NOK', isAnomalous: true },
    ...{ anomalyScore: 0, imageThreshold: null, pixelThreshold: null, regions: [], isLate: false, isTest: true },
  };
}

/** @param every seconds between two of them. */
export function heartbeatOf(
  beat: number,
  every: number,
  { lastSeq, waiting }: { lastSeq: number; waiting: number },
): Heartbeat {
  const everyMilliseconds = every * 1_000;
  return { beat, lastSeq, waiting, everyMilliseconds, staleAfterMilliseconds: staleBeats * everyMilliseconds };
}
