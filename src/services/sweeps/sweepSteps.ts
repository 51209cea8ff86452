import type { DataSource } from 'typeorm';
import { everything } from '../../access/index.js';
import {
  EvaluationEntity,
  JobEntity,
  ModelVersionEntity,
  SweepEntity,
  SweepTrialEntity,
  type SweepEnd,
} from '../../database/entities/index.js';
import { PeriodicLook, type JobQueue } from '../../jobs/index.js';
import { ProblemError } from '../../shared/errors.js';
import type { EvaluationMetrics } from '../../shared/evaluation.js';
import { createLogger } from '../../shared/logger.js';
import type { EvaluationsService } from '../evaluations.service.js';
import type { StartTraining, TrainingRunsService } from '../training-runs.service.js';
import { trainingOf } from './candidates.js';

/** What sweeps are made of. */
export interface SweepParts {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'cancel'>;
  trainingRuns: Pick<TrainingRunsService, 'start'>;
  evaluations: Pick<EvaluationsService, 'start'>;
}

const metricOf = {
  ...({ IMAGE_AUROC: 'imageAuroc', IMAGE_AP: 'imageAp', PIXEL_AP: 'pixelAp', PRO: 'pro' } as const),
} satisfies Record<string, keyof EvaluationMetrics>;

const minuteMilliseconds = 60_000;

/**
 * Takes sweeps on by one step, every two seconds: all that is known of them are rows, so that any process goes on where another one
 * stopped. Jobs are started under keys of their trial, once each.
 * @param now for tests.
 * @returns a look that gives how many sweeps run.
 */
export function sweepLook(parts: SweepParts, now = () => new Date()): PeriodicLook<number> {
  return new PeriodicLook(parts.dataSource, {
    name: 'sweeps',
    // "swee" in ASCII.
    lock: 0x73776565,
    pauseMilliseconds: 2_000,
    aim: 'taking sweeps on',
    work: async () => {
      const sweeps = await parts.dataSource.getRepository(SweepEntity).findBy({ state: 'RUNNING' });
      for (const sweep of sweeps) await stepOrWarn(parts, sweep, now());
      return sweeps.length;
    },
  });
}

