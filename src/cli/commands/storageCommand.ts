import type { StorageParts } from '../../services/storage/verifyStorage.js';
import { problem } from '../../shared/errors.js';
import { StopSequence } from '../processes/stopSequence.js';
import { createTerminal, type Terminal } from '../terminal/terminal.js';
import { openDatabase } from './openDatabase.js';

/**
 * Runs work on the database and blob store that the environment names, without a server in between.
 * @param tables `any`: tables of an earlier release are worked on as they are; `new`: there may be none, and an embedded database
 * that is not there is made. Nothing here migrates: that is for `migrate` and `serve`, which look first at what would be lost.
 * @throws ProblemError NOT_FOUND when it is not there and may not be made: nothing is in order of which there is nothing; CONFLICT for
 * tables of an earlier release.
 */
export async function onStorage(
  options: { json?: boolean },
  tables: 'any' | 'current' | 'new',
  work: (parts: StorageParts, terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { readConfig } = await import('../../main/config.js');
  const { openBlobStore } = await import('../../main/openBlobStore.js');
  const { createDataSource, hasEmbeddedPostgres, requireTables } = await import('../../database/index.js');
  const stops = new StopSequence();
  try {
    const given = readConfig();
    if (given.databaseUrl === undefined && tables !== 'new' && !hasEmbeddedPostgres(given.home)) {
      throw problem('NOT_FOUND', `${given.home} holds no database; say by RESIDUA_HOME or DATABASE_URL where one is`);
    }
    const config = await openDatabase(given, stops);
    const dataSource = await createDataSource(config.databaseUrl, { poolSize: 3 }).initialize();
    stops.add('connection', () => dataSource.destroy());
    if (tables !== 'new') await requireTables(dataSource, { upToDate: tables === 'current' });
    await work({ dataSource, blobs: await openBlobStore(config) }, createTerminal(options));
  } finally {
    await stops.stopAll();
  }
}

/** Draws the progress of `work` under a title. */
export async function withProgress<T>(
  terminal: Terminal,
  title: string,
  work: (progress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const display = terminal.progress(title);
  const unknown = { cursor: '', seq: 0, at: '', attempt: 1, metrics: [], secondsPerStep: null, etaSeconds: null };
  try {
    return await work((step, totalSteps) => {
      display.show({ ...unknown, __typename: 'MetricsReported', stage: 'files', step, totalSteps });
    });
  } finally {
    display.end();
  }
}
