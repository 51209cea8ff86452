import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which batch of events was stored last, so that one whose acknowledgement got lost is not stored again. */
export class LastAppend1764800000101 implements MigrationInterface {
  readonly name = 'LastAppend1764800000101';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "job" ADD "last_append" uuid`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "job" DROP COLUMN "last_append"`);
  }
}
