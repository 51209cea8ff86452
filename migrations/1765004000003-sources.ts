import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From where images come by themselves, and what is known of each file there. */
export class Sources1765004000003 implements MigrationInterface {
  readonly name = 'Sources1765004000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "source_file"`);
    await queryRunner.query(`DROP TABLE "source"`);
    await queryRunner.query(`DROP SEQUENCE "source_file_number"`);
  }
}

const foreignKey = (table: string, name: string, column: string, to: string, onDelete: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "${name}"
     FOREIGN KEY ("${column}") REFERENCES "${to}"("id") ON DELETE ${onDelete} ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "source" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "dataset_id" uuid NOT NULL,
    "name" text NOT NULL,
    "plugin" text NOT NULL,
    "params" jsonb NOT NULL,
    "secret" text,
    "split" text NOT NULL,
    "label" text NOT NULL,
    "every_seconds" integer NOT NULL,
    "due_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "lease_token" uuid,
    "failures" integer NOT NULL DEFAULT 0,
    "trouble" text,
    "looked_at" TIMESTAMP WITH TIME ZONE,
    "job_id" uuid,
    "paused_at" TIMESTAMP WITH TIME ZONE,
    "pause_reason" text,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_source" PRIMARY KEY ("id")
  )`,
  ...['project', 'dataset', 'job'].map((of) => `CREATE INDEX "IDX_source_${of}" ON "source" ("${of}_id")`),
  `CREATE INDEX "IDX_source_due" ON "source" ("due_at") WHERE paused_at IS NULL`,
  foreignKey('source', 'FK_source_project', 'project_id', 'project', 'CASCADE'),
  foreignKey('source', 'FK_source_dataset', 'dataset_id', 'dataset', 'CASCADE'),
  foreignKey('source', 'FK_source_job', 'job_id', 'job', 'SET NULL'),
  `CREATE SEQUENCE "source_file_number" AS integer CYCLE`,
  `CREATE TABLE "source_file" (
    "source_id" uuid NOT NULL,
    "key" text NOT NULL,
    "number" integer NOT NULL DEFAULT nextval('source_file_number'),
    "bytes" bigint NOT NULL,
    "stamp" text NOT NULL,
    "looks" smallint NOT NULL,
    "state" text NOT NULL DEFAULT 'WAITING',
    "job_id" uuid,
    "problem" jsonb,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_source_file" PRIMARY KEY ("source_id", "key")
  )`,
  `CREATE INDEX "IDX_source_file_number" ON "source_file" ("source_id", "state", "number")`,
  `CREATE INDEX "IDX_source_file_job" ON "source_file" ("job_id") WHERE job_id IS NOT NULL`,
  foreignKey('source_file', 'FK_source_file_source', 'source_id', 'source', 'CASCADE'),
  `CREATE TRIGGER source_was_created AFTER INSERT ON "source" FOR EACH ROW
     EXECUTE FUNCTION line_has_changed('SOURCE_CREATED')`,
  // When it was looked at changes all the time; what came is told as IMAGES_ADDED.
  `CREATE TRIGGER source_has_changed AFTER UPDATE ON "source" FOR EACH ROW
     WHEN ((OLD.name, OLD.plugin, OLD.params, OLD.split, OLD.label, OLD.every_seconds, OLD.trouble, OLD.paused_at)
           IS DISTINCT FROM (NEW.name, NEW.plugin, NEW.params, NEW.split, NEW.label, NEW.every_seconds, NEW.trouble, NEW.paused_at))
     EXECUTE FUNCTION line_has_changed('SOURCE_CHANGED')`,
  `CREATE TRIGGER source_was_deleted AFTER DELETE ON "source" FOR EACH ROW
     EXECUTE FUNCTION line_has_changed('SOURCE_DELETED')`,
];
