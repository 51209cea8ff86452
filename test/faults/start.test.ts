import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.js';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/index.js';
import { type Child, runChild } from '../support/childProcess.js';
import { createEmptyDatabase, dropDatabase } from '../support/database.js';
import { ask } from '../integration/graphql/testServer.js';
import { TrainingSetting } from './trainingSetting.js';

let url: string;
let dataSource: DataSource;
let children: Child[] = [];
let setting: TrainingSetting | undefined;
beforeAll(async () => {
  url = await createEmptyDatabase();
  dataSource = await createDataSource(url, { poolSize: 1 }).initialize();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await setting?.dispose();
  await dataSource.destroy();
  await dropDatabase(url);
});

it('five APIs and three workers start together on an empty database: migrations are executed once, and runs complete', async () => {
  const start = (...args: string[]) =>
    runChild('../../src/cli/residua.ts', args, { DATABASE_URL: url, RESIDUA_LOG_LEVEL: 'warn' });
  const apis = Array.from({ length: 5 }, () => start('serve', '--no-worker', '--port', '0', '--json'));
  children = [...apis, ...Array.from({ length: 3 }, () => start('worker'))];
  const urls = await Promise.all(apis.map(async (api) => (JSON.parse(await api.line()) as { url: string }).url));
  const executed = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  expect(executed.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  const projects = await Promise.all(
    urls.map((api) => ask<{ projects: { nodes: { name: string }[] } }>(api, '{ projects { nodes { name } } }')),
  );
  for (const { data } of projects) expect(data.projects.nodes).toEqual([{ name: 'default' }]);
  for (const child of children) child.kill('SIGTERM');
  expect(await Promise.all(children.map(({ ended }) => ended))).toEqual(children.map(() => 0));

  setting = await TrainingSetting.open(url);
  setting.worker();
  await setting.weights(await setting.train());
  await setting.close();
});
