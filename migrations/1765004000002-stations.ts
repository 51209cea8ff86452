import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Places of a line that ask a model, and what of the log was asked by which. */
export class Stations1765004000002 implements MigrationInterface {
  readonly name = 'Stations1765004000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const upStatements = [
  `CREATE TABLE "station" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "name" text NOT NULL,
    "model_id" uuid,
    "alias" text NOT NULL,
    "deadline_milliseconds" integer NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_station" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_station_name" ON "station" ("project_id", "name")`,
  `CREATE INDEX "IDX_station_model" ON "station" ("model_id")`,
  `ALTER TABLE "station" ADD CONSTRAINT "FK_station_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "station" ADD CONSTRAINT "FK_station_model"
     FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
  `ALTER TABLE "logged_prediction" ADD "station_id" uuid`,
  `ALTER TABLE "logged_prediction" ADD "question_digest" text`,
  `ALTER TABLE "logged_prediction" ADD "is_late" boolean NOT NULL DEFAULT false`,
  `CREATE UNIQUE INDEX "IDX_logged_prediction_question" ON "logged_prediction" ("station_id", "question_digest")`,
  `ALTER TABLE "logged_prediction" ADD CONSTRAINT "FK_logged_prediction_station"
     FOREIGN KEY ("station_id") REFERENCES "station"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
  `CREATE TRIGGER station_was_created AFTER INSERT ON "station" FOR EACH ROW
     EXECUTE FUNCTION line_has_changed('STATION_CREATED')`,
  `CREATE TRIGGER station_has_changed AFTER UPDATE ON "station" FOR EACH ROW
     WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION line_has_changed('STATION_CHANGED')`,
  `CREATE TRIGGER station_was_deleted AFTER DELETE ON "station" FOR EACH ROW
     EXECUTE FUNCTION line_has_changed('STATION_DELETED')`,
];

const downStatements = [
  ...['station_id', 'question_digest', 'is_late'].map(
    (column) => `ALTER TABLE "logged_prediction" DROP COLUMN "${column}"`,
  ),
  `DROP TABLE "station"`,
];
