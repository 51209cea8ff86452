import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where verdicts go, and numbers of logged predictions for whoever follows them. */
export class Sinks1765004000001 implements MigrationInterface {
  readonly name = 'Sinks1765004000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const upStatements = [
  `ALTER TABLE "logged_prediction" ADD "seq" integer`,
  `CREATE UNIQUE INDEX "IDX_logged_prediction_seq" ON "logged_prediction" ("project_id", "seq") WHERE seq IS NOT NULL`,
  `CREATE TABLE "logged_prediction_head" (
    "project_id" uuid NOT NULL,
    "last_seq" integer NOT NULL,
    CONSTRAINT "PK_logged_prediction_head" PRIMARY KEY ("project_id")
  )`,
  `ALTER TABLE "logged_prediction_head" ADD CONSTRAINT "FK_logged_prediction_head_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "sink" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "name" text NOT NULL,
    "plugin" text NOT NULL,
    "params" jsonb NOT NULL,
    "secret" text,
    "stations" text array,
    "heartbeat_seconds" integer,
    "beat" integer NOT NULL DEFAULT 0,
    "beat_due_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "last_seq" integer NOT NULL,
    "failures" integer NOT NULL DEFAULT 0,
    "due_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "lease_token" uuid,
    "paused_at" TIMESTAMP WITH TIME ZONE,
    "pause_reason" text,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_sink" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_sink_project" ON "sink" ("project_id")`,
  `CREATE INDEX "IDX_sink_due" ON "sink" ("due_at") WHERE paused_at IS NULL`,
  `ALTER TABLE "sink" ADD CONSTRAINT "FK_sink_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "sink_delivery" (
    "id" uuid NOT NULL,
    "sink_id" uuid NOT NULL,
    "seq" integer,
    "message_id" text NOT NULL,
    "attempt" integer NOT NULL,
    "status" integer,
    "failure" text,
    "seconds" double precision NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_sink_delivery" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_sink_delivery_sink" ON "sink_delivery" ("sink_id", "id")`,
  `ALTER TABLE "sink_delivery" ADD CONSTRAINT "FK_sink_delivery_sink"
     FOREIGN KEY ("sink_id") REFERENCES "sink"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE FUNCTION line_has_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.project_id, TG_ARGV[0], '{}', 1, ARRAY[OLD.id]);
      ELSE
        PERFORM note_change(NEW.project_id, TG_ARGV[0], '{}', 1, ARRAY[NEW.id]);
      END IF;
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER sink_was_created AFTER INSERT ON "sink" FOR EACH ROW EXECUTE FUNCTION line_has_changed('SINK_CREATED')`,
  // Where it stands changes with every verdict; that is no news.
  `CREATE TRIGGER sink_has_changed AFTER UPDATE ON "sink" FOR EACH ROW
     WHEN ((OLD.name, OLD.plugin, OLD.params, OLD.stations, OLD.heartbeat_seconds, OLD.paused_at)
           IS DISTINCT FROM (NEW.name, NEW.plugin, NEW.params, NEW.stations, NEW.heartbeat_seconds, NEW.paused_at))
     EXECUTE FUNCTION line_has_changed('SINK_CHANGED')`,
  `CREATE TRIGGER sink_was_deleted AFTER DELETE ON "sink" FOR EACH ROW EXECUTE FUNCTION line_has_changed('SINK_DELETED')`,
];

const downStatements = [
  `DROP TABLE "sink_delivery"`,
  `DROP TABLE "sink"`,
  `DROP FUNCTION line_has_changed()`,
  `DROP TABLE "logged_prediction_head"`,
  `DROP INDEX "IDX_logged_prediction_seq"`,
  `ALTER TABLE "logged_prediction" DROP COLUMN "seq"`,
];
