import type { DataSource } from 'typeorm';
import { JobEntity, type JobEventEntity, terminalJobStates } from '../database/entities/index.js';
import { isLastEvent, JobEventLog } from './jobEventLog.js';
import { LogFeed } from './logFeed.js';
import type { DatabaseSignals } from './signals.js';

/** Follows the events of jobs, each until its job has ended. */
export class JobEventFeed extends LogFeed<JobEventEntity> {
  /** @param delivered called with the seconds between an event and its handing over, for events that came live. */
  constructor(dataSource: DataSource, signals: DatabaseSignals, delivered?: (lagSeconds: number) => void) {
    const log = new JobEventLog(dataSource);
    const source = {
      channel: 'job_event',
      read: (jobId: string, seq: number, limit: number) => log.read(jobId, seq, limit),
      isLast: isLastEvent,
      hasEnded: (jobId: string, seq: number) => hasEnded(dataSource, jobId, seq),
    } as const;
    super(source, signals, delivered);
  }
}

async function hasEnded(dataSource: DataSource, jobId: string, seq: number): Promise<boolean> {
  const job = await dataSource
    .getRepository(JobEntity)
    .findOneBy({ id: jobId })
    .catch(() => undefined);
  return job === null || (job !== undefined && terminalJobStates.includes(job.state) && job.lastSeq <= seq);
}
