import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What models were asked and said, what people think of it, and where images come from that were made of it. */
export class PredictionLog1765003000003 implements MigrationInterface {
  readonly name = 'PredictionLog1765003000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const foreignKey = (table: string, name: string, column: string, to: string, onDelete: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "${name}"
     FOREIGN KEY ("${column}") REFERENCES "${to}"("id") ON DELETE ${onDelete} ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "logged_prediction" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "model_version_id" uuid,
    "model" text NOT NULL,
    "version" integer NOT NULL,
    "source" text NOT NULL,
    "station" text,
    "part_id" text,
    "filename" text,
    "anomaly_score" double precision NOT NULL,
    "is_anomalous" boolean NOT NULL,
    "image_threshold" double precision,
    "pixel_threshold" double precision,
    "regions" jsonb NOT NULL,
    "latency_seconds" double precision,
    "image_sha256" text,
    "anomaly_map_sha256" text,
    "anomaly_map_scale" double precision,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_logged_prediction" PRIMARY KEY ("id")
  )`,
  foreignKey('logged_prediction', 'FK_logged_prediction_project', 'project_id', 'project', 'CASCADE'),
  foreignKey(
    ...(['logged_prediction', 'FK_logged_prediction_version', 'model_version_id'] as const),
    ...(['model_version', 'SET NULL'] as const),
  ),
  `CREATE INDEX "IDX_logged_prediction_project" ON "logged_prediction" ("project_id", "id")`,
  `CREATE INDEX "IDX_logged_prediction_version" ON "logged_prediction" ("model_version_id")`,
  `CREATE INDEX "IDX_logged_prediction_part" ON "logged_prediction" ("project_id", "part_id") WHERE part_id IS NOT NULL`,
  `CREATE INDEX "IDX_logged_prediction_at" ON "logged_prediction" ("at")`,
  `CREATE TABLE "prediction_log_policy" (
    "project_id" uuid NOT NULL,
    "is_on" boolean NOT NULL,
    "retention_days" integer NOT NULL,
    "most_predictions" integer NOT NULL,
    "near_threshold" double precision NOT NULL,
    "other_share" double precision NOT NULL,
    "pictures_per_day" integer NOT NULL,
    CONSTRAINT "PK_prediction_log_policy" PRIMARY KEY ("project_id")
  )`,
  foreignKey('prediction_log_policy', 'FK_prediction_log_policy_project', 'project_id', 'project', 'CASCADE'),
  `CREATE TABLE "logged_pictures" (
    "project_id" uuid NOT NULL,
    "day" date NOT NULL,
    "count" integer NOT NULL,
    CONSTRAINT "PK_logged_pictures" PRIMARY KEY ("project_id")
  )`,
  foreignKey('logged_pictures', 'FK_logged_pictures_project', 'project_id', 'project', 'CASCADE'),
  `CREATE TABLE "prediction_feedback" (
    "prediction_id" uuid NOT NULL,
    "verdict" text NOT NULL,
    "note" text,
    "author" text,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_prediction_feedback" PRIMARY KEY ("prediction_id")
  )`,
  foreignKey(
    ...(['prediction_feedback', 'FK_prediction_feedback_prediction', 'prediction_id'] as const),
    ...(['logged_prediction', 'CASCADE'] as const),
  ),
  `ALTER TABLE "image" ADD "origin" jsonb`,
  `CREATE FUNCTION feedback_was_given() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM note_change(project_id, 'FEEDBACK_GIVEN', jsonb_build_object('verdict', NEW.verdict), 1, ARRAY[id])
      FROM logged_prediction WHERE id = NEW.prediction_id;
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER feedback_was_given AFTER INSERT OR UPDATE ON "prediction_feedback" FOR EACH ROW
    EXECUTE FUNCTION feedback_was_given()`,
];

const downStatements = [
  `ALTER TABLE "image" DROP COLUMN "origin"`,
  ...['prediction_feedback', 'logged_pictures', 'prediction_log_policy', 'logged_prediction'].map(
    (table) => `DROP TABLE "${table}"`,
  ),
  `DROP FUNCTION feedback_was_given()`,
];
