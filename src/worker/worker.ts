import type { JobQueue, WorkerCalls } from '../jobs/index.js';
import type { PredictionQuestion } from '../services/index.js';
import { handleDatasetPrediction } from './datasetPredictionHandler.js';
import { handleEvaluation } from './evaluationHandler.js';
import { PredictionHandler } from './predictionHandler.js';
import { handleTraining } from './trainingHandler.js';
import type { WorkerParts } from './workerParts.js';

/**
 * Starts taking work: trainings, evaluations and predictions of data sets one at a time, imports and exports beside them, and single predictions in between.
 * @returns what ends it: nothing more is taken, and what runs may finish.
 */
export async function startWork(
  parts: WorkerParts,
  queue: JobQueue,
  calls: WorkerCalls,
): Promise<{ stop(): Promise<void> }> {
  const predictions = new PredictionHandler(parts);
  await queue.work(['EVALUATION', 'TRAINING', 'PREDICTION'], (run) => {
    if (run.job.kind === 'TRAINING') return handleTraining(parts, run);
    return run.job.kind === 'EVALUATION' ? handleEvaluation(parts, run) : handleDatasetPrediction(parts, run);
  });
  await queue.work(['EXPORT', 'IMPORT'], (run) =>
    run.job.kind === 'IMPORT' ? parts.services.imports.run(run) : parts.services.exports.run(run),
  );
  calls.serve<PredictionQuestion>('predict', (question) => predictions.answer(question));
  return {
    stop: async () => {
      await calls.stop();
      await predictions.dispose();
    },
  };
}
