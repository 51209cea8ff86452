import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an import would make, told by kind, split and defect type. */
export class ImportSummary1764200000000 implements MigrationInterface {
  readonly name = 'ImportSummary1764200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "dataset_import" ADD "summary" jsonb`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "dataset_import" DROP COLUMN "summary"`);
  }
}
