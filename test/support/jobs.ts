import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { JobEntity, type JobEventEntity, type JobKind } from '../../src/database/entities/index.js';
import { DatabaseSignals, JobEventFeed, JobEventLog, JobQueue, type JobQueueOptions } from '../../src/jobs/index.js';
import { anyProject } from './anyProject.js';

/** The jobs of one process, started. */
export interface TestJobs {
  queue: JobQueue;
  feed: JobEventFeed;
  log: JobEventLog;
  signals: DatabaseSignals;
  /** The project its jobs belong to. */
  projectId: string;
  /** Queues a job in a transaction of its own. @returns its id. */
  enqueue(kind?: JobKind): Promise<string>;
  job(id: string): Promise<JobEntity>;
  /** All events of a job, once it has ended. */
  history(id: string): Promise<JobEventEntity[]>;
  stop(): Promise<void>;
}

/** @param options retries begin at once unless told otherwise. */
export async function startJobs(dataSource: DataSource, options: JobQueueOptions = {}): Promise<TestJobs> {
  const signals = new DatabaseSignals(dataSource);
  await signals.start();
  const queue = new JobQueue(dataSource, signals, { retryPauses: [0], ...options });
  const feed = new JobEventFeed(dataSource, signals);
  const projectId = await anyProject(dataSource.manager);
  return {
    queue,
    feed,
    log: new JobEventLog(dataSource),
    signals,
    projectId,
    enqueue: async (kind = 'DATASET_IMPORT') => {
      const id = uuid();
      await dataSource.transaction((manager) => queue.enqueue(manager, { id, projectId, kind }));
      return id;
    },
    job: (id) => dataSource.getRepository(JobEntity).findOneByOrFail({ id }),
    history: async (id) => {
      const events: JobEventEntity[] = [];
      for await (const event of feed.follow(id, 0)) events.push(event);
      return events;
    },
    stop: async () => {
      await queue.stop({ graceSeconds: 0 });
      feed.stop();
      await signals.stop();
    },
  };
}

/** A promise and its resolver. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Each event in one word or number, for comparisons. */
export function outline(events: readonly JobEventEntity[]): string[] {
  return events.map(({ seq, type, payload }) => {
    if ('state' in payload) return `${seq} ${payload.state}`;
    if ('stage' in payload) return `${seq} ${payload.stage} ${payload.step}`;
    return `${seq} ${type}`;
  });
}
