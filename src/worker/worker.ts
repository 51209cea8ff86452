import type { JobAttempt, JobHandler, JobQueue, WorkerCalls } from '../jobs/index.js';
import type { PredictionQuestion } from '../services/predictions.service.js';
import type { SinkTest } from '../services/sinks.service.js';
import type { Compute } from '../shared/compute.js';
import type { ComputeFailure } from '../shared/computeFailure.js';
import type { WorkerConfig } from '../shared/config.js';
import type { Device } from '../shared/devices.js';
import type { JobKind } from '../shared/jobKinds.js';
import { runDatasetExportJob } from './export/datasetExportJob.js';
import { runModelExportJob } from './export/modelExportJob.js';
import { runImportJob } from './import/importJob.js';
import { runModelImportJob } from './import/modelImportJob.js';
import { runDatasetPredictionJob } from './prediction/datasetPredictionJob.js';
import { runEvaluationJob } from './prediction/evaluationJob.js';
import { PredictionHandler } from './prediction/predictionHandler.js';
import { Turns } from './prediction/turns.js';
import { runTrainingJob } from './training/trainingJob.js';
import { WorkerEngines } from './workerEngines.js';
import type { WorkerParts } from './workerParts.js';

/** What does the work of each kind. */
const bodies: Readonly<Record<JobKind, (parts: WorkerParts, attempt: JobAttempt) => Promise<void>>> = {
  DATASET_IMPORT: runImportJob,
  TRAINING: runTrainingJob,
  EVALUATION: runEvaluationJob,
  PREDICTION: runDatasetPredictionJob,
  DATASET_EXPORT: runDatasetExportJob,
  MODEL_EXPORT: runModelExportJob,
  MODEL_IMPORT: runModelImportJob,
};

/** Done beside what computes, one at a time; exports first, which are shorter. */
const copyingKinds = ['MODEL_EXPORT', 'MODEL_IMPORT', 'DATASET_EXPORT', 'DATASET_IMPORT'] as const;

/**
 * Starts taking work of the configured kinds: trainings, evaluations and predictions of data sets, imports and exports
 * beside them, and single predictions in between. A worker with a GPU takes trainings first, any other one evaluations,
 * which are shorter. Its device is that of its engine, unless the configuration says otherwise.
 * @returns what ends it: nothing more is taken, and what runs may finish; and what tells that its engine is lost.
 */
export async function startWork(
  parts: WorkerParts,
  { kinds, concurrency, device: claimed }: Pick<WorkerConfig, 'kinds' | 'concurrency' | 'device'>,
  queue: JobQueue,
  calls: WorkerCalls,
): Promise<{ stop(): Promise<void>; engineLost: Promise<ComputeFailure> }> {
  const turns = new Turns();
  const predictions = new PredictionHandler(parts, turns);
  // Apart, so that a challenger takes no place of a model that is asked.
  const shadows = new PredictionHandler({ ...parts, predicted: () => undefined }, turns, 1);
  const taken = (own: readonly JobKind[]) => own.filter((kind) => kinds.includes(kind));
  const engines = new WorkerEngines(parts);
  const run: JobHandler = async (attempt) => {
    const chosen = await engines.partsFor(attempt);
    await engines.watch(() => bodies[attempt.job.kind](chosen, attempt));
  };
  const own = deviceOf(parts.compute);
  const device = claimed ?? own;
  if (device !== own) {
    parts.log.warn({ device }, `takes jobs that need a ${device}, as it was told: its engine computes on a ${own}`);
  }
  const has = { device, engine: parts.compute.engine };
  const computing = taken(computingKinds(device));
  for (let i = 0; computing.length > 0 && i < concurrency; i++) await queue.work(computing, run, has);
  const copying = taken(copyingKinds);
  if (copying.length > 0) await queue.work(copying, run, has);
  calls.serve<SinkTest>('test-sink', (test) => parts.services.sinks.testHere(parts.sinks, test));
  if (kinds.includes('PREDICTION')) {
    calls.serve<PredictionQuestion>('predict', (question) => engines.watch(() => predictions.answer(question)));
    calls.serve<PredictionQuestion>('shadow', (question) => engines.watch(() => shadows.answerPatiently(question)));
  }
  return {
    stop: async () => {
      await calls.stop();
      await Promise.all([predictions.dispose(), shadows.dispose()]);
      await engines.dispose();
      await parts.sinks.close();
    },
    engineLost: engines.lost,
  };
}

/** What an engine computes on. */
function deviceOf({ environment }: Pick<Compute, 'environment'>): Device {
  return environment['device'] === 'gpu' ? 'GPU' : 'CPU';
}

/** Whose turn is first. */
export function computingKinds(device: Device) {
  return device === 'GPU'
    ? (['TRAINING', 'EVALUATION', 'PREDICTION'] as const)
    : (['EVALUATION', 'TRAINING', 'PREDICTION'] as const);
}
