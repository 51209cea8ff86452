import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that repeat the names of images, to sort by. */
const copies = ['evaluated_image', 'predicted_image', 'upload'];

/**
 * Names of images are kept in composed form (NFC). Of names in one data set that differ in their form alone, the composed one stays as
 * it is, otherwise that of the oldest image; the others get a number before their ending, `é (2).png`, so that no image is lost.
 */
export class ComposedNames1765000900001 implements MigrationInterface {
  readonly name = 'ComposedNames1765000900001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE "image" SET "filename" = named.composed FROM (
         SELECT "id", normalize("filename", NFC) AS composed, row_number() OVER (
           PARTITION BY "dataset_id", normalize("filename", NFC) ORDER BY "filename" IS NFC NORMALIZED DESC, "id") AS place
         FROM "image" WHERE "removed_at" IS NULL) named
       WHERE "image"."id" = named."id" AND named.place = 1 AND "filename" IS NOT NFC NORMALIZED`,
    );
    await this.numberEqualNames(queryRunner);
    await queryRunner.query(
      `UPDATE "image" SET "filename" = normalize("filename", NFC) WHERE "removed_at" IS NOT NULL AND "filename" IS NOT NFC NORMALIZED`,
    );
    for (const table of copies) {
      await queryRunner.query(
        `UPDATE "${table}" SET "filename" = normalize("filename", NFC) WHERE "filename" IS NOT NFC NORMALIZED`,
      );
    }
  }

  /** Composed names are names to earlier releases, too; how they were written before is not kept. */
  async down(): Promise<void> {}

  private async numberEqualNames(queryRunner: QueryRunner): Promise<void> {
    const left = (await queryRunner.query(
      `SELECT "id", "dataset_id", normalize("filename", NFC) AS "filename" FROM "image"
       WHERE "removed_at" IS NULL AND "filename" IS NOT NFC NORMALIZED ORDER BY "id"`,
    )) as { id: string; dataset_id: string; filename: string }[];
    for (const { id, dataset_id: datasetId, filename } of left) {
      for (let number = 2; ; number += 1) {
        const free = filename.replace(/(\.[^./]*)?$/, ` (${number})$1`);
        const there = (await queryRunner.query(
          `SELECT 1 FROM "image" WHERE "dataset_id" = $1 AND "filename" = $2 AND "removed_at" IS NULL`,
          [datasetId, free],
        )) as unknown[];
        if (there.length > 0) continue;
        await queryRunner.query(`UPDATE "image" SET "filename" = $2 WHERE "id" = $1`, [id, free]);
        break;
      }
    }
  }
}
