import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A job remembers that a GPU failed it. */
export class GpuFailed1765005104000 implements MigrationInterface {
  readonly name = 'GpuFailed1765005104000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "job" ADD "gpu_failed" boolean NOT NULL DEFAULT false`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "job" DROP COLUMN "gpu_failed"`);
  }
}
