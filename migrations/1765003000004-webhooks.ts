import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses that are told of a project's changes, and what became of it. */
export class Webhooks1765003000004 implements MigrationInterface {
  readonly name = 'Webhooks1765003000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "webhook_delivery"`);
    await queryRunner.query(`DROP TABLE "webhook"`);
  }
}

const upStatements = [
  `CREATE TABLE "webhook" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "name" text NOT NULL,
    "url" text NOT NULL,
    "kinds" text array,
    "secret" text NOT NULL,
    "earlier_secret" text,
    "earlier_until" TIMESTAMP WITH TIME ZONE,
    "last_seq" integer NOT NULL,
    "failures" integer NOT NULL DEFAULT 0,
    "due_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "lease_token" uuid,
    "paused_at" TIMESTAMP WITH TIME ZONE,
    "pause_reason" text,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_webhook" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_webhook_project" ON "webhook" ("project_id")`,
  `CREATE INDEX "IDX_webhook_due" ON "webhook" ("due_at") WHERE paused_at IS NULL`,
  `ALTER TABLE "webhook" ADD CONSTRAINT "FK_webhook_project"
     FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "webhook_delivery" (
    "id" uuid NOT NULL,
    "webhook_id" uuid NOT NULL,
    "seq" integer,
    "message_id" text NOT NULL,
    "attempt" integer NOT NULL,
    "status" integer,
    "failure" text,
    "seconds" double precision NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_webhook_delivery" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_webhook_delivery_webhook" ON "webhook_delivery" ("webhook_id", "id")`,
  `ALTER TABLE "webhook_delivery" ADD CONSTRAINT "FK_webhook_delivery_webhook"
     FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];
