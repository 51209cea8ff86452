import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A training of a detector that uses no features records no feature extractor. */
export class RunsWithoutFeatures1765000700001 implements MigrationInterface {
  readonly name = 'RunsWithoutFeatures1765000700001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "training_run" ALTER COLUMN "feature_extractor" DROP NOT NULL`);
  }

  /** Runs that have none keep an empty record: no feature extractor has that name. */
  async down(queryRunner: QueryRunner): Promise<void> {
    const none = `{"id": "none", "kind": "feature-extractor", "version": "0.0.0", "digest": "none", "params": {}}`;
    await queryRunner.query(`UPDATE "training_run" SET "feature_extractor" = $1 WHERE "feature_extractor" IS NULL`, [
      none,
    ]);
    await queryRunner.query(`ALTER TABLE "training_run" ALTER COLUMN "feature_extractor" SET NOT NULL`);
  }
}
