import { jobSeconds, stageSeconds } from './stageSeconds.js';
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
  const stages = stageSeconds(trainingEvents);
  const features = stages.get('feature-extraction') ?? 0;
  const memoryBank = stages.get('memory-bank') ?? 0;
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
      training: rounded(sum(stages) - features - memoryBank),
      evaluation: rounded(jobSeconds(evaluationEvents)),
      total: rounded(wall.import + wall.run),
    },
    peakRssBytes,
  };
}

function sum(stages: ReadonlyMap<string, number>): number {
  return [...stages.values()].reduce((total, seconds) => total + seconds, 0);
}
