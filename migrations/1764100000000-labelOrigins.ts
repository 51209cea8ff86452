import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where labels come from: the source and thresholds of derived ones, and the data set an upload belongs to. */
export class LabelOrigins1764100000000 implements MigrationInterface {
  readonly name = 'LabelOrigins1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "annotation" ADD "derivation" jsonb`);
    await queryRunner.query(`ALTER TABLE "upload" ADD "dataset_id" uuid`);
    await queryRunner.query(`CREATE INDEX "IDX_77f15c6f319e9aa6237d960273" ON "upload" ("dataset_id")`);
    await queryRunner.query(
      `ALTER TABLE "upload" ADD CONSTRAINT "FK_77f15c6f319e9aa6237d960273b"
        FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "upload" DROP COLUMN "dataset_id"`);
    await queryRunner.query(`ALTER TABLE "annotation" DROP COLUMN "derivation"`);
  }
}
