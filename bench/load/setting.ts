import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { everything } from '../../src/access/index.js';
import { createDataSource, migrate, startEmbeddedPostgres } from '../../src/database/index.js';
import { ImageEntity } from '../../src/database/entities/index.js';
import { encodePng } from '../../src/files/index.js';
import { encodeGlobalId } from '../../src/graphql/index.js';
import { readConfig } from '../../src/main/config.js';
import { openRuntime, type Runtime } from '../../src/main/runtime.js';
import { RandomSource } from '../../src/shared/random.js';
import { MeasuredProcess } from './measuredProcess.js';

/** An installation of its own for one scenario: PostgreSQL as safe as it always is, an API process, workers. */
export interface Setting {
  dataSource: DataSource;
  api: MeasuredProcess;
  /** Images there are in the data set `tiles`. */
  images: number;
  worker(): Promise<MeasuredProcess>;
  /** Starts a training by the API. @returns the id of the run. */
  train(input: object): Promise<string>;
  /** A training that reports `rate` steps a second for `seconds`. */
  talk(rate: number, seconds: number): Promise<string>;
  stop(): Promise<void>;
}

const imageSize = 64;
const images = 60;

/** Makes one in a temporary folder; `stop` removes everything. */
export async function openSetting(): Promise<Setting> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'residua-load-'));
  const postgres = await startEmbeddedPostgres(home);
  const dataSource = await createDataSource(postgres.url, { poolSize: 2 }).initialize();
  await migrate(dataSource);
  const snapshotId = await fill(home, postgres.url);
  const env = {
    ...process.env,
    ...{ DATABASE_URL: postgres.url, RESIDUA_HOME: home },
    RESIDUA_PLUGINS: fileURLToPath(new URL('talker', import.meta.url)),
  };
  const api = await MeasuredProcess.start('API', ['serve', '--no-worker', '--port', '0'], env);
  const running = [api];
  const train = async (input: object) => {
    const choices = { snapshotId, supervision: 'UNSUPERVISED', modelName: 'tiles', ...input };
    const { startTraining } = await ask<{ startTraining: { run: { id: string } | null; userErrors: object[] } }>(
      api.url,
      'mutation($input: StartTrainingInput!) { startTraining(input: $input) { run { id } userErrors { message } } }',
      { input: choices },
    );
    if (!startTraining.run) throw new Error(JSON.stringify(startTraining.userErrors));
    return startTraining.run.id;
  };
  return {
    ...{ dataSource, api, images, train },
    worker: async () => {
      const worker = await MeasuredProcess.start('worker', ['worker'], env);
      running.push(worker);
      return worker;
    },
    talk: (rate, seconds) =>
      train({ detector: { name: 'talker', params: { rate, seconds } }, settings: { imageSize } }),
    stop: async () => {
      await Promise.all(running.map((process) => process.stop()));
      await dataSource.destroy();
      await postgres.stop();
      for (const folder of [home, postgres.folder]) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One operation over HTTP. */
export async function ask<Data>(url: string, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** A data set of noise, half of it to train on. @returns the global id of its snapshot. */
async function fill(home: string, databaseUrl: string): Promise<string> {
  const runtime = await openRuntime({ ...readConfig({ RESIDUA_HOME: home }), databaseUrl });
  try {
    await runtime.services.projects.default();
    const { id: datasetId } = await runtime.services.datasets.create(everything, { name: 'tiles' });
    for (let number = 0; number < images; number++) await addImage(runtime, datasetId, number);
    return encodeGlobalId('Snapshot', (await runtime.services.snapshots.create(everything, { datasetId })).id);
  } finally {
    await runtime.stop();
  }
}

async function addImage({ blobs, dataSource }: Runtime, datasetId: string, number: number): Promise<void> {
  const random = RandomSource.fromSeed(number);
  const data = Uint8Array.from({ length: imageSize ** 2 * 3 }, () => 100 + random.integer(60));
  const blob = await blobs.put(await encodePng({ width: imageSize, height: imageSize, data }));
  const forTraining = number < 5;
  await dataSource.getRepository(ImageEntity).insert({
    ...{ id: uuid(), datasetId, ...blob, width: imageSize, height: imageSize, defectType: null, label: 'NORMAL' },
    ...{ filename: `${number}.png`, split: forTraining ? 'TRAIN' : 'TEST' },
  });
}
