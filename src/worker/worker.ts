import type { JobQueue, WorkerCalls } from '../jobs/index.js';
import type { PredictionQuestion } from '../services/index.js';
import { handleEvaluation } from './evaluationHandler.js';
import { PredictionHandler } from './predictionHandler.js';
import { handleTraining } from './trainingHandler.js';
import type { WorkerParts } from './workerParts.js';

/**
 * Starts taking work: trainings and evaluations one at a time, imports beside them, and single predictions in between.
 * @returns what ends it: nothing more is taken, and what runs may finish.
 */
export async function startWork(
  parts: WorkerParts,
  queue: JobQueue,
  calls: WorkerCalls,
): Promise<{ stop(): Promise<void> }> {
  const predictions = new PredictionHandler(parts);
  await queue.work(['EVALUATION', 'TRAINING'], (run) =>
    run.job.kind === 'TRAINING' ? handleTraining(parts, run) : handleEvaluation(parts, run),
  );
  await queue.work(['IMPORT'], (run) => parts.services.imports.run(run));
  calls.serve<PredictionQuestion>('predict', (question) => predictions.answer(question));
  return {
    stop: async () => {
      await calls.stop();
      await predictions.dispose();
    },
  };
}
