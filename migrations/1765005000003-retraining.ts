import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a model should be trained again, and what was proposed. */
export class Retraining1765005000003 implements MigrationInterface {
  readonly name = 'Retraining1765005000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['retraining_proposal', 'retraining_rule']) await queryRunner.query(`DROP TABLE "${table}"`);
    await queryRunner.query('DROP FUNCTION retraining_was_proposed()');
  }
}

const foreignKey = (table: string, column: string, to: string, onDelete = 'CASCADE') =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "FK_${table}_${to}"
     FOREIGN KEY ("${column}") REFERENCES "${to}"("id") ON DELETE ${onDelete} ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "retraining_rule" (
    "model_id" uuid NOT NULL,
    "new_labels" integer,
    "on_drift" boolean NOT NULL,
    CONSTRAINT "PK_retraining_rule" PRIMARY KEY ("model_id")
  )`,
  foreignKey('retraining_rule', 'model_id', 'model'),
  `CREATE TABLE "retraining_proposal" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "model_id" uuid NOT NULL,
    "model_version_id" uuid NOT NULL,
    "dataset_id" uuid NOT NULL,
    "reasons" text array NOT NULL,
    "new_labels" integer NOT NULL,
    "state" text NOT NULL,
    "training_run_id" uuid,
    "decided_by" text,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "decided_at" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_retraining_proposal" PRIMARY KEY ("id")
  )`,
  foreignKey('retraining_proposal', 'project_id', 'project'),
  foreignKey('retraining_proposal', 'model_id', 'model'),
  foreignKey('retraining_proposal', 'model_version_id', 'model_version'),
  foreignKey('retraining_proposal', 'dataset_id', 'dataset'),
  foreignKey('retraining_proposal', 'training_run_id', 'job', 'SET NULL'),
  `CREATE INDEX "IDX_retraining_proposal_project" ON "retraining_proposal" ("project_id", "id")`,
  `CREATE UNIQUE INDEX "IDX_retraining_proposal_open" ON "retraining_proposal" ("model_id") WHERE state = 'OPEN'`,
  `CREATE FUNCTION retraining_was_proposed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM note_change(NEW.project_id, 'RETRAINING_PROPOSED',
                          jsonb_build_object('modelId', NEW.model_id, 'datasetId', NEW.dataset_id), 1, ARRAY[NEW.id]);
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER retraining_was_proposed AFTER INSERT ON "retraining_proposal" FOR EACH ROW
    EXECUTE FUNCTION retraining_was_proposed()`,
];
