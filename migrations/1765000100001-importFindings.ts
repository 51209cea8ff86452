import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How an import was to read, what it skipped, and what it warned of. */
export class ImportFindings1765000100001 implements MigrationInterface {
  readonly name = 'ImportFindings1765000100001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE "dataset_import" ADD "options" jsonb NOT NULL DEFAULT '{}',
         ADD "skipped" jsonb NOT NULL DEFAULT '[]', ADD "total_skipped" integer NOT NULL DEFAULT '0',
         ADD "warnings" jsonb NOT NULL DEFAULT '[]', ADD "total_warnings" integer NOT NULL DEFAULT '0'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE "dataset_import" DROP COLUMN "options", DROP COLUMN "skipped", DROP COLUMN "total_skipped",
         DROP COLUMN "warnings", DROP COLUMN "total_warnings"`,
    );
  }
}
