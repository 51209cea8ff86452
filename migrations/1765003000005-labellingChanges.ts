import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims of images and reviews of labels are changes of their project, too. */
export class LabellingChanges1765003000005 implements MigrationInterface {
  readonly name = 'LabellingChanges1765003000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER labelling_was_opened ON "label_session"`);
    await queryRunner.query(`DROP TRIGGER labelling_was_closed ON "label_session"`);
    await queryRunner.query(`DROP TRIGGER annotation_was_reviewed ON "annotation_review"`);
    await queryRunner.query(`DROP FUNCTION labelling_has_changed()`);
    await queryRunner.query(`DROP FUNCTION annotation_was_reviewed()`);
  }
}

const upStatements = [
  `CREATE FUNCTION labelling_has_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM note_change(d.project_id, TG_ARGV[0],
                          jsonb_build_object('datasetId', d.id, 'annotationKind', NEW.kind), 1, ARRAY[image.id])
      FROM image JOIN dataset d ON d.id = image.dataset_id WHERE image.id = NEW.image_id;
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER labelling_was_opened AFTER INSERT ON "label_session" FOR EACH ROW
    EXECUTE FUNCTION labelling_has_changed('LABELLING_OPENED')`,
  // Every sign of life writes the row; only the end is told.
  `CREATE TRIGGER labelling_was_closed AFTER UPDATE OF "closed_at" ON "label_session" FOR EACH ROW
    WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION labelling_has_changed('LABELLING_CLOSED')`,
  `CREATE FUNCTION annotation_was_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM note_change(d.project_id, 'ANNOTATION_REVIEWED',
                          jsonb_build_object('datasetId', d.id, 'annotationKind', annotation.kind), 1, ARRAY[image.id])
      FROM annotation JOIN image ON image.id = annotation.image_id JOIN dataset d ON d.id = image.dataset_id
      WHERE annotation.id = NEW.annotation_id;
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER annotation_was_reviewed AFTER INSERT ON "annotation_review" FOR EACH ROW
    EXECUTE FUNCTION annotation_was_reviewed()`,
];
