import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every table of what a job is about names its foreign key by the same rule. */
export class ForeignKeysOfJobs1765001200003 implements MigrationInterface {
  readonly name = 'ForeignKeysOfJobs1765001200003';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const { table, former, name } of foreignKeys) {
      await queryRunner.query(`ALTER TABLE "${table}" RENAME CONSTRAINT "${former}" TO "${name}"`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { table, former, name } of foreignKeys) {
      await queryRunner.query(`ALTER TABLE "${table}" RENAME CONSTRAINT "${name}" TO "${former}"`);
    }
  }
}

const foreignKeys = [
  { table: 'model_export', former: 'FK_model_export_job', name: 'FK_a8f37340a0607dd78aa9a73dba8' },
  { table: 'model_import', former: 'FK_model_import_job', name: 'FK_60925a48b931921d56f9c32cc67' },
];
