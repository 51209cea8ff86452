import { jobSeconds, phaseSeconds } from './phaseSeconds.js';
import type { QuickstartOptions } from './options.js';
import type { RunResult } from './result.js';
import type { FinishedRun } from './trainAndEvaluate.js';

/** A run's row of `result.json`. `wall`: seconds of the import and of training and evaluation together. */
export function resultOf(
  options: QuickstartOptions,
  { run, metrics, byDefectType, trainingEvents, evaluationEvents }: FinishedRun,
  wall: { import: number; run: number },
  peakRssBytes: RunResult['peakRssBytes'],
): RunResult {
  const phases = phaseSeconds(trainingEvents);
  const rounded = (seconds: number | undefined) => Number((seconds ?? 0).toFixed(3));
  return {
    detector: run.detector.id,
    supervision: options.supervision,
    preset: run.preset ?? options.preset,
    seed: run.seed,
    metrics,
    byDefectType: Object.fromEntries(byDefectType.map((row) => [row.defectType, row.metrics])),
    seconds: {
      import: rounded(wall.import),
      features: rounded(phases.get('feature-extraction')),
      memoryBank: rounded(phases.get('memory-bank')),
      training: rounded(phases.get('training')),
      evaluation: rounded(jobSeconds(evaluationEvents)),
      total: rounded(wall.import + wall.run),
    },
    peakRssBytes,
  };
}
