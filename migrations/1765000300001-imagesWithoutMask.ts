import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An evaluation says how many anomalous images its pixel metrics leave out. Those of before do not know. */
export class ImagesWithoutMask1765000300001 implements MigrationInterface {
  readonly name = 'ImagesWithoutMask1765000300001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "evaluation" ADD "images_without_mask" integer`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "evaluation" DROP COLUMN "images_without_mask"`);
  }
}
