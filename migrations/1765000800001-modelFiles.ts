import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs record the model files they use. What ran before recorded none. */
export class ModelFiles1765000800001 implements MigrationInterface {
  readonly name = 'ModelFiles1765000800001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "training_run" ADD "model_files" jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "training_run" DROP COLUMN "model_files"`);
  }
}
