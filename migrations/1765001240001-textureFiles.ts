import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs record the textures of their augmentations. What ran before had none. */
export class TextureFiles1765001240001 implements MigrationInterface {
  readonly name = 'TextureFiles1765001240001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "training_run" ADD "texture_files" jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "training_run" DROP COLUMN "texture_files"`);
  }
}
