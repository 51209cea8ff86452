import { storableJson } from '../database/index.js';
import { type DataSource, type EntityManager, MoreThan } from 'typeorm';
import {
  JobEventEntity,
  type JobEventPayload,
  type JobEventType,
  type JobState,
  type StateChangedPayload,
  terminalJobStates,
} from '../database/entities/index.js';
import { failpoint } from '../shared/failpoints.js';

/** An event that waits to be stored. */
export interface NewJobEvent {
  type: JobEventType;
  payload: JobEventPayload;
  /** Milliseconds since it happened: the clocks of workers differ, so the database's clock gives the time. */
  ageMilliseconds: number;
}

/** Who may write to a job: the holder of its current attempt. */
export interface AttemptFence {
  jobId: string;
  leaseToken: string;
}

/** What a write to a running job learns. */
export interface AppendOutcome {
  lastSeq: number;
  cancelRequestedAt: Date | null;
}

/**
 * The events of jobs: append-only, numbered 1, 2, 3 … per job without gaps. The number comes from the job's row in the same
 * statement that stores the event, so the row's lock keeps writers in line and a failed write leaves no gap.
 */
export class JobEventLog {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores events of the current attempt in one statement, and raises the job's progress, which never falls.
   * @param batchId UUID of these events: given again because nobody knows whether they were stored, they are stored once.
   * @returns undefined when the attempt is not the current one any more; then nothing was written.
   */
  async append(
    { jobId, leaseToken }: AttemptFence,
    events: readonly NewJobEvent[],
    progress: number,
    batchId: string,
  ): Promise<AppendOutcome | undefined> {
    failpoint('event.before_commit');
    const values = [jobId, leaseToken, events.length, progress, storableJson(events), batchId];
    const [stored] = await this.dataSource.query<AppendOutcome[]>(appendStatement, values);
    if (stored) return stored;
    const [known] = await this.dataSource.query<AppendOutcome[]>(appendedStatement, [jobId, leaseToken, batchId]);
    return known;
  }

  /** Events behind `afterSeq`, oldest first, at most `limit`. */
  read(jobId: string, afterSeq: number, limit: number): Promise<JobEventEntity[]> {
    return this.dataSource.getRepository(JobEventEntity).find({
      where: { jobId, seq: MoreThan(afterSeq) },
      order: { seq: 'ASC' },
      take: limit,
    });
  }
}

/** Stores the event of a state that was just written, under the number `seq` that the same transaction took from the row. */
export async function recordState(
  manager: EntityManager,
  job: { id: string; seq: number; attempt: number; state: JobState },
): Promise<void> {
  const payload: StateChangedPayload = { state: job.state };
  await manager.query(
    `WITH stored AS (
       INSERT INTO job_event (job_id, seq, attempt, type, payload) VALUES ($1, $2, $3, 'STATE_CHANGED', $4)
     )
     SELECT pg_notify('job_event', $1::uuid::text)`,
    [job.id, job.seq, job.attempt, JSON.stringify(payload)],
  );
}

/**
 * Stores an event in the transaction of the caller, who has locked the job's row.
 * @returns its number.
 */
export async function recordEvent(
  manager: EntityManager,
  jobId: string,
  type: JobEventType,
  payload: JobEventPayload,
): Promise<number> {
  const [row] = await manager.query<{ seq: number }[]>(
    `WITH head AS (UPDATE job SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq, attempt)
     INSERT INTO job_event (job_id, seq, attempt, type, payload)
     SELECT $1, last_seq, attempt, $2, $3 FROM head RETURNING seq`,
    [jobId, type, storableJson(payload)],
  );
  await manager.query(`SELECT pg_notify('job_event', $1)`, [jobId]);
  return row!.seq;
}

/** The highest step that a job has reported of each stage, in all of its attempts. */
export async function reportedSteps(manager: EntityManager, jobId: string): Promise<Map<string, number>> {
  const rows = await manager.query<{ stage: string; step: number }[]>(
    `SELECT payload->>'stage' AS stage, max((payload->>'step')::int) AS step FROM job_event
     WHERE job_id = $1 AND type = 'METRICS_REPORTED' GROUP BY 1`,
    [jobId],
  );
  return new Map(rows.map(({ stage, step }) => [stage, step]));
}

/** Whether a job says nothing more after this event. */
export function isLastEvent(event: Pick<JobEventEntity, 'type' | 'payload'>): boolean {
  return event.type === 'STATE_CHANGED' && terminalJobStates.includes((event.payload as StateChangedPayload).state);
}

const appendStatement = `
  WITH head AS (
    UPDATE job
    SET last_seq = last_seq + $3::int, last_append = $6::uuid, progress = GREATEST(progress, $4::double precision)
    WHERE id = $1 AND lease_token = $2 AND state = 'RUNNING' AND last_append IS DISTINCT FROM $6::uuid
    RETURNING last_seq, attempt, cancel_requested_at
  ), stored AS (
    INSERT INTO job_event (job_id, seq, attempt, type, payload, at)
    SELECT $1, head.last_seq - $3::int + event.position, head.attempt, event.type, event.payload,
           clock_timestamp() - event."ageMilliseconds" * interval '1 millisecond'
    FROM head, ROWS FROM (
      jsonb_to_recordset($5::jsonb) AS (type text, payload jsonb, "ageMilliseconds" double precision)
    ) WITH ORDINALITY AS event (type, payload, "ageMilliseconds", position)
  )
  SELECT last_seq AS "lastSeq", cancel_requested_at AS "cancelRequestedAt",
         CASE WHEN $3::int > 0 THEN pg_notify('job_event', $1::uuid::text) END
  FROM head`;

/** Behind an append that stored nothing, in a statement of its own: the first try may just have been committed. */
const appendedStatement = `
  SELECT last_seq AS "lastSeq", cancel_requested_at AS "cancelRequestedAt" FROM job
  WHERE id = $1 AND lease_token = $2 AND state = 'RUNNING' AND last_append = $3`;