/** Ends the job of a trial, which may have ended by itself. */
export async function stopTrial(queue: SweepParts['queue'], trial: SweepTrialEntity): Promise<void> {
  const jobId = trial.evaluationId ?? trial.trainingRunId;
  try {
    if (jobId) await queue.cancel(jobId);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}

/** What one sweep cannot do now, it does with the next look; the others go on. */
async function stepOrWarn(parts: SweepParts, sweep: SweepEntity, now: Date): Promise<void> {
  try {
    await step(parts, sweep, now);
  } catch (error) {
    createLogger('sweeps').warn({ err: error, sweepId: sweep.id }, 'a sweep could not be taken on');
  }
}

async function step(parts: SweepParts, sweep: SweepEntity, now: Date): Promise<void> {
  const trials = await parts.dataSource
    .getRepository(SweepTrialEntity)
    .find({ where: { sweepId: sweep.id }, order: { position: 'ASC' } });
  const current = trials.find(({ state }) => state === 'TRAINING' || state === 'EVALUATING');
  const isOver = now.getTime() >= sweep.createdAt.getTime() + sweep.budgetMinutes * minuteMilliseconds;
  if (current && !(await followTrial(parts, sweep, current, isOver))) {
    if (!isOver) return;
    await stopTrial(parts.queue, current);
    await write(parts, current, { state: 'SKIPPED' });
    return end(parts, sweep, 'BUDGET');
  }
  const next = trials.find(({ state }) => state === 'WAITING');
  if (!next) return end(parts, sweep, 'ALL_TRIED');
  if (isOver) return end(parts, sweep, 'BUDGET');
  await startTrial(parts, sweep, next);
}

/** Starts nothing more when the minutes of the sweep are used. @returns whether the trial is over. */
async function followTrial(
  parts: SweepParts,
  sweep: SweepEntity,
  trial: SweepTrialEntity,
  isOver: boolean,
): Promise<boolean> {
  const { manager } = parts.dataSource;
  const jobId = trial.state === 'TRAINING' ? trial.trainingRunId : trial.evaluationId;
  const job = jobId === null ? null : await manager.findOneBy(JobEntity, { id: jobId });
  if (!job) return fail(parts, trial, 'its job was deleted');
  if (job.state === 'FAILED') return fail(parts, trial, job.failure?.message ?? 'its job failed');
  if (job.state === 'CANCELLED') return fail(parts, trial, 'its job was cancelled');
  if (job.state !== 'COMPLETED') return false;
  if (trial.state === 'TRAINING') {
    const version = await manager.findOneBy(ModelVersionEntity, { trainingRunId: job.id });
    if (!version) return fail(parts, trial, 'its model version was deleted');
    if (isOver) return false;
    return startEvaluation(parts, sweep, trial, version.id);
  }
  const { metrics } = await manager.findOneByOrFail(EvaluationEntity, { jobId: job.id });
  const value = metrics?.[metricOf[sweep.metric]] ?? null;
  if (value === null) return fail(parts, trial, `the validation split has no ${sweep.metric}`);
  await write(parts, trial, { state: 'DONE', value });
  return true;
}

async function startTrial(parts: SweepParts, sweep: SweepEntity, trial: SweepTrialEntity): Promise<void> {
  const { snapshotId, modelName, candidates } = sweep;
  const common = sweep.choice as Partial<StartTraining>;
  try {
    const { jobId } = await parts.trainingRuns.start(everything, {
      ...{ ...common, ...trainingOf(candidates[trial.candidate]!), snapshotId, modelName, seed: trial.seed },
      idempotencyKey: `sweep ${sweep.id} ${trial.position} training`,
    });
    await write(parts, trial, { state: 'TRAINING', trainingRunId: jobId });
  } catch (error) {
    await failBy(parts, trial, error);
  }
}

/** On the validation split: what the test split says stays unknown to whatever is chosen here. */
async function startEvaluation(parts: SweepParts, sweep: SweepEntity, trial: SweepTrialEntity, modelVersionId: string) {
  const { device, priority } = sweep.choice as Partial<StartTraining>;
  try {
    const { jobId } = await parts.evaluations.start(everything, {
      ...{ modelVersionId, snapshotId: sweep.snapshotId, split: 'VALIDATION', device, priority },
      idempotencyKey: `sweep ${sweep.id} ${trial.position} evaluation`,
    });
    await write(parts, trial, { state: 'EVALUATING', evaluationId: jobId });
    return false;
  } catch (error) {
    return failBy(parts, trial, error);
  }
}

/** What is wrong with one candidate leaves the others; anything else is tried again with the next look. */
function failBy(parts: SweepParts, trial: SweepTrialEntity, error: unknown): Promise<true> {
  if (error instanceof ProblemError) return fail(parts, trial, error.message);
  throw error;
}

async function fail(parts: SweepParts, trial: SweepTrialEntity, problem: string): Promise<true> {
  await write(parts, trial, { state: 'FAILED', problem });
  return true;
}

/** What becomes of a trial. */
type TrialChange = Partial<Pick<SweepTrialEntity, 'state' | 'trainingRunId' | 'evaluationId' | 'value' | 'problem'>>;

/** Nothing is written of a sweep that was cancelled meanwhile; a job that was started for it is ended. */
async function write(parts: SweepParts, trial: SweepTrialEntity, change: TrialChange): Promise<void> {
  const { sweepId, position } = trial;
  const isRunning = await parts.dataSource.transaction(async (manager) => {
    const where = { id: sweepId, state: 'RUNNING' as const };
    const sweep = await manager.findOne(SweepEntity, { where, lock: { mode: 'for_no_key_update' } });
    const values = sweep ? change : { ...change, state: 'SKIPPED' as const };
    await manager.update(SweepTrialEntity, { sweepId, position }, values);
    return sweep !== null;
  });
  if (!isRunning) await stopTrial(parts.queue, Object.assign(trial, change));
}

async function end({ dataSource }: SweepParts, { id }: SweepEntity, endReason: SweepEnd): Promise<void> {
  await dataSource.transaction(async (manager) => {
    const change = { state: 'COMPLETED' as const, endReason, endedAt: new Date() };
    const { affected } = await manager.update(SweepEntity, { id, state: 'RUNNING' }, change);
    if (affected === 0) return;
    await manager.update(SweepTrialEntity, { sweepId: id, state: 'WAITING' }, { state: 'SKIPPED' });
  });
}
