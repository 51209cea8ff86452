import type { EntityManager } from 'typeorm';
import {
  CheckpointEntity,
  JobEntity,
  JobEventEntity,
  type MetricsReportedPayload,
} from '../database/entities/index.js';
import { recordEvent } from './jobEventLog.js';
import type { UserErrorCode } from '../shared/errorCodes.js';
import { leaseSeconds } from './leaseKeeper.js';
import type { QueueEntries } from './queueEntries.js';
import { endAttempt, releaseJob } from './transitions.js';

/** So many lost attempts, and the job is given up. */
const mostLostAttempts = 3;

/** How an attempt was lost, as half a sentence, and what a person can do about it. */
export interface Loss {
  how: string;
  advice: string;
  /** Of the failure, once the job is given up; WORKER_CRASHED when left out. */
  code?: UserErrorCode;
  /** Whether it was a GPU that failed: then the next attempt computes on the processor, unless the job needs a GPU. */
  gpuFailed?: boolean;
}

/**
 * Takes note that the attempt of a locked job ended without a result: the job waits for the next attempt, or is given up.
 * @param pauses seconds before the second, third … attempt.
 */
export async function loseAttempt(
  manager: EntityManager,
  entries: QueueEntries,
  job: JobEntity,
  loss: Loss,
  pauses: readonly number[],
): Promise<void> {
  const fence = { jobId: job.id, leaseToken: job.leaseToken! };
  const lost = job.lostAttempts + 1;
  if (job.cancelRequestedAt) {
    await endAttempt(manager, fence, { state: 'CANCELLED' });
  } else if (lost >= mostLostAttempts) {
    const message = await whyGivenUp(manager, job, loss);
    await endAttempt(manager, fence, { state: 'FAILED', failure: { code: loss.code ?? 'WORKER_CRASHED', message } });
  } else {
    const onProcessor = loss.gpuFailed === true && job.device !== 'GPU';
    if (onProcessor) await manager.update(JobEntity, { id: job.id }, { gpuFailed: true });
    const pause = pauses[lost - 1] ?? pauses.at(-1) ?? 0;
    const message = `attempt ${job.attempt} was lost: ${loss.how}; another one follows in ${pause} s${onProcessor ? ', on the processor' : ''}`;
    await recordEvent(manager, job.id, 'LOG_WRITTEN', { level: 'WARN', message });
    await releaseJob(manager, job, 'RETRYING');
    await entries.add(manager, job, pause);
  }
}

async function whyGivenUp(manager: EntityManager, job: JobEntity, { how, advice }: Loss): Promise<string> {
  const jobId = job.id;
  const last = await manager
    .getRepository(JobEventEntity)
    .findOne({ where: { jobId, type: 'METRICS_REPORTED' }, order: { seq: 'DESC' } });
  const checkpoint = await manager
    .getRepository(CheckpointEntity)
    .findOne({ where: { jobId }, order: { seq: 'DESC' } });
  const heard = job.leaseExpiresAt && new Date(job.leaseExpiresAt.getTime() - leaseSeconds * 1000).toISOString();
  const { stage, step, totalSteps } = (last?.payload ?? {}) as Partial<MetricsReportedPayload>;
  return [
    `Given up after ${mostLostAttempts} attempts that ended without a result. The last one: ${how}.`,
    `It ran on ${job.leaseHolder ?? 'an unknown worker'}, last heard of at ${heard ?? 'an unknown time'},`,
    stage === undefined ? 'before its first step.' : `after step ${step} of ${totalSteps} of ${stage}.`,
    `${advice} Then retry it: it`,
    checkpoint ? `goes on from the checkpoint of step ${checkpoint.step}.` : 'starts from the beginning.',
  ].join(' ');
}
