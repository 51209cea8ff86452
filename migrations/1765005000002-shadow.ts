import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a challenger said of images that another version was asked about. */
export class Shadow1765005000002 implements MigrationInterface {
  readonly name = 'Shadow1765005000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['shadow_prediction', 'shadow_count']) await queryRunner.query(`DROP TABLE "${table}"`);
  }
}

const foreignKey = (table: string, column: string, to: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "FK_${table}_${to}"
     FOREIGN KEY ("${column}") REFERENCES "${to}"("id") ON DELETE CASCADE ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "shadow_prediction" (
    "prediction_id" uuid NOT NULL,
    "model_version_id" uuid NOT NULL,
    "anomaly_score" double precision NOT NULL,
    "is_anomalous" boolean NOT NULL,
    "image_threshold" double precision,
    "differs" boolean NOT NULL,
    "disagreement" double precision NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_shadow_prediction" PRIMARY KEY ("prediction_id")
  )`,
  foreignKey('shadow_prediction', 'prediction_id', 'logged_prediction'),
  foreignKey('shadow_prediction', 'model_version_id', 'model_version'),
  `CREATE INDEX "IDX_shadow_prediction_disagreement" ON "shadow_prediction" ("model_version_id", "disagreement", "prediction_id")`,
  `CREATE TABLE "shadow_count" (
    "model_version_id" uuid NOT NULL,
    "both_anomalous" integer NOT NULL,
    "only_served" integer NOT NULL,
    "only_shadow" integer NOT NULL,
    "both_normal" integer NOT NULL,
    "dropped" integer NOT NULL,
    "failed" integer NOT NULL,
    CONSTRAINT "PK_shadow_count" PRIMARY KEY ("model_version_id")
  )`,
  foreignKey('shadow_count', 'model_version_id', 'model_version'),
];
