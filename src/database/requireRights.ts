import type { QueryRunner } from 'typeorm';
import { problem } from '../shared/errors.js';
import { queueSchema } from './queueSchema.js';

interface Rights {
  role: string;
  database: string;
  /** Where tables are made; null when the role may use no schema of its search path. */
  schema: string | null;
  mayMakeTables: boolean;
  mayMakeSchemas: boolean;
  hasQueues: boolean;
  /** Owners of tables here whose rights the role does not have. */
  foreignOwners: string[];
  /** Schemas with tables that the role may not read and write. */
  closedSchemas: string[];
}

/**
 * Checks that the role may make tables, and read and write those that are there: since PostgreSQL 15 a new role may make none in
 * the schema `public`.
 * @param migrations whether tables will be made or changed.
 * @throws ProblemError CONFIG_INVALID with the statements that the database's owner has to run.
 */
export async function requireRights(queryRunner: QueryRunner, { migrations }: { migrations: boolean }): Promise<void> {
  const [rights] = (await queryRunner.query(readRights, [queueSchema])) as [Rights];
  const grants = migrations ? grantsToChange(rights) : grantsToUse(rights);
  if (grants.length === 0) return;
  throw problem(
    'CONFIG_INVALID',
    `the role ${rights.role} lacks rights on the database ${rights.database}; as its owner run: ${grants.join(' ')}`,
  );
}

function grantsToChange({ role, database, schema, ...rights }: Rights): string[] {
  const to = quoted(role);
  const grants = rights.foreignOwners.map((owner) => `GRANT ${quoted(owner)} TO ${to};`);
  if (!rights.mayMakeTables) grants.push(`GRANT USAGE, CREATE ON SCHEMA ${quoted(schema ?? 'public')} TO ${to};`);
  if (!rights.hasQueues && !rights.mayMakeSchemas)
    grants.push(`GRANT CREATE ON DATABASE ${quoted(database)} TO ${to};`);
  return grants;
}

function grantsToUse({ role, closedSchemas }: Rights): string[] {
  return closedSchemas
    .map(quoted)
    .flatMap((schema) => [
      `GRANT USAGE ON SCHEMA ${schema} TO ${quoted(role)};`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${quoted(role)};`,
    ]);
}

const readRights = `
  WITH tables AS (
    SELECT tableowner, schemaname, has_table_privilege(
      (SELECT pg_class.oid FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
       WHERE nspname = schemaname AND relname = tablename), 'SELECT, INSERT, UPDATE, DELETE') AS open
    FROM pg_tables WHERE schemaname IN (current_schema(), $1))
  SELECT current_user AS role, current_database() AS database, current_schema() AS schema,
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayMakeTables",
    has_database_privilege(current_database(), 'CREATE') AS "mayMakeSchemas",
    EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS "hasQueues",
    ARRAY(SELECT DISTINCT tableowner::text FROM tables WHERE NOT pg_has_role(tableowner, 'USAGE')) AS "foreignOwners",
    ARRAY(SELECT DISTINCT schemaname::text FROM tables WHERE NOT open) AS "closedSchemas"`;

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
