import {
  accepted,
  EvaluateModelDocument,
  type EvaluationOutcome,
  EvaluationOutcomeDocument,
  nodeOf,
  type JobEvent,
  type Metrics,
  present,
  type ResiduaClient,
  type StartedRun,
  StartTrainingDocument,
  type StartTrainingInput,
  TrainingOutcomeDocument,
} from '../../client/index.js';
import { watchJob } from '../commands/watchCommand.js';
import type { Terminal } from '../terminal/terminal.js';

/** What one training with its evaluation gave. */
export interface FinishedRun {
  run: StartedRun;
  evaluationId: string;
  metrics: Metrics;
  imagesWithoutMask: number | null;
  byDefectType: EvaluationOutcome['byDefectType'];
  trainingEvents: JobEvent[];
  evaluationEvents: JobEvent[];
}

/** Starts a training, follows it, evaluates what it made on the snapshot's test images and follows that. */
export async function trainAndEvaluate(
  client: ResiduaClient,
  terminal: Terminal,
  input: StartTrainingInput,
  title: string,
): Promise<FinishedRun> {
  const started = accepted((await client.request(StartTrainingDocument, { input })).startTraining);
  const run = present(started.run, 'training run');
  const trainingEvents = await watchJob(client, terminal, run.id, title);
  const training = nodeOf((await client.request(TrainingOutcomeDocument, { id: run.id })).node, run.id);
  const version = present(training.modelVersion, `model version of ${run.id}`);

  const evaluation = { modelVersionId: version.id, snapshotId: input.snapshotId };
  const evaluated = accepted((await client.request(EvaluateModelDocument, { input: evaluation })).evaluateModel);
  const { id: evaluationId } = present(evaluated.evaluation, 'evaluation');
  const evaluationEvents = await watchJob(client, terminal, evaluationId, title);
  const outcome = nodeOf((await client.request(EvaluationOutcomeDocument, { id: evaluationId })).node, evaluationId);
  return {
    run,
    evaluationId,
    metrics: present(outcome.metrics, `metrics of ${evaluationId}`),
    imagesWithoutMask: outcome.imagesWithoutMask,
    byDefectType: outcome.byDefectType,
    trainingEvents,
    evaluationEvents,
  };
}
