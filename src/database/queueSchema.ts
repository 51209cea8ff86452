import PgBoss from 'pg-boss';
import type { DataSource, EntityManager } from 'typeorm';
import { jobKinds, type JobKind } from './entities/index.js';

/** Where pg-boss keeps its tables. */
export const queueSchema = 'pgboss';

/** The queue that holds the jobs of one kind, e.g. `job-dataset-export`. */
export function queueOf(kind: JobKind): string {
  return `job-${kind.toLowerCase().replaceAll('_', '-')}`;
}

/** Questions that the API hands to a worker and waits for; e.g. `call-predict`. */
export const workerCalls = ['predict', 'shadow', 'test-sink'] as const;
export type WorkerCall = (typeof workerCalls)[number];

export function callQueueOf(call: WorkerCall): string {
  return `call-${call}`;
}

/** Runs SQL for pg-boss, on the pool or on one connection. */
export interface SqlExecutor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** pg-boss shares the data source's pool: no second pool, and its errors have a listener. */
export function poolExecutor(dataSource: DataSource): SqlExecutor {
  return {
    executeSql: async (text, values) => {
      const pool = (dataSource.driver as unknown as { master: Pool }).master;
      const client = await pool.connect();
      try {
        const result = await client.query(text, values);
        client.release();
        return result;
      } catch (error) {
        // pg-boss sends whole transactions as one text: after an error the connection would stay inside one.
        client.release(true);
        throw error;
      }
    },
  };
}

/** Runs SQL on the connection, and so in the transaction, of an entity manager. */
export function transactionExecutor(manager: EntityManager): SqlExecutor {
  return {
    executeSql: async (text, values) => {
      if (!manager.queryRunner) throw new Error('this needs the entity manager of a transaction');
      const result = await manager.queryRunner.query(text, values, true);
      return { rows: result.records as Record<string, unknown>[] };
    },
  };
}

interface Pool {
  connect(): Promise<{
    query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
    release(destroy?: boolean): void;
  }>;
}

/**
 * Creates or upgrades pg-boss's own schema and makes sure that every queue exists. Call it under the migration lock, so
 * that processes which only use the queues need not race for it.
 */
export async function installQueues(dataSource: DataSource): Promise<void> {
  const boss = new PgBoss({
    db: poolExecutor(dataSource),
    schema: queueSchema,
    supervise: false,
    schedule: false,
    migrate: true,
  });
  boss.on('error', () => {
    // Only background work reports here; what is awaited below rejects.
  });
  await boss.start();
  try {
    for (const kind of jobKinds) {
      // An attempt is started by Residua, never by pg-boss: it would not know the job's own state.
      await boss.createQueue(queueOf(kind), {
        name: queueOf(kind),
        retryLimit: 0,
        expireInHours: 23,
        retentionDays: 365,
      });
    }
    for (const name of workerCalls.map(callQueueOf)) {
      await boss.createQueue(name, { name, retryLimit: 0, expireInSeconds: 300, retentionMinutes: 5 });
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
