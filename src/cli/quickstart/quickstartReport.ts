import type { ReportSubject } from '../report/writeReport.js';
import type { RunResult } from './result.js';
import type { FinishedRun } from './trainAndEvaluate.js';

/** A run with what `result.json` says of it. */
export interface ReportedRun {
  finished: FinishedRun;
  result: RunResult;
}

/** A run as the report takes it, with the times and the memory that were watched. */
export function reportSubject({ finished, result }: ReportedRun): ReportSubject {
  const { seconds, peakRssBytes, detector } = result;
  return {
    evaluationId: finished.evaluationId,
    watched: {
      name: detector,
      seconds: [
        ['import', seconds.import],
        ['feature extraction', seconds.features],
        ['memory bank', seconds.memoryBank],
        ['training', seconds.training],
        ['evaluation', seconds.evaluation],
        ['total', seconds.total],
      ],
      peakRssBytes,
    },
  };
}
