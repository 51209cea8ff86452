import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Judgements of labels. */
export class AnnotationReviews1765002000002 implements MigrationInterface {
  readonly name = 'AnnotationReviews1765002000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "annotation_review" (
      "id" uuid NOT NULL,
      "annotation_id" uuid NOT NULL,
      "verdict" text NOT NULL,
      "note" text,
      "principal_id" uuid NOT NULL,
      "reviewer" text NOT NULL,
      "active_seconds" double precision,
      "timing" text,
      "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
      CONSTRAINT "PK_annotation_review" PRIMARY KEY ("id")
    )`);
    await queryRunner.query(
      `CREATE INDEX "IDX_annotation_review_annotation" ON "annotation_review" ("annotation_id", "id")`,
    );
    await queryRunner.query(`ALTER TABLE "annotation_review" ADD CONSTRAINT "FK_annotation_review_annotation"
      FOREIGN KEY ("annotation_id") REFERENCES "annotation"("id") ON DELETE CASCADE ON UPDATE NO ACTION`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "annotation_review"`);
  }
}
