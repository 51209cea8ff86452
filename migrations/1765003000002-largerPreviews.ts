import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Images keep larger pictures of them, once somebody asked for those. */
export class LargerPreviews1765003000002 implements MigrationInterface {
  readonly name = 'LargerPreviews1765003000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "image" ADD "preview_1024_sha256" text, ADD "preview_2048_sha256" text`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "image" DROP COLUMN "preview_2048_sha256", DROP COLUMN "preview_1024_sha256"`);
  }
}
