import { type DataSource, type EntityManager, MigrationExecutor, type QueryRunner } from 'typeorm';
import { problem } from '../shared/errors.js';
import { isLockTimeout } from './databaseErrors.js';
import { installQueues } from './queueSchema.js';
import { requireRights } from './requireRights.js';

/** Any number, the same in every process: "resi" in ASCII. */
const migrationLock = 0x72657369;

/**
 * Brings the schema of an initialized data source up to date: Residua's migrations, then pg-boss's own tables and queues.
 * Several processes may call it at once: one works, the others wait for it and find nothing left to do.
 * @returns names of the migrations that were executed.
 * @throws ProblemError CONFIG_INVALID when the role lacks rights: the message has the statements that grant them; for a database
 * of a newer release.
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  return underMigrationLock(dataSource, async (queryRunner) => {
    const executor = executorOn(dataSource, queryRunner);
    // Asking for pending migrations makes their table, for which the rights may be missing.
    await requireRights(queryRunner, { migrations: !(await hasMigrationsTable(queryRunner)) });
    await requireRights(queryRunner, { migrations: (await executor.getPendingMigrations()).length > 0 });
    await refuseNewer(dataSource, executor);
    const executed = await executor.executePendingMigrations();
    await installQueues(dataSource);
    return executed.map((migration) => migration.name);
  });
}

/** Tables that are newer than the code would be read wrongly, and written. */
async function refuseNewer({ migrations }: DataSource, executor: MigrationExecutor): Promise<void> {
  const known = migrations.map(({ name }) => name);
  const newer = (await executor.getExecutedMigrations())
    .map(({ name }) => name)
    .filter((name) => !known.includes(name));
  if (newer.length === 0) return;
  const message = `the database is of a newer release, with ${newer.join(', ')}; run that one, or restore a backup made before the upgrade`;
  throw problem('CONFIG_INVALID', message, { item: 'database' });
}

/** Whether tables of an earlier release are here, which {@link migrate} would change. Executes nothing. */
export async function isUpgrade(dataSource: DataSource): Promise<boolean> {
  return (await tablesOf(dataSource)) === 'earlier';
}

/**
 * Refuses a database that cannot be worked on as it is; changes nothing.
 * @param upToDate tables of an earlier release are refused, too.
 * @throws ProblemError NOT_FOUND where Residua has no tables, CONFLICT for tables of an earlier release, CONFIG_INVALID for those of a newer
 * one and for missing rights.
 */
export async function requireTables(dataSource: DataSource, { upToDate }: { upToDate: boolean }): Promise<void> {
  const found = await tablesOf(dataSource);
  const item = 'database';
  if (found === 'none') throw problem('NOT_FOUND', 'the database holds no tables of Residua', { item });
  if (found === 'earlier' && upToDate) {
    const message = 'the database is of an earlier release: residua migrate brings it up to this one';
    throw problem('CONFLICT', message, { item });
  }
}

async function tablesOf(dataSource: DataSource): Promise<'none' | 'earlier' | 'current'> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    // Asking for executed migrations makes their table.
    if (!(await hasMigrationsTable(queryRunner))) return 'none';
    await requireRights(queryRunner, { migrations: false });
    const executor = executorOn(dataSource, queryRunner);
    await refuseNewer(dataSource, executor);
    if ((await executor.getExecutedMigrations()).length === 0) return 'none';
    return (await executor.getPendingMigrations()).length > 0 ? 'earlier' : 'current';
  } finally {
    await queryRunner.release();
  }
}

/** Takes back the newest migration. pg-boss's tables stay. */
export async function revertLastMigration(dataSource: DataSource): Promise<void> {
  await underMigrationLock(dataSource, async (queryRunner) => {
    await executorOn(dataSource, queryRunner).undoLastMigration();
  });
}

/** Nothing of a rehearsal may wait for long: what waits for it waits, too. */
const rehearsalSettings = `SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = 0`;

/**
 * Shows what the database would be after `migrate`: executes the missing migrations in a transaction, does `work` in it, and takes
 * everything back. Tables that change are locked meanwhile, so servers and workers should be stopped.
 */
export async function rehearseMigration<T>(
  dataSource: DataSource,
  work: (manager: EntityManager, executed: string[]) => Promise<T>,
): Promise<T> {
  return underMigrationLock(dataSource, async (queryRunner) => {
    await queryRunner.startTransaction();
    try {
      await queryRunner.query(rehearsalSettings);
      const executor = executorOn(dataSource, queryRunner);
      executor.transaction = 'none';
      const executed = await executor.executePendingMigrations();
      return await work(
        queryRunner.manager,
        executed.map(({ name }) => name),
      );
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      const message = 'others work on the tables that would change: stop servers and workers, then look again';
      throw problem('CONFLICT', message, { item: 'database' });
    } finally {
      await queryRunner.rollbackTransaction();
    }
  });
}

/** Names of the migrations that `migrate` would execute, oldest first. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const pending = await executorOn(dataSource, queryRunner).getPendingMigrations();
    return pending.map((migration) => migration.name);
  } finally {
    await queryRunner.release();
  }
}

/** Names of the migrations that made the tables what they are, oldest first. */
export async function executedMigrations(dataSource: DataSource): Promise<string[]> {
  const pending = await pendingMigrations(dataSource);
  return dataSource.migrations.map(({ name }) => name!).filter((name) => !pending.includes(name));
}

/**
 * Brings the tables to where exactly these migrations were executed, forwards or back. Going back loses what only the
 * newer tables can hold.
 */
export async function migrateExactly(dataSource: DataSource, names: readonly string[]): Promise<void> {
  await migrate(dataSource);
  for (let executed = await executedMigrations(dataSource); executed.length > names.length; executed.pop()) {
    await revertLastMigration(dataSource);
  }
}

/**
 * What differs between the entities and a migrated database: the statements that would make them equal, and tables that
 * no entity names. Empty when the migrations are complete.
 */
export async function schemaDrift(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  const known = ['migrations', ...dataSource.entityMetadatas.map((entity) => entity.tableName)];
  const strangers = await dataSource.query<{ tablename: string }[]>(
    `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> ALL ($1) ORDER BY 1`,
    [known],
  );
  return [
    ...upQueries.map(({ query }) => query),
    ...strangers.map(({ tablename }) => `-- table "${tablename}" belongs to no entity`),
  ];
}

/** Also when this role may not read it. */
async function hasMigrationsTable(queryRunner: QueryRunner): Promise<boolean> {
  const found = (await queryRunner.query(
    `SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migrations'`,
  )) as unknown[];
  return found.length > 0;
}

function executorOn(dataSource: DataSource, queryRunner: QueryRunner): MigrationExecutor {
  const executor = new MigrationExecutor(dataSource, queryRunner);
  executor.transaction = 'each';
  return executor;
}

async function underMigrationLock<T>(
  dataSource: DataSource,
  work: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  await queryRunner.connect();
  try {
    // Waiting for another process counts as a running statement, and a migration may take its time.
    await queryRunner.query('SET statement_timeout = 0');
    await queryRunner.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    try {
      return await work(queryRunner);
    } finally {
      await queryRunner.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
      await queryRunner.query('RESET statement_timeout');
    }
  } finally {
    await queryRunner.release();
  }
}
