import type { EntityManager } from 'typeorm';
import { type JobEntity, type JobKind, WorkerEntity } from '../database/entities/index.js';
import type { Device, NeededDevice } from '../shared/devices.js';
import { recordEvent } from './jobEventLog.js';
import { leaseSeconds } from './leaseKeeper.js';

/** What a worker has, beside the kinds it takes. */
export interface WorkerDevice {
  device: Device;
  /** What computes there, e.g. `onnxruntime`. */
  engine: string;
}

/** Says that a worker lives: once when it begins, then every few seconds. Its values are those of {@link signOfLife}. */
export const signOfLifeStatement = `
  INSERT INTO worker (id, name, kinds, device, engine) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (id) DO UPDATE SET kinds = EXCLUDED.kinds, seen_at = clock_timestamp()`;

/** The values of {@link signOfLifeStatement}. */
export function signOfLife(worker: Pick<WorkerEntity, 'id' | 'name' | 'kinds' | 'device' | 'engine'>): unknown[] {
  return [worker.id, worker.name, worker.kinds, worker.device, worker.engine];
}

/** Workers that were heard of lately, the oldest first. */
export function liveWorkers(manager: EntityManager): Promise<WorkerEntity[]> {
  return manager
    .getRepository(WorkerEntity)
    .createQueryBuilder('worker')
    .where(`worker.seen_at > clock_timestamp() - :seconds * interval '1 second'`, { seconds: leaseSeconds })
    .orderBy({ 'worker.started_at': 'ASC', 'worker.id': 'ASC' })
    .getMany();
}

/** Whether a worker may take a job. */
export function takes({ kinds, device }: Pick<WorkerEntity, 'kinds' | 'device'>, job: JobNeed): boolean {
  return kinds.includes(job.kind) && (job.device === 'ANY' || job.device === device);
}

/** What of a job decides who may take it. */
export interface JobNeed {
  kind: JobKind;
  device: NeededDevice;
}

/** What a job without any worker that may take it waits for; undefined when one of the live workers may. */
export function missingWorker(workers: readonly WorkerEntity[], job: JobNeed): string | undefined {
  if (workers.some((worker) => takes(worker, job))) return undefined;
  const computing = job.device === 'ANY' ? '' : ` computes on a ${job.device} and`;
  return `a worker that${computing} takes ${job.kind} jobs: none is alive`;
}

/**
 * Warns in the log of a job that begins to wait, in the transaction of its caller, who has locked its row: when it asks for a
 * device that no live worker has. A worker of any kind that is not there yet is no warning: it is about to start.
 */
export async function warnWithoutWorker(
  manager: EntityManager,
  job: Pick<JobEntity, 'id' | 'kind' | 'device'>,
): Promise<void> {
  if (job.device === 'ANY') return;
  const missing = missingWorker(await liveWorkers(manager), job);
  if (missing) await recordEvent(manager, job.id, 'LOG_WRITTEN', { level: 'WARN', message: `waits for ${missing}` });
}

/**
 * Forgets workers: one that ends, or without `id` all that were not heard of any more. Jobs that wait for a device that went
 * with them are warned.
 */
export async function forgetWorkers(manager: EntityManager, id?: string): Promise<void> {
  const [gone] = await manager.query<[{ device: Device }[], number]>(
    `DELETE FROM worker WHERE id = $1 OR ($1 IS NULL AND seen_at < clock_timestamp() - $2 * interval '1 second')
     RETURNING device`,
    [id ?? null, leaseSeconds],
  );
  if (gone.length === 0) return;
  const waiting = await manager.query<Pick<JobEntity, 'id' | 'kind' | 'device'>[]>(
    `SELECT id, kind, device FROM job WHERE state IN ('QUEUED', 'RETRYING') AND device = ANY ($1) ORDER BY id FOR UPDATE`,
    [gone.map(({ device }) => device)],
  );
  for (const job of waiting) await warnWithoutWorker(manager, job);
}
