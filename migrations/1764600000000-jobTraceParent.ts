import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace a job belongs to, so that what a worker does can be seen beside the mutation that asked for it. */
export class JobTraceParent1764600000000 implements MigrationInterface {
  readonly name = 'JobTraceParent1764600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "job" ADD "trace_parent" text`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "job" DROP COLUMN "trace_parent"`);
  }
}
