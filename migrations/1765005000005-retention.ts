import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long projects keep what trainings, predictions, exports and uploads leave, and what was collected last. */
export class Retention1765005000005 implements MigrationInterface {
  readonly name = 'Retention1765005000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['retention_policy', 'collection_report']) await queryRunner.query(`DROP TABLE "${table}"`);
  }
}

const upStatements = [
  `CREATE TABLE "retention_policy" (
    "project_id" uuid NOT NULL,
    "upload_days" integer,
    "export_days" integer,
    "prediction_days" integer,
    "checkpoint_days" integer,
    CONSTRAINT "PK_retention_policy" PRIMARY KEY ("project_id")
  )`,
  `ALTER TABLE "retention_policy" ADD CONSTRAINT "FK_retention_policy_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "collection_report" (
    "id" smallint NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "before" TIMESTAMP WITH TIME ZONE NOT NULL,
    "seconds" double precision NOT NULL,
    "uploads" integer NOT NULL,
    "files" integer NOT NULL,
    "bytes" double precision NOT NULL,
    CONSTRAINT "PK_collection_report" PRIMARY KEY ("id")
  )`,
];
