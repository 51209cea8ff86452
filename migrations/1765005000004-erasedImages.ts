import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Images whose bytes are gone for good leave a row behind where a snapshot held them. */
export class ErasedImages1765005000004 implements MigrationInterface {
  readonly name = 'ErasedImages1765005000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "image" ADD "erased_at" TIMESTAMP WITH TIME ZONE');
    await queryRunner.query('CREATE INDEX "IDX_image_erased" ON "image" ("id") WHERE erased_at IS NOT NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX "IDX_image_erased"');
    await queryRunner.query('ALTER TABLE "image" DROP COLUMN "erased_at"');
  }
}
