import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Leases that expire, lost attempts, priorities, jobs that continue others, checkpoints, and one end for each job. */
export class Leases1764500000000 implements MigrationInterface {
  readonly name = 'Leases1764500000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const upStatements = [
  `ALTER TABLE "job"
    ADD COLUMN "priority" integer NOT NULL DEFAULT '0',
    ADD COLUMN "lost_attempts" integer NOT NULL DEFAULT '0',
    ADD COLUMN "lease_holder" text,
    ADD COLUMN "retry_of" uuid`,
  // Attempts from before leases: whoever runs them does not renew, so they are taken over like any other lost attempt.
  `UPDATE "job" SET "lease_expires_at" = now() WHERE "state" = 'RUNNING' AND "lease_expires_at" IS NULL`,
  `CREATE UNIQUE INDEX "IDX_job_retry_of" ON "job" ("retry_of") WHERE retry_of IS NOT NULL`,
  `ALTER TABLE "job" ADD CONSTRAINT "FK_job_retry_of"
    FOREIGN KEY ("retry_of") REFERENCES "job"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
  `CREATE UNIQUE INDEX "IDX_job_event_end" ON "job_event" ("job_id")
    WHERE type = 'STATE_CHANGED' AND payload->>'state' IN ('COMPLETED', 'FAILED', 'CANCELLED')`,
  `CREATE FUNCTION job_keeps_its_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'job % has ended: % stays', OLD.id, OLD.state USING ERRCODE = 'check_violation';
    END
  $$`,
  `CREATE TRIGGER job_keeps_its_end BEFORE UPDATE ON "job" FOR EACH ROW
    WHEN (OLD.state IN ('COMPLETED', 'FAILED', 'CANCELLED')
      AND (NEW.state <> OLD.state OR NEW.last_seq <> OLD.last_seq OR NEW.attempt <> OLD.attempt))
    EXECUTE FUNCTION job_keeps_its_end()`,
  `CREATE TABLE "checkpoint" (
    "job_id" uuid NOT NULL,
    "seq" integer NOT NULL,
    "attempt" integer NOT NULL,
    "step" integer NOT NULL,
    "sha256" text NOT NULL,
    "bytes" bigint NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_checkpoint" PRIMARY KEY ("job_id", "seq")
  )`,
  `ALTER TABLE "checkpoint" ADD CONSTRAINT "FK_checkpoint_job"
    FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];

const downStatements = [
  `DROP TABLE "checkpoint"`,
  `DROP TRIGGER job_keeps_its_end ON "job"`,
  `DROP FUNCTION job_keeps_its_end()`,
  `DROP INDEX "IDX_job_event_end"`,
  `ALTER TABLE "job" DROP CONSTRAINT "FK_job_retry_of"`,
  `DROP INDEX "IDX_job_retry_of"`,
  `ALTER TABLE "job" DROP COLUMN "priority", DROP COLUMN "lost_attempts", DROP COLUMN "lease_holder", DROP COLUMN "retry_of"`,
];
