import { In, type DataSource, type EntityManager, type EntityTarget } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  DatasetExportEntity,
  DatasetImportEntity,
  DatasetPredictionEntity,
  EvaluationEntity,
  JobEntity,
  JobEventEntity,
  ModelExportEntity,
  ModelImportEntity,
  ModelVersionEntity,
  terminalJobStates,
  TrainingRunEntity,
  type JobEventPayload,
  type JobEventType,
  type JobKind,
  type JobState,
  type WorkerEntity,
} from '../database/entities/index.js';
import { leaseSeconds, liveWorkers, missingWorker } from '../jobs/index.js';
import { notFound, nothingWithId, problem } from '../shared/errors.js';
import { paginateEach } from './paginateEach.js';
import { cursorInLog, placeInLog, sharedRecords } from './logPlaces.js';
import { paginate, type CursorArgument, type Page, type PageRequest } from './pagination.js';
import { quoted } from './names.js';
import type { QuotasService } from './quotas.service.js';
import type { JobRecord } from './records.js';
import { inScope, liesIn, rowsIn } from './scoped.js';

/** One event as clients see it: the row, its payload's fields, and the cursor that continues behind it. */
export type JobEventRecord = {
  jobId: string;
  seq: number;
  attempt: number;
  type: JobEventType;
  at: Date;
  cursor: string;
} & JobEventPayload;

/** Which jobs a list holds. */
export interface JobFilter {
  kind?: JobKind | null | undefined;
  state?: JobState | null | undefined;
  /** UUID. */
  projectId?: string | undefined;
}

/** The jobs of the whole installation at one moment. */
export interface JobStatistics {
  counts: { kind: JobKind; state: JobState; count: number }[];
  /** Why jobs failed: the codes of their failures. */
  failures: { kind: JobKind; code: string; count: number }[];
  /** 0 when none waits. */
  oldestQueuedSeconds: number;
  /** Since the last sign of life of the worker that has been silent longest; 0 when none runs a job. */
  oldestHeartbeatSeconds: number;
}

/** What this service needs of the queue. */
export interface JobCanceller {
  /** @throws ProblemError NOT_FOUND, CONFLICT when the job has ended. */
  cancel(jobId: string): Promise<void>;
  /** Queues a job that does an ended one again. @throws ProblemError NOT_FOUND, CONFLICT unless it is FAILED or CANCELLED. */
  retry(manager: EntityManager, jobId: string, newId: string): Promise<JobEntity>;
}

