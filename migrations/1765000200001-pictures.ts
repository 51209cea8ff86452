import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Previews, how an image is read, and the bits its values use. Images that are there keep being read as their pixels are stored:
 * their labels were drawn like that. Models that are there keep reading the high bytes of 16-bit samples.
 */
export class Pictures1765000200001 implements MigrationInterface {
  readonly name = 'Pictures1765000200001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "image" ADD "preview_sha256" text`);
    await queryRunner.query(`ALTER TABLE "image" ADD "upright" boolean NOT NULL DEFAULT false`);
    await queryRunner.query(`ALTER TABLE "image" ALTER COLUMN "upright" SET DEFAULT true`);
    await queryRunner.query(`ALTER TABLE "image" ADD "sample_bits" smallint`);
    await queryRunner.query(`ALTER TABLE "training_run" ADD "sample_bits" smallint`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "training_run" DROP COLUMN "sample_bits"`);
    await queryRunner.query(`ALTER TABLE "image" DROP COLUMN "sample_bits"`);
    await queryRunner.query(`ALTER TABLE "image" DROP COLUMN "upright"`);
    await queryRunner.query(`ALTER TABLE "image" DROP COLUMN "preview_sha256"`);
  }
}
