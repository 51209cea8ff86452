/**
 * A worker process: DATASET_IMPORT jobs report 30 steps and complete, TRAINING jobs report one and wait until they are told to stop.
 * Prints `ready`, then `began <id>` for each job; SIGTERM stops it.
 */
import { once } from 'node:events';
import { createDataSource } from '../../src/database/index.js';
import { DatabaseSignals, type JobAttempt, JobQueue } from '../../src/jobs/index.js';

const dataSource = await createDataSource(process.argv[2]!).initialize();
const signals = new DatabaseSignals(dataSource);
await signals.start();
const queue = new JobQueue(dataSource, signals);
await queue.work(['DATASET_IMPORT', 'TRAINING'], async (attempt) => {
  process.stdout.write(`began ${attempt.job.id}\n`);
  await (attempt.job.kind === 'DATASET_IMPORT' ? report(attempt) : wait(attempt));
});
process.once('SIGTERM', () => void stop());
process.stdout.write('ready\n');

async function report(attempt: JobAttempt): Promise<void> {
  for (let step = 1; step <= 30; step++) {
    attempt.report({ stage: 'reading', step, totalSteps: 30, fraction: step / 30, metrics: { images: step } });
    await new Promise(setImmediate);
  }
  await attempt.complete(() => Promise.resolve());
}

async function wait(attempt: JobAttempt): Promise<void> {
  attempt.report({ stage: 'training', step: 1, totalSteps: 100, fraction: 0.01 });
  await once(attempt.signal, 'abort');
  attempt.signal.throwIfAborted();
}

async function stop(): Promise<void> {
  await queue.stop({ graceSeconds: 0 });
  await signals.stop();
  await dataSource.destroy();
}
