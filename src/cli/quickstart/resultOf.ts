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
  const features = phases.get('feature-extraction') ?? 0;
  const memoryBank = phases.get('memory-bank') ?? 0;
  const rounded = (seconds: number) => Number(seconds.toFixed(3));
  return {
    detector: run.detector.name,
    supervision: options.supervision,
    preset: run.preset ?? options.preset,
    seed: run.seed,
    metrics,
    byDefectType: Object.fromEntries(byDefectType.map((row) => [row.defectType, row.metrics])),
    seconds: {
      import: rounded(wall.import),
      features: rounded(features),
      memoryBank: rounded(memoryBank),
      // What stands between memory bank and result (matching, calibration) is part of making the detector.
      training: rounded(sum(phases) - features - memoryBank),
      evaluation: rounded(jobSeconds(evaluationEvents)),
      total: rounded(wall.import + wall.run),
    },
    peakRssBytes,
  };
}

function sum(phases: ReadonlyMap<string, number>): number {
  return [...phases.values()].reduce((total, seconds) => total + seconds, 0);
}
