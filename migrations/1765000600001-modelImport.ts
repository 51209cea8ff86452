import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports of model versions as jobs. */
export class ModelImport1765000600001 implements MigrationInterface {
  readonly name = 'ModelImport1765000600001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Nothing would be left that such a job is about.
    await queryRunner.query(`DELETE FROM "job" WHERE "id" IN (SELECT "job_id" FROM "model_import")`);
    await queryRunner.query(`DROP TABLE "model_import"`);
    const [found] = (await queryRunner.query(`SELECT to_regclass('pgboss.job') IS NOT NULL AS installed`)) as [
      { installed: boolean },
    ];
    if (!found.installed) return;
    // A backup with rows of a queue that only some installations have could not be restored everywhere.
    await queryRunner.query(`DELETE FROM pgboss.job WHERE name = 'job-model-import'`);
    await queryRunner.query('SET CONSTRAINTS ALL IMMEDIATE');
    await queryRunner.query(`SELECT pgboss.delete_queue(name) FROM pgboss.queue WHERE name = 'job-model-import'`);
    await queryRunner.query('SET CONSTRAINTS ALL DEFERRED');
  }
}

const upStatements = [
  `CREATE TABLE "model_import" (
    "job_id" uuid NOT NULL,
    "filename" text NOT NULL,
    "bundle_sha256" text,
    "model_name" text,
    "model_version_id" uuid,
    CONSTRAINT "PK_model_import" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_model_import_model_version" ON "model_import" ("model_version_id")`,
  `ALTER TABLE "model_import" ADD CONSTRAINT "FK_model_import_job"
     FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "model_import" ADD CONSTRAINT "FK_model_import_model_version"
     FOREIGN KEY ("model_version_id") REFERENCES "model_version"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
];
