import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Images that were taken out of their data set stay for the snapshots that hold them; their names are free again. */
export class RemovedImages1765000400002 implements MigrationInterface {
  readonly name = 'RemovedImages1765000400002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "image" ADD "removed_at" TIMESTAMP WITH TIME ZONE`);
    await queryRunner.query(`DROP INDEX "IDX_37b00017fc3f0f55a2f2b82969"`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX "IDX_image_name" ON "image" ("dataset_id", "filename") WHERE "removed_at" IS NULL`,
    );
  }

  /** A removed image cannot go, since snapshots hold it: it comes back, under a name that is surely free. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE "image" SET "filename" = 'removed/' || "id" || '/' || "filename" WHERE "removed_at" IS NOT NULL`,
    );
    await queryRunner.query(`DROP INDEX "IDX_image_name"`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX "IDX_37b00017fc3f0f55a2f2b82969" ON "image" ("dataset_id", "filename")`,
    );
    await queryRunner.query(`ALTER TABLE "image" DROP COLUMN "removed_at"`);
  }
}
