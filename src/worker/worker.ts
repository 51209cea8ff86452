import type { JobQueue, WorkerCalls } from '../jobs/index.js';
import type { PredictionQuestion } from '../services/index.js';
import type { Compute } from '../shared/compute.js';
import type { WorkerConfig } from '../shared/config.js';
import { handleDatasetPrediction } from './datasetPredictionHandler.js';
import { handleEvaluation } from './evaluationHandler.js';
import { handleExport } from './exportHandler.js';
import { PredictionHandler } from './predictionHandler.js';
import { handleTraining } from './trainingHandler.js';
import type { WorkerParts } from './workerParts.js';

/**
 * Starts taking work of the configured kinds: trainings, evaluations and predictions of data sets, imports and exports
 * beside them, and single predictions in between. A worker with a GPU takes trainings first, any other one evaluations,
 * which are shorter.
 * @returns what ends it: nothing more is taken, and what runs may finish.
 */
export async function startWork(
  parts: WorkerParts,
  { kinds, concurrency }: Pick<WorkerConfig, 'kinds' | 'concurrency'>,
  queue: JobQueue,
  calls: WorkerCalls,
): Promise<{ stop(): Promise<void> }> {
  const predictions = new PredictionHandler(parts);
  const computing = computingKinds(parts.compute).filter((kind) => kinds.includes(kind));
  for (let i = 0; computing.length > 0 && i < concurrency; i++) {
    await queue.work(computing, (run) => {
      if (run.job.kind === 'TRAINING') return handleTraining(parts, run);
      return run.job.kind === 'EVALUATION' ? handleEvaluation(parts, run) : handleDatasetPrediction(parts, run);
    });
  }
  const copying = (['EXPORT', 'IMPORT'] as const).filter((kind) => kinds.includes(kind));
  if (copying.length > 0) {
    await queue.work(copying, (run) =>
      run.job.kind === 'IMPORT' ? parts.services.imports.run(run) : handleExport(parts, run),
    );
  }
  if (kinds.includes('PREDICTION')) {
    calls.serve<PredictionQuestion>('predict', (question) => predictions.answer(question));
  }
  return {
    stop: async () => {
      await calls.stop();
      await predictions.dispose();
    },
  };
}

/** Whose turn is first. */
export function computingKinds({ environment }: Pick<Compute, 'environment'>) {
  return environment['device'] === 'gpu'
    ? (['TRAINING', 'EVALUATION', 'PREDICTION'] as const)
    : (['EVALUATION', 'TRAINING', 'PREDICTION'] as const);
}
