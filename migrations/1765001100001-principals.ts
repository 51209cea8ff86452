import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, services of projects, and roles in projects. */
export class Principals1765001100001 implements MigrationInterface {
  readonly name = 'Principals1765001100001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "membership"`);
    await queryRunner.query(`DROP TABLE "principal"`);
    await queryRunner.query(`ALTER TABLE "project" DROP COLUMN "engineers_may_release"`);
  }
}

const upStatements = [
  `ALTER TABLE "project" ADD "engineers_may_release" boolean NOT NULL DEFAULT true`,
  `CREATE TABLE "principal" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "name" text NOT NULL,
    "email" text,
    "issuer" text,
    "subject" text,
    "is_admin" boolean NOT NULL DEFAULT false,
    "may_create_projects" boolean NOT NULL DEFAULT false,
    "project_id" uuid,
    "disabled_at" timestamptz,
    "created_at" timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT "PK_principal" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_principal_email" ON "principal" ("email") WHERE email IS NOT NULL`,
  `CREATE UNIQUE INDEX "IDX_principal_subject" ON "principal" ("issuer", "subject") WHERE subject IS NOT NULL`,
  `CREATE INDEX "IDX_principal_project" ON "principal" ("project_id")`,
  `ALTER TABLE "principal" ADD CONSTRAINT "FK_principal_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "membership" (
    "project_id" uuid NOT NULL,
    "principal_id" uuid NOT NULL,
    "role" text NOT NULL,
    "created_at" timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT "PK_membership" PRIMARY KEY ("project_id", "principal_id")
  )`,
  `CREATE INDEX "IDX_membership_principal" ON "membership" ("principal_id")`,
  `ALTER TABLE "membership" ADD CONSTRAINT "FK_membership_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "membership" ADD CONSTRAINT "FK_membership_principal"
     FOREIGN KEY ("principal_id") REFERENCES "principal"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];
