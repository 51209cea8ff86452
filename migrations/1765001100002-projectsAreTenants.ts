import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs and uploads belong to projects, and names and idempotency keys are unique within one. */
export class ProjectsAreTenants1765001100002 implements MigrationInterface {
  readonly name = 'ProjectsAreTenants1765001100002';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const defaultProject = `(SELECT id FROM "project" ORDER BY name <> 'default', id LIMIT 1)`;

/** The project of each kind of job. */
const projectsOfJobs = [
  `SELECT job_id, dataset.project_id FROM "dataset_import" JOIN "dataset" ON dataset.id = dataset_import.dataset_id`,
  ...['dataset_export', 'training_run', 'evaluation', 'dataset_prediction'].map(
    (table) =>
      `SELECT job_id, dataset.project_id FROM "${table}" JOIN "snapshot" ON snapshot.id = "${table}".snapshot_id
       JOIN "dataset" ON dataset.id = snapshot.dataset_id`,
  ),
  ...['model_export', 'model_import'].map(
    (table) =>
      `SELECT job_id, model.project_id FROM "${table}" JOIN "model_version" ON model_version.id = "${table}".model_version_id
       JOIN "model" ON model.id = model_version.model_id`,
  ),
];

const upStatements = [
  `ALTER TABLE "project" ADD "archived_at" timestamptz`,
  `ALTER TABLE "job" ADD "project_id" uuid`,
  `INSERT INTO "project" (id, name)
     SELECT gen_random_uuid(), 'default' WHERE EXISTS (SELECT FROM "job") AND NOT EXISTS (SELECT FROM "project")`,
  `UPDATE "job" SET project_id = subject.project_id
     FROM (${projectsOfJobs.join(' UNION ALL ')}) AS subject WHERE subject.job_id = job.id`,
  `UPDATE "job" SET project_id = ${defaultProject} WHERE project_id IS NULL`,
  `ALTER TABLE "job" ALTER "project_id" SET NOT NULL`,
  `ALTER TABLE "job" ADD CONSTRAINT "FK_job_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  // Lists of jobs are read newest first.
  `CREATE INDEX "IDX_job_project" ON "job" ("project_id", "id")`,
  `ALTER TABLE "upload" ADD "project_id" uuid, ADD "principal_id" uuid`,
  `INSERT INTO "project" (id, name)
     SELECT gen_random_uuid(), 'default' WHERE EXISTS (SELECT FROM "upload") AND NOT EXISTS (SELECT FROM "project")`,
  `UPDATE "upload" SET project_id = COALESCE(
     (SELECT project_id FROM "dataset" WHERE dataset.id = upload.dataset_id), ${defaultProject})`,
  `ALTER TABLE "upload" ALTER "project_id" SET NOT NULL`,
  `ALTER TABLE "upload" ADD CONSTRAINT "FK_upload_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE INDEX "IDX_upload_project" ON "upload" ("project_id")`,
  `DROP INDEX "IDX_109fd11edd246e0465d2e7e76a"`,
  `DROP INDEX "IDX_aea6abb789a23ddd193f9b2e48"`,
  `CREATE UNIQUE INDEX "IDX_dataset_name" ON "dataset" ("project_id", "name")`,
  `DROP INDEX "IDX_b19ef2555e9aa71a4dcc440337"`,
  `CREATE UNIQUE INDEX "IDX_model_name" ON "model" ("project_id", "name")`,
  `DROP INDEX "IDX_1b22162ea987cbbf15f6a60e9d"`,
  `CREATE UNIQUE INDEX "IDX_job_idempotency_key" ON "job" ("project_id", "idempotency_key") WHERE idempotency_key IS NOT NULL`,
];

/** Names that several projects have get a part of their id behind them; the oldest keeps its name. */
const distinctNames = (table: string) => `UPDATE "${table}" SET name = name || ' ' || right(id::text, 12)
  WHERE EXISTS (SELECT FROM "${table}" AS older WHERE older.name = "${table}".name AND older.id < "${table}".id)`;

const downStatements = [
  `DROP INDEX "IDX_job_idempotency_key"`,
  `UPDATE "job" SET idempotency_key = NULL, input_digest = NULL WHERE EXISTS (
     SELECT FROM "job" AS older WHERE older.idempotency_key = job.idempotency_key AND older.id < job.id)`,
  `CREATE UNIQUE INDEX "IDX_1b22162ea987cbbf15f6a60e9d" ON "job" ("idempotency_key") WHERE idempotency_key IS NOT NULL`,
  `DROP INDEX "IDX_model_name"`,
  distinctNames('model'),
  `CREATE UNIQUE INDEX "IDX_b19ef2555e9aa71a4dcc440337" ON "model" ("name")`,
  `DROP INDEX "IDX_dataset_name"`,
  distinctNames('dataset'),
  `CREATE INDEX "IDX_aea6abb789a23ddd193f9b2e48" ON "dataset" ("project_id")`,
  `CREATE UNIQUE INDEX "IDX_109fd11edd246e0465d2e7e76a" ON "dataset" ("name")`,
  `ALTER TABLE "upload" DROP COLUMN "project_id", DROP COLUMN "principal_id"`,
  `ALTER TABLE "job" DROP COLUMN "project_id"`,
  `ALTER TABLE "project" DROP COLUMN "archived_at"`,
];
