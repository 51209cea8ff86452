import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of labelling, what is known of seconds, suggestions, and revisions that take a label away. */
export class LabelSessions1765002000001 implements MigrationInterface {
  readonly name = 'LabelSessions1765002000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const upStatements = [
  `ALTER TABLE "annotation" ADD "timing" text`,
  `UPDATE "annotation" SET "timing" = 'STATED' WHERE "active_seconds" IS NOT NULL`,
  `ALTER TABLE "annotation" ADD "principal_id" uuid`,
  `ALTER TABLE "annotation" ADD "assistance" jsonb`,
  `ALTER TABLE "annotation" ADD "removed" boolean NOT NULL DEFAULT false`,
  `CREATE TABLE "label_session" (
    "id" uuid NOT NULL,
    "image_id" uuid NOT NULL,
    "kind" text NOT NULL,
    "purpose" text NOT NULL,
    "principal_id" uuid NOT NULL,
    "holder" text NOT NULL,
    "opened_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "closed_at" TIMESTAMP WITH TIME ZONE,
    "outcome" text,
    "active_seconds" double precision NOT NULL DEFAULT '0',
    "timing" text,
    "load_seconds" double precision,
    "measurement" jsonb,
    "continues_id" uuid,
    "annotation_id" uuid,
    CONSTRAINT "PK_label_session" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_label_session_person" ON "label_session" ("principal_id", "opened_at")`,
  `CREATE INDEX "IDX_label_session_open" ON "label_session" ("image_id") WHERE "closed_at" IS NULL`,
  `CREATE INDEX "IDX_label_session_kind" ON "label_session" ("image_id", "kind")`,
  `CREATE INDEX "IDX_label_session_continues" ON "label_session" ("continues_id")`,
  `CREATE INDEX "IDX_label_session_annotation" ON "label_session" ("annotation_id")`,
  `ALTER TABLE "label_session" ADD CONSTRAINT "FK_label_session_image"
     FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "label_session" ADD CONSTRAINT "FK_label_session_continues"
     FOREIGN KEY ("continues_id") REFERENCES "label_session"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
  `ALTER TABLE "label_session" ADD CONSTRAINT "FK_label_session_annotation"
     FOREIGN KEY ("annotation_id") REFERENCES "annotation"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];

const downStatements = [
  `DROP TABLE "label_session"`,
  `ALTER TABLE "annotation" DROP COLUMN "removed"`,
  `ALTER TABLE "annotation" DROP COLUMN "assistance"`,
  `ALTER TABLE "annotation" DROP COLUMN "principal_id"`,
  `ALTER TABLE "annotation" DROP COLUMN "timing"`,
];
