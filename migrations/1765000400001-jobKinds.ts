import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports and exports of data sets, and exports of models, are kinds of jobs of their own, each with its queue. */
export class JobKinds1765000400001 implements MigrationInterface {
  readonly name = 'JobKinds1765000400001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE "job" SET "kind" = 'DATASET_IMPORT' WHERE "kind" = 'IMPORT'`);
    await queryRunner.query(
      `UPDATE "job" SET "kind" = CASE WHEN "id" IN (SELECT "job_id" FROM "model_export") THEN 'MODEL_EXPORT' ELSE 'DATASET_EXPORT' END
       WHERE "kind" = 'EXPORT'`,
    );
    await moveQueues(queryRunner, {
      'job-import': ['job-dataset-import'],
      'job-export': ['job-dataset-export', 'job-model-export'],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE "job" SET "kind" = 'IMPORT' WHERE "kind" = 'DATASET_IMPORT'`);
    await queryRunner.query(`UPDATE "job" SET "kind" = 'EXPORT' WHERE "kind" IN ('DATASET_EXPORT', 'MODEL_EXPORT')`);
    await moveQueues(queryRunner, {
      'job-dataset-import': ['job-import'],
      'job-dataset-export': ['job-export'],
      'job-model-export': ['job-export'],
    });
  }
}

/**
 * Moves what waits in old queues to those of the jobs' kinds, and takes the old queues away: a backup with rows of a queue
 * that only some installations have could not be restored everywhere.
 */
async function moveQueues(queryRunner: QueryRunner, queues: Record<string, string[]>): Promise<void> {
  // A new database gets its queues after its tables.
  const [{ installed }] = (await queryRunner.query(`SELECT to_regclass('pgboss.job') IS NOT NULL AS installed`)) as [
    { installed: boolean },
  ];
  if (!installed) return;
  for (const [old, successors] of Object.entries(queues)) {
    for (const name of successors) await queryRunner.query(likeQueue, [name, old]);
    await queryRunner.query(moveEntries, [old]);
    await queryRunner.query('DELETE FROM pgboss.job WHERE name = $1', [old]);
    await queryRunner.query('SET CONSTRAINTS ALL IMMEDIATE');
    await queryRunner.query('SELECT pgboss.delete_queue(name) FROM pgboss.queue WHERE name = $1', [old]);
    await queryRunner.query('SET CONSTRAINTS ALL DEFERRED');
  }
}

/** A queue with the options of another one; nothing when it is there already. */
const likeQueue = `
  SELECT pgboss.create_queue($1, json_build_object('policy', policy, 'retryLimit', retry_limit, 'retryDelay', retry_delay,
    'retryBackoff', retry_backoff, 'expireInSeconds', expire_seconds, 'retentionMinutes', retention_minutes))
  FROM pgboss.queue WHERE name = $2`;

const moveEntries = `
  UPDATE pgboss.job entry SET name = 'job-' || replace(lower(job.kind), '_', '-')
  FROM job WHERE entry.name = $1 AND entry.state = 'created' AND job.id = (entry.data->>'jobId')::uuid`;
