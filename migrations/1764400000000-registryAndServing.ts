import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The alias log, tags, threshold policies, verdicts that follow the threshold, and predictions of whole data sets. */
export class RegistryAndServing1764400000000 implements MigrationInterface {
  readonly name = 'RegistryAndServing1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const upStatements = [
  `ALTER TABLE "model" ADD "last_version" integer NOT NULL DEFAULT '0'`,
  `UPDATE "model" SET "last_version" = COALESCE(
    (SELECT max("version") FROM "model_version" WHERE "model_id" = "model"."id"), 0)`,

  `CREATE TABLE "model_alias_move" (
    "model_id" uuid NOT NULL,
    "seq" integer NOT NULL,
    "alias" text NOT NULL,
    "from_version" integer,
    "to_version" integer,
    "author" text,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT "PK_adbca4d4cf1d9f59cbb388608ae" PRIMARY KEY ("model_id", "seq")
  )`,
  `ALTER TABLE "model_alias_move" ADD CONSTRAINT "FK_0f1640c71a525faec7a4895cc66"
    FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  // Where an alias stands is all that is known of its past.
  `INSERT INTO "model_alias_move" ("model_id", "seq", "alias", "to_version", "at")
    SELECT alias."model_id", row_number() OVER (PARTITION BY alias."model_id" ORDER BY alias."moved_at", alias."name"),
      alias."name", version."version", alias."moved_at"
    FROM "model_alias" alias JOIN "model_version" version ON version."id" = alias."model_version_id"`,

  `ALTER TABLE "model_version" ADD "tags" text array NOT NULL DEFAULT '{}'`,
  `ALTER TABLE "model_version" ADD "calibration" jsonb`,
  `ALTER TABLE "model_version" ADD "threshold_policy" jsonb`,
  `UPDATE "model_version" SET "threshold_policy" = jsonb_build_object(
    'kind', 'NORMAL_QUANTILE', 'imageQuantile', 0.98, 'pixelQuantile', 0.999, 'evaluationId', NULL, 'split', 'TRAIN',
    'author', NULL, 'chosenAt', to_char("created_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`,
  `ALTER TABLE "model_version" ALTER COLUMN "threshold_policy" SET NOT NULL`,

  `ALTER TABLE "evaluation" ADD "pixel_threshold" double precision`,
  `UPDATE "evaluation" SET "pixel_threshold" = version."pixel_threshold" FROM "model_version" version
    WHERE version."id" = "evaluation"."model_version_id" AND "evaluation"."metrics" IS NOT NULL`,
  `ALTER TABLE "evaluation" ADD "normal_pixel_quantiles" jsonb`,

  `ALTER TABLE "evaluated_image" ADD "label" text`,
  `ALTER TABLE "evaluated_image" ADD "defect_type" text`,
  `UPDATE "evaluated_image" SET "label" = item."label", "defect_type" = item."defect_type"
    FROM "evaluation", "snapshot_image" item
    WHERE "evaluation"."job_id" = "evaluated_image"."evaluation_id"
      AND item."snapshot_id" = "evaluation"."snapshot_id" AND item."image_id" = "evaluated_image"."image_id"`,
  `ALTER TABLE "evaluated_image" ALTER COLUMN "label" SET NOT NULL`,
  `ALTER TABLE "evaluated_image" DROP COLUMN "is_anomalous"`,
  `ALTER TABLE "evaluated_image" DROP COLUMN "error"`,

  `CREATE TABLE "dataset_prediction" (
    "job_id" uuid NOT NULL,
    "model_version_id" uuid NOT NULL,
    "snapshot_id" uuid NOT NULL,
    "split" text,
    "label" text,
    "image_threshold" double precision,
    "pixel_threshold" double precision,
    CONSTRAINT "PK_a90432510c67c448cc0e8d1ed41" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_d02ded3337d848f9870ede9048" ON "dataset_prediction" ("model_version_id")`,
  `CREATE INDEX "IDX_6644736a5b55fe0b594a67a28d" ON "dataset_prediction" ("snapshot_id")`,
  `CREATE TABLE "predicted_image" (
    "id" uuid NOT NULL,
    "prediction_id" uuid NOT NULL,
    "image_id" uuid NOT NULL,
    "filename" text NOT NULL,
    "anomaly_score" double precision NOT NULL,
    "is_anomalous" boolean NOT NULL,
    "anomaly_map_sha256" text NOT NULL,
    "anomaly_map_scale" double precision NOT NULL,
    "overlay_sha256" text NOT NULL,
    "regions" jsonb NOT NULL,
    CONSTRAINT "PK_32585e01edf69e3bdf03cc0988b" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_615b05a0e4a7b966ac32437b6b" ON "predicted_image" ("image_id")`,
  `CREATE INDEX "IDX_602ed1f43e815c525814548f55" ON "predicted_image" ("prediction_id", "anomaly_score", "id")`,
  `ALTER TABLE "dataset_prediction" ADD CONSTRAINT "FK_a90432510c67c448cc0e8d1ed41"
    FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "dataset_prediction" ADD CONSTRAINT "FK_d02ded3337d848f9870ede90487"
    FOREIGN KEY ("model_version_id") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "dataset_prediction" ADD CONSTRAINT "FK_6644736a5b55fe0b594a67a28da"
    FOREIGN KEY ("snapshot_id") REFERENCES "snapshot"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "predicted_image" ADD CONSTRAINT "FK_be489b0750715d5b1d6f4c50792"
    FOREIGN KEY ("prediction_id") REFERENCES "dataset_prediction"("job_id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "predicted_image" ADD CONSTRAINT "FK_615b05a0e4a7b966ac32437b6b3"
    FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
];

/** Jobs whose own table goes, go with it: an older Residua would look for their rows. */
const downStatements = [
  `DROP TABLE "predicted_image"`,
  `DROP TABLE "dataset_prediction"`,
  `DELETE FROM "job" WHERE "kind" = 'PREDICTION'`,

  `ALTER TABLE "evaluated_image" ADD "error" double precision`,
  `ALTER TABLE "evaluated_image" ADD "is_anomalous" boolean`,
  `UPDATE "evaluated_image" SET
      "is_anomalous" = "anomaly_score" >= COALESCE(version."image_threshold", 0),
      "error" = CASE "label" WHEN 'ANOMALOUS' THEN 1 ELSE -1 END
        * (COALESCE(version."image_threshold", 0) - "anomaly_score")
    FROM "evaluation" JOIN "model_version" version ON version."id" = "evaluation"."model_version_id"
    WHERE "evaluation"."job_id" = "evaluated_image"."evaluation_id"`,
  `ALTER TABLE "evaluated_image" ALTER COLUMN "is_anomalous" SET NOT NULL`,
  `ALTER TABLE "evaluated_image" ALTER COLUMN "error" SET NOT NULL`,
  `ALTER TABLE "evaluated_image" DROP COLUMN "defect_type"`,
  `ALTER TABLE "evaluated_image" DROP COLUMN "label"`,
  `ALTER TABLE "evaluation" DROP COLUMN "normal_pixel_quantiles"`,
  `ALTER TABLE "evaluation" DROP COLUMN "pixel_threshold"`,
  `ALTER TABLE "model_version" DROP COLUMN "threshold_policy"`,
  `ALTER TABLE "model_version" DROP COLUMN "calibration"`,
  `ALTER TABLE "model_version" DROP COLUMN "tags"`,
  `DROP TABLE "model_alias_move"`,
  `ALTER TABLE "model" DROP COLUMN "last_version"`,
];
