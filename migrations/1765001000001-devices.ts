import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A job says which device it needs, a worker which it has. */
export class Devices1765001000001 implements MigrationInterface {
  readonly name = 'Devices1765001000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "job" ADD "device" text NOT NULL DEFAULT 'ANY'`);
    await queryRunner.query(
      `CREATE UNLOGGED TABLE "worker" ("id" uuid NOT NULL, "name" text NOT NULL, "kinds" text array NOT NULL,
       "device" text NOT NULL, "engine" text NOT NULL,
       "started_at" timestamptz NOT NULL DEFAULT clock_timestamp(), "seen_at" timestamptz NOT NULL DEFAULT clock_timestamp(),
       CONSTRAINT "PK_dc8175fa0e34ce7a39e4ec73b94" PRIMARY KEY ("id"))`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "worker"`);
    await queryRunner.query(`ALTER TABLE "job" DROP COLUMN "device"`);
  }
}