/** What this service needs of the event feed. */
export interface JobEventSource {
  /** Events behind `afterSeq`, first the stored ones, then live; ends after the job's last event or when `signal` aborts. */
  follow(jobId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<JobEventEntity>;
}

/** Where the rows of each kind are. */
const ownTables: Readonly<Record<JobKind, EntityTarget<JobRecord>>> = {
  DATASET_IMPORT: DatasetImportEntity,
  TRAINING: TrainingRunEntity,
  EVALUATION: EvaluationEntity,
  PREDICTION: DatasetPredictionEntity,
  DATASET_EXPORT: DatasetExportEntity,
  MODEL_EXPORT: ModelExportEntity,
  MODEL_IMPORT: ModelImportEntity,
};

/** Jobs of every kind, and their events. */
export class JobsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: JobCanceller,
    private readonly feed: JobEventSource,
    private readonly quotas: Pick<QuotasService, 'requireTrainingTime'>,
  ) {}

  /** Newest first. */
  async page(scope: AccessScope, filter: JobFilter, request: PageRequest): Promise<Page<JobRecord>> {
    const query = this.jobs.createQueryBuilder('job').where({ kind: filter.kind ?? In(Object.keys(ownTables)) });
    if (filter.state) query.andWhere({ state: filter.state });
    if (filter.projectId) query.andWhere({ projectId: filter.projectId });
    const page = await paginate(inScope(query, scope), {
      connection: `jobs:${filter.kind ?? ''}:${filter.state ?? ''}${filter.projectId ? `:${filter.projectId}` : ''}`,
      alias: 'job',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
    const records = new Map((await this.recordsOf(page.nodes)).map((record) => [record.jobId, record]));
    return { ...page, nodes: page.nodes.map(({ id }) => records.get(id)!) };
  }

  /** Jobs of any kind with their own rows; unknown ids are left out. */
  async byIds(scope: AccessScope, ids: readonly string[]): Promise<JobRecord[]> {
    return this.recordsOf(await this.rowsByIds(scope, ids));
  }

  /** Looks only into the tables of the kinds that occur. */
  private async recordsOf(jobs: readonly JobEntity[]): Promise<JobRecord[]> {
    const found = [...new Set(jobs.map(({ kind }) => kind))].map((kind) => {
      const ids = jobs.flatMap((job) => (job.kind === kind ? job.id : []));
      return this.dataSource.getRepository(ownTables[kind]).findBy({ jobId: In(ids) });
    });
    return (await Promise.all(found)).flat();
  }

  /** What all jobs share, of several by one query. */
  rowsByIds(scope: AccessScope, ids: readonly string[]): Promise<JobEntity[]> {
    return rowsIn(scope, this.jobs, { id: In([...ids]) }).getMany();
  }

  /** The worker that each job waits for without there being one, in words; null for any other. In the order of `ids`. */
  async missingWorkers(scope: AccessScope, ids: readonly string[]): Promise<(string | null)[]> {
    const where = { id: In([...ids]), state: In(['QUEUED', 'RETRYING'] as const) };
    const waiting = await rowsIn(scope, this.jobs, where).getMany();
    if (waiting.length === 0) return ids.map(() => null);
    const workers = await this.workers();
    const missing = new Map(waiting.map((job) => [job.id, missingWorker(workers, job)]));
    return ids.map((id) => missing.get(id) ?? null);
  }

  /** Processes that take jobs and were heard of lately, the oldest first. */
  workers(): Promise<WorkerEntity[]> {
    return liveWorkers(this.dataSource.manager);
  }

  /** Counts and ages of all jobs, for whoever watches the installation. */
  async statistics(): Promise<JobStatistics> {
    const counts = await this.dataSource.query<JobStatistics['counts']>(
      'SELECT kind, state, count(*)::int AS count FROM job GROUP BY kind, state',
    );
    const failures = await this.dataSource.query<JobStatistics['failures']>(
      `SELECT kind, failure->>'code' AS code, count(*)::int AS count FROM job WHERE state = 'FAILED' GROUP BY 1, 2`,
    );
    const [ages] = await this.dataSource.query<Omit<JobStatistics, 'counts' | 'failures'>[]>(agesStatement, [
      leaseSeconds,
    ]);
    return { counts, failures, ...ages! };
  }

  /** The same page of several jobs' events, oldest first. @throws FaultError CURSOR_INVALID, CURSOR_EXPIRED. */
  async eventPages(
    scope: AccessScope,
    jobIds: readonly string[],
    request: PageRequest,
  ): Promise<Page<JobEventRecord>[]> {
    for (const argument of ['after', 'before'] as const) {
      if (request[argument]) for (const id of jobIds) await this.seqOfCursor(scope, id, request[argument], argument);
    }
    const query = this.dataSource.getRepository(JobEventEntity).createQueryBuilder('event');
    const pages = await paginateEach(inScope(query, scope), jobIds, {
      connection: eventConnection,
      alias: 'event',
      owner: 'jobId',
      id: 'seq',
      keys: [{ column: 'seq', direction: 'ASC' }],
      request,
    });
    return pages.map((page) => ({ ...page, nodes: page.nodes.map(toRecord) }));
  }

  /**
   * Every event behind the cursor (from the oldest kept without one), then the live ones; ends after the job's last event.
   * @throws FaultError NOT_FOUND; CURSOR_INVALID for a cursor of another job or beyond the last event; CURSOR_EXPIRED when
   * the event behind it was deleted for its age.
   */
  async follow(
    scope: AccessScope,
    jobId: string,
    after: string | null | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<JobEventRecord>> {
    const afterSeq = await this.seqOfCursor(scope, jobId, after);
    return mapRecords(this.feed.follow(jobId, afterSeq, signal));
  }

  /** Asks a job to stop. @throws ProblemError NOT_FOUND, CONFLICT when it has ended already. */
  async cancel(scope: AccessScope, id: string): Promise<JobRecord> {
    await this.refuseForeign(scope, id);
    await this.queue.cancel(id);
    return (await this.byIds(scope, [id]))[0]!;
  }

  /**
   * Does a FAILED or CANCELLED job again, as a new job that goes on from the last checkpoint. Once for each job: called
   * again, it answers the same new job.
   * @throws ProblemError NOT_FOUND, CONFLICT naming the state, QUOTA_EXCEEDED for a training.
   */
  async retry(scope: AccessScope, id: string): Promise<JobRecord> {
    await this.refuseForeign(scope, id);
    const job = await this.dataSource.transaction(async (manager) => {
      const newId = uuid();
      const again = await this.queue.retry(manager, id, newId);
      if (again.id !== newId) return again;
      if (again.kind === 'TRAINING') await this.quotas.requireTrainingTime(again.projectId, manager);
      const rows = manager.getRepository(ownTables[again.kind]);
      await rows.insert({ ...(await rows.findOneByOrFail({ jobId: id })), jobId: newId });
      return again;
    });
    return (await this.byIds(scope, [job.id]))[0]!;
  }

  /**
   * Deletes a job that has ended, with its results, events and checkpoints.
   * @throws ProblemError NOT_FOUND; CONFLICT naming the state when it has not ended, or the model version that a training made.
   */
  async remove(scope: AccessScope, id: string): Promise<void> {
    const field = ['input', 'id'];
    await this.refuseForeign(scope, id);
    await this.dataSource.transaction(async (manager) => {
      const job = await manager.findOne(JobEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!job) throw notFound('job', id, field);
      const what = job.kind.toLowerCase().replaceAll('_', ' ');
      if (!terminalJobStates.includes(job.state)) {
        throw problem('CONFLICT', `the ${what} is ${job.state}; cancel it first, or wait`, { field, item: id });
      }
      const where = { trainingRunId: id };
      const made = await manager.findOne(ModelVersionEntity, { where, relations: { model: true } });
      if (made) {
        const message = `the ${what} made version ${made.version} of model ${quoted(made.model!.name)}; delete that first`;
        throw problem('CONFLICT', message, { field, item: id });
      }
      await manager.delete(JobEntity, { id });
    });
  }

  private async refuseForeign(scope: AccessScope, id: string): Promise<void> {
    if (!(await liesIn(scope, this.dataSource.manager, JobEntity, id))) throw notFound('job', id, ['input', 'id']);
  }

  /** The `seq` a cursor stands for; without one, the place before the oldest event kept. */
  private async seqOfCursor(
    scope: AccessScope,
    jobId: string,
    cursor: string | null | undefined,
    argument: CursorArgument = 'after',
  ): Promise<number> {
    const job = await rowsIn(scope, this.jobs, { id: jobId }).getOne();
    if (!job) throw nothingWithId('job');
    const ends = { oldestSeq: await this.oldestSeq(jobId), lastSeq: job.lastSeq, of: 'job' };
    return placeInLog({ connection: eventConnection(jobId), ...ends }, cursor, argument);
  }

  /** Of the events kept; 1 when there is none. */
  private async oldestSeq(jobId: string): Promise<number> {
    const events = this.dataSource.getRepository(JobEventEntity);
    return (await events.minimum('seq', { jobId })) ?? 1;
  }

  private get jobs() {
    return this.dataSource.getRepository(JobEntity);
  }
}

/** Cursors name their job, so that one of another job is noticed. */
function eventConnection(jobId: string): string {
  return `jobEvents:${jobId}`;
}

const mapRecords = sharedRecords(toRecord);

function toRecord({ jobId, seq, attempt, type, at, payload }: JobEventEntity): JobEventRecord {
  return { ...payload, jobId, seq, attempt, type, at, cursor: cursorInLog(eventConnection(jobId), seq) };
}

/** A lease is always taken for the same time, so what is left of it tells when it was renewed. */
const agesStatement = `
  SELECT
    COALESCE(extract(epoch FROM now() - min(created_at) FILTER (WHERE state IN ('QUEUED', 'RETRYING'))), 0)::float8
      AS "oldestQueuedSeconds",
    COALESCE($1 - extract(epoch FROM min(lease_expires_at) FILTER (WHERE state = 'RUNNING') - now()), 0)::float8
      AS "oldestHeartbeatSeconds"
  FROM job`;
