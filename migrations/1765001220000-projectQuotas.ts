import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What projects may use, and what is counted of it. */
export class ProjectQuotas1765001220000 implements MigrationInterface {
  readonly name = 'ProjectQuotas1765001220000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const ofProject = (table: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "FK_${table}_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "project_quota" (
    "project_id" uuid NOT NULL,
    "bytes" double precision,
    "images" integer,
    "predictions_per_minute" integer,
    "training_minutes" integer,
    CONSTRAINT "PK_project_quota" PRIMARY KEY ("project_id")
  )`,
  ofProject('project_quota'),
  `CREATE TABLE "prediction_count" (
    "project_id" uuid NOT NULL,
    "minute" TIMESTAMP WITH TIME ZONE NOT NULL,
    "count" integer NOT NULL,
    "before" integer NOT NULL,
    CONSTRAINT "PK_prediction_count" PRIMARY KEY ("project_id")
  )`,
  ofProject('prediction_count'),
  `CREATE TABLE "deleted_training" (
    "job_id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "started_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "finished_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_deleted_training" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_deleted_training_project" ON "deleted_training" ("project_id")`,
  ofProject('deleted_training'),
  // Jobs are deleted in several places; none of them can forget it.
  `CREATE FUNCTION training_time_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO deleted_training (job_id, project_id, started_at, finished_at)
      VALUES (OLD.id, OLD.project_id, OLD.started_at, coalesce(OLD.finished_at, now()));
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER training_time_stays AFTER DELETE ON "job" FOR EACH ROW
    WHEN (OLD.kind = 'TRAINING' AND OLD.started_at IS NOT NULL) EXECUTE FUNCTION training_time_stays()`,
];

const downStatements = [
  `DROP TRIGGER training_time_stays ON "job"`,
  `DROP FUNCTION training_time_stays()`,
  `DROP TABLE "deleted_training"`,
  `DROP TABLE "prediction_count"`,
  `DROP TABLE "project_quota"`,
];
