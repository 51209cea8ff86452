import type { JobAttempt } from '../../jobs/index.js';
import { ProblemError } from '../../shared/errors.js';
import type { WorkerParts } from '../workerParts.js';

/**
 * Looks whether the project of a training has time left to train: now, and then as often as checkpoints are due, so that whoever gives it
 * more time can go on from there.
 * @param usedUp called once there is none left.
 * @returns what ends it.
 * @throws ProblemError QUOTA_EXCEEDED when there is none left now.
 */
export async function watchTrainingTime(
  { services, checkpointSeconds, log }: Pick<WorkerParts, 'services' | 'checkpointSeconds' | 'log'>,
  { job }: Pick<JobAttempt, 'job'>,
  usedUp: (problem: ProblemError) => void,
): Promise<() => void> {
  const look = () => services.quotas.requireTrainingTime(job.projectId);
  await look();
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      if (error instanceof ProblemError) usedUp(error);
      else log.warn({ err: error }, 'the training time of a project could not be read');
    });
  }, 1000 * checkpointSeconds);
  return () => clearInterval(timer);
}
