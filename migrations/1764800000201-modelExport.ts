import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exports of model versions. */
export class ModelExport1764800000201 implements MigrationInterface {
  readonly name = 'ModelExport1764800000201';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Nothing would be left that such a job is about.
    await queryRunner.query(`DELETE FROM "job" WHERE "id" IN (SELECT "job_id" FROM "model_export")`);
    await queryRunner.query(`DROP TABLE "model_export"`);
  }
}

const upStatements = [
  `CREATE TABLE "model_export" (
    "job_id" uuid NOT NULL,
    "model_version_id" uuid NOT NULL,
    "format" text NOT NULL,
    "artifact_sha256" text,
    "artifact_bytes" double precision,
    CONSTRAINT "PK_model_export" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_model_export_model_version" ON "model_export" ("model_version_id")`,
  `ALTER TABLE "model_export" ADD CONSTRAINT "FK_model_export_job"
     FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "model_export" ADD CONSTRAINT "FK_model_export_model_version"
     FOREIGN KEY ("model_version_id") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
];
