import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what, in lines that are only ever added, and seals over them. */
export class Audit1765001200002 implements MigrationInterface {
  readonly name = 'Audit1765001200002';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

/** "audi" in ASCII; src/services/audit/auditSeals.ts takes the same one. */
const auditLock = 0x61756469;

const upStatements = [
  `CREATE TABLE "audit_event" (
    "seq" bigint NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "principal_id" uuid,
    "via" text,
    "address" text,
    "project_id" uuid,
    "action" text NOT NULL,
    "targets" text array NOT NULL DEFAULT '{}',
    "outcome" text NOT NULL,
    "details" jsonb NOT NULL DEFAULT '{}',
    "request_id" uuid,
    CONSTRAINT "PK_audit_event" PRIMARY KEY ("seq")
  )`,
  `CREATE INDEX "IDX_audit_event_project" ON "audit_event" ("project_id", "seq")`,
  `CREATE TABLE "audit_seal" (
    "number" integer NOT NULL,
    "last_seq" bigint NOT NULL,
    "events" integer NOT NULL,
    "digest" text NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_audit_seal" PRIMARY KEY ("number")
  )`,
  `CREATE SEQUENCE "audit_event_seq"`,
  // The shared lock lets whoever seals wait for lines that have a number and are not committed yet. A line that comes from a
  // backup brings its number.
  `CREATE FUNCTION audit_event_takes_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.seq IS NULL THEN
        PERFORM pg_advisory_xact_lock_shared(${auditLock});
        NEW.seq := nextval('audit_event_seq');
        NEW.at := clock_timestamp();
      ELSIF NEW.seq >= (SELECT last_value FROM audit_event_seq) THEN
        PERFORM setval('audit_event_seq', NEW.seq);
      END IF;
      RETURN NEW;
    END
  $$`,
  `CREATE TRIGGER audit_event_takes_its_place BEFORE INSERT ON "audit_event" FOR EACH ROW
    EXECUTE FUNCTION audit_event_takes_its_place()`,
  `CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'lines of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END
  $$`,
  `CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON "audit_event" FOR EACH ROW
    EXECUTE FUNCTION audit_only_grows()`,
  `CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON "audit_seal" FOR EACH ROW
    EXECUTE FUNCTION audit_only_grows()`,
];

const downStatements = [
  `DROP TABLE "audit_event"`,
  `DROP TABLE "audit_seal"`,
  `DROP SEQUENCE "audit_event_seq"`,
  `DROP FUNCTION audit_event_takes_its_place()`,
  `DROP FUNCTION audit_only_grows()`,
];
