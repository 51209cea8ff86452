import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A candidate of a sweep says its detector and its supervision by itself; before, all of a sweep had the same. */
export class SweepsOverDetectors1765005106000 implements MigrationInterface {
  readonly name = 'SweepsOverDetectors1765005106000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE sweep SET
         candidates = (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
             'detector', choice -> 'detector', 'supervision', choice -> 'supervision',
             'labels', coalesce(choice -> 'labels', 'null'), 'changes', one) ORDER BY place), '[]')
           FROM jsonb_array_elements(candidates) WITH ORDINALITY AS each (one, place)),
         choice = choice - ARRAY['detector', 'supervision', 'labels']`,
    );
  }

  /** Sweeps over several detectors go: nothing of before can say what they are. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DELETE FROM sweep WHERE EXISTS (
         SELECT FROM jsonb_array_elements(candidates) AS each (one) WHERE one - 'changes' <> (candidates -> 0) - 'changes')`,
    );
    await queryRunner.query(
      `UPDATE sweep SET
         choice = choice || ((candidates -> 0) - 'changes'),
         candidates = (
           SELECT coalesce(jsonb_agg(one -> 'changes' ORDER BY place), '[]')
           FROM jsonb_array_elements(candidates) WITH ORDINALITY AS each (one, place))`,
    );
  }
}
