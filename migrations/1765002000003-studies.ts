import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Studies of what labels cost. */
export class Studies1765002000003 implements MigrationInterface {
  readonly name = 'Studies1765002000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['study_trial', 'study_image', 'study']) await queryRunner.query(`DROP TABLE "${table}"`);
  }
}

const references = (table: string, name: string, column: string, other: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "FK_${table}_${name}"
     FOREIGN KEY ("${column}") REFERENCES "${other}"("id") ON DELETE CASCADE ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "study" (
    "id" uuid NOT NULL,
    "dataset_id" uuid NOT NULL,
    "name" text NOT NULL,
    "kinds" text array NOT NULL,
    "seed" integer NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_study" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_study_dataset" ON "study" ("dataset_id", "id")`,
  references('study', 'dataset', 'dataset_id', 'dataset'),
  `CREATE TABLE "study_image" (
    "study_id" uuid NOT NULL,
    "image_id" uuid NOT NULL,
    "truth_id" uuid NOT NULL,
    CONSTRAINT "PK_study_image" PRIMARY KEY ("study_id", "image_id")
  )`,
  `CREATE INDEX "IDX_study_image_image" ON "study_image" ("image_id")`,
  `CREATE INDEX "IDX_study_image_truth" ON "study_image" ("truth_id")`,
  references('study_image', 'study', 'study_id', 'study'),
  references('study_image', 'image', 'image_id', 'image'),
  references('study_image', 'truth', 'truth_id', 'annotation'),
  `CREATE TABLE "study_trial" (
    "id" uuid NOT NULL,
    "study_id" uuid NOT NULL,
    "image_id" uuid NOT NULL,
    "principal_id" uuid NOT NULL,
    "participant" text NOT NULL,
    "seat" integer NOT NULL,
    "position" integer NOT NULL,
    "kind" text NOT NULL,
    "is_practice" boolean NOT NULL,
    "started_at" TIMESTAMP WITH TIME ZONE,
    "finished_at" TIMESTAMP WITH TIME ZONE,
    "active_seconds" double precision,
    "timing" text,
    "load_seconds" double precision,
    "measurement" jsonb,
    "payload" jsonb,
    "quality" jsonb,
    CONSTRAINT "PK_study_trial" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_study_trial_position" ON "study_trial" ("study_id", "principal_id", "position")`,
  `CREATE INDEX "IDX_study_trial_image" ON "study_trial" ("study_id", "image_id")`,
  `ALTER TABLE "study_trial" ADD CONSTRAINT "FK_study_trial_image"
     FOREIGN KEY ("study_id", "image_id") REFERENCES "study_image"("study_id", "image_id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];
