import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Secrets that the processes of an installation share. */
export class ServerKeys1765001230001 implements MigrationInterface {
  readonly name = 'ServerKeys1765001230001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "server_key" (
      "name" text NOT NULL,
      "secret" text NOT NULL,
      CONSTRAINT "PK_server_key" PRIMARY KEY ("name")
    )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "server_key"`);
  }
}
