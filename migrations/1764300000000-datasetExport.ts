import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exports of snapshots. */
export class DatasetExport1764300000000 implements MigrationInterface {
  readonly name = 'DatasetExport1764300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Nothing would be left that such a job is about.
    await queryRunner.query(`DELETE FROM "job" WHERE "id" IN (SELECT "job_id" FROM "dataset_export")`);
    await queryRunner.query(`DROP TABLE "dataset_export"`);
  }
}

const upStatements = [
  `CREATE TABLE "dataset_export" (
    "job_id" uuid NOT NULL,
    "snapshot_id" uuid NOT NULL,
    "format" text NOT NULL,
    "images" integer NOT NULL DEFAULT 0,
    "images_left_out" integer NOT NULL DEFAULT 0,
    "artifact_sha256" text,
    "artifact_bytes" double precision,
    CONSTRAINT "PK_69a61ea8815ff72fe9ff2a79b23" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_1fa6e4bce8d6d182647adf378e" ON "dataset_export" ("snapshot_id")`,
  `ALTER TABLE "dataset_export" ADD CONSTRAINT "FK_69a61ea8815ff72fe9ff2a79b23"
     FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "dataset_export" ADD CONSTRAINT "FK_1fa6e4bce8d6d182647adf378ef"
     FOREIGN KEY ("snapshot_id") REFERENCES "snapshot"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];
