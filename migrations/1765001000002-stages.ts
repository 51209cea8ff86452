import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a job is at is called a stage everywhere, as plugins call it. */
export class Stages1765001000002 implements MigrationInterface {
  readonly name = 'Stages1765001000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(rename, ['phase', 'stage']);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(rename, ['stage', 'phase']);
  }
}

/** One field of the events that tell metrics. */
const rename = `
  UPDATE "job_event" SET "payload" = "payload" - $1::text || jsonb_build_object($2::text, "payload" -> $1)
  WHERE "type" = 'METRICS_REPORTED' AND "payload" ? $1`;
