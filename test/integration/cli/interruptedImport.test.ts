import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { aborted } from '../../../src/cli/processes/interruption.js';
import { runDatasetImportJob } from '../../../src/worker/import/datasetImportJob.js';
import { runChild, type Child } from '../../support/childProcess.js';
import { useDatabase } from '../../support/database.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { category, zipped } from '../imports/importSetting.js';
import { typed } from './typedCommands.js';

vi.setConfig({ testTimeout: 180_000 });

const database = useDatabase();
let server: TestServer;
let folder: string;
let command: Child | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-interrupted-'));
  await writeFile(join(folder, 'tiles.zip'), zipped(await category()));
  server = await startTestServer(database.dataSource);
  await server.queue.work(['DATASET_IMPORT'], async (attempt) => {
    if (command) {
      command.kill('SIGINT');
      await aborted(attempt.signal);
    }
    await runDatasetImportJob(server, attempt);
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

it('Ctrl-C in the middle of an import cancels it, leaves nothing, and a second one works', async () => {
  const args = ['import', join(folder, 'tiles.zip'), '--dataset', 'tiles'];
  command = runChild('../../src/cli/residua.ts', [...args, '--url', server.url]);
  expect(await command.ended).toBe(130);
  command = undefined;
  expect(await server.services.datasets.byName(everything, 'tiles')).toBeNull();
  const again = await typed(server.url, args);
  expect(again.error).toBeUndefined();
  expect(again.printed).toContain('7 images and 2 annotations are now in tiles');
});
