import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Searches for better parameters: many trainings, judged on the validation split. */
export class Sweeps1765005000006 implements MigrationInterface {
  readonly name = 'Sweeps1765005000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['sweep_trial', 'sweep']) await queryRunner.query(`DROP TABLE "${table}"`);
    await queryRunner.query('DROP FUNCTION sweep_has_changed()');
  }
}

const foreignKey = (table: string, name: string, column: string, to: string, onDelete = 'CASCADE') =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "FK_${table}_${name}"
     FOREIGN KEY ("${column}") REFERENCES "${to}"("id") ON DELETE ${onDelete} ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "sweep" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "snapshot_id" uuid NOT NULL,
    "model_name" text NOT NULL,
    "choice" jsonb NOT NULL,
    "candidates" jsonb NOT NULL,
    "seeds" integer array NOT NULL,
    "metric" text NOT NULL,
    "budget_minutes" integer NOT NULL,
    "state" text NOT NULL,
    "end_reason" text,
    "author" text,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "ended_at" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_sweep" PRIMARY KEY ("id")
  )`,
  foreignKey('sweep', 'project', 'project_id', 'project'),
  foreignKey('sweep', 'snapshot', 'snapshot_id', 'snapshot'),
  `CREATE INDEX "IDX_sweep_project" ON "sweep" ("project_id", "id")`,
  `CREATE INDEX "IDX_sweep_running" ON "sweep" ("id") WHERE state = 'RUNNING'`,
  `CREATE TABLE "sweep_trial" (
    "sweep_id" uuid NOT NULL,
    "position" integer NOT NULL,
    "candidate" integer NOT NULL,
    "seed" integer NOT NULL,
    "state" text NOT NULL,
    "training_run_id" uuid,
    "evaluation_id" uuid,
    "value" double precision,
    "problem" text,
    CONSTRAINT "PK_sweep_trial" PRIMARY KEY ("sweep_id", "position")
  )`,
  foreignKey('sweep_trial', 'sweep', 'sweep_id', 'sweep'),
  foreignKey('sweep_trial', 'training', 'training_run_id', 'job', 'SET NULL'),
  foreignKey('sweep_trial', 'evaluation', 'evaluation_id', 'job', 'SET NULL'),
  `CREATE FUNCTION sweep_has_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM note_change(NEW.project_id, TG_ARGV[0], '{}', 1, ARRAY[NEW.id]);
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER sweep_was_started AFTER INSERT ON "sweep" FOR EACH ROW EXECUTE FUNCTION sweep_has_changed('SWEEP_STARTED')`,
  `CREATE TRIGGER sweep_has_ended AFTER UPDATE OF "state" ON "sweep" FOR EACH ROW
    WHEN (OLD.state = 'RUNNING' AND NEW.state <> 'RUNNING') EXECUTE FUNCTION sweep_has_changed('SWEEP_ENDED')`,
];
