import type { TrainingSettings } from '../../shared/training.js';
import { accepted, present } from '../client/errors.js';
import type { GraphqlClient } from '../client/graphqlClient.js';
import {
  evaluateModel,
  evaluationOutcome,
  startTraining,
  trainingOutcome,
  type EvaluationOutcome,
  type JobEvent,
  type Metrics,
  type StartedRun,
  type TrainingInput,
} from '../client/operations/index.js';
import { watchJob } from '../commands/watchCommand.js';
import type { Terminal } from '../terminal/terminal.js';

/** What one training with its evaluation gave. */
export interface FinishedRun {
  run: StartedRun;
  evaluationId: string;
  settings: TrainingSettings;
  /** Compute engine, its version, threads and device. */
  environment: Record<string, string | number>;
  metrics: Metrics;
  byDefectType: EvaluationOutcome['byDefectType'];
  trainingEvents: JobEvent[];
  evaluationEvents: JobEvent[];
}

/** Starts a training, follows it, evaluates what it made on the snapshot's test images and follows that. */
export async function trainAndEvaluate(
  client: GraphqlClient,
  terminal: Terminal,
  input: TrainingInput,
  title: string,
): Promise<FinishedRun> {
  const started = accepted((await client.request(startTraining, { input })).startTraining);
  const run = present(started.run, 'training run');
  const trainingEvents = await watchJob(client, terminal, run.id, title);
  const training = present((await client.request(trainingOutcome, { id: run.id })).node, run.id);
  const version = present(training.modelVersion, `model version of ${run.id}`);

  const evaluation = { modelVersionId: version.id, snapshotId: input.snapshotId };
  const evaluated = accepted((await client.request(evaluateModel, { input: evaluation })).evaluateModel);
  const { id: evaluationId } = present(evaluated.evaluation, 'evaluation');
  const evaluationEvents = await watchJob(client, terminal, evaluationId, title);
  const outcome = present((await client.request(evaluationOutcome, { id: evaluationId })).node, evaluationId);
  return {
    run,
    evaluationId,
    settings: training.settings,
    environment: training.environment,
    metrics: present(outcome.metrics, `metrics of ${evaluationId}`),
    byDefectType: outcome.byDefectType,
    trainingEvents,
    evaluationEvents,
  };
}
