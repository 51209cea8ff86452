import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalBlobStore } from '../../../src/files/index.js';
import { startApi, type Api } from '../../../src/main/api.js';
import { readConfig } from '../../../src/main/config.js';
import { PredictionLogWriter } from '../../../src/services/prediction-log/predictionLogWriter.js';
import { anyProject } from '../../support/anyProject.js';
import { useDatabase } from '../../support/database.js';
import { residua } from '../../support/residuaProcesses.js';
import { startWorkerProcess, type WorkerProcess } from '../../support/workerProcess.js';
import { encodeGlobalId } from '../../../src/shared/globalId.js';
import { ask } from '../graphql/testServer.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = path.join(root, 'examples/tcp-sink');
const database = useDatabase();
let home: string;
let plugin: string;
let api: Api;
let worker: WorkerProcess;
const gateway = { lines: [] as string[], sockets: new Set<Socket>(), server: undefined as Server | undefined, port: 0 };

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'residua-tcp-sink-'));
  // Outside of the repository, with nothing beside it.
  plugin = path.join(home, 'tcp-sink');
  cpSync(example, plugin, { recursive: true });
  await listen();
  const environment = {
    ...{ RESIDUA_HOME: home, RESIDUA_PORT: '0', DATABASE_URL: database.url },
    ...{ RESIDUA_PLUGINS: plugin, RESIDUA_WEBHOOK_PRIVATE: 'true', RESIDUA_WORKER_KINDS: 'DATASET_EXPORT' },
  };
  api = await startApi({ ...readConfig(environment), databaseUrl: database.url });
  worker = startWorkerProcess(environment);
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  hangUp();
  rmSync(home, { recursive: true, force: true });
});

/** A gateway that acknowledges every line. */
async function listen(): Promise<void> {
  const server = createServer((socket) => {
    gateway.sockets.add(socket);
    socket.on('error', () => undefined);
    createInterface(socket).on('line', (line) => {
      gateway.lines.push(line);
      socket.write(`ACK ${/^(?:BEAT )?(\d+)/.exec(line)![1]}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(gateway.port, '127.0.0.1', resolve));
  Object.assign(gateway, { server, port: (server.address() as AddressInfo).port });
}

function hangUp(): void {
  gateway.server?.close();
  for (const socket of gateway.sockets) socket.destroy();
}

const verdicts = () => [...new Set(gateway.lines.filter((line) => !line.startsWith('BEAT') && !line.startsWith('0;')))];

describe('examples/tcp-sink', () => {
  it(
    'takes verdicts and heartbeats from a worker, and loses none while its gateway is away',
    { timeout: 180_000 },
    async () => {
      const projectId = await anyProject(database.dataSource.manager);
      const params = { host: '127.0.0.1', port: gateway.port };
      const wrong = await create(projectId, { ...params, port: 0 });
      expect(wrong.userErrors).toMatchObject([
        { code: 'PLUGIN_PARAMS_INVALID', field: ['input', 'plugin', 'params', 'port'] },
      ]);
      const { sink, userErrors } = await create(projectId, params);
      expect(userErrors).toEqual([]);
      const test = async () => {
        const { data } = await ask<{ testSink: { delivery: { failure: string | null } | null } } | null>(
          api.url,
          'mutation($sinkId: ID!) { testSink(input: { sinkId: $sinkId }) { delivery { failure } userErrors { message } } }',
          { sinkId: sink!.sinkId },
        );
        return data?.testSink.delivery;
      };
      // As soon as the worker is there.
      await expect.poll(test, { interval: 500, timeout: 90_000, message: worker.output() }).toEqual({ failure: null });
      expect(gateway.lines).toContain('0;;;NOK');
      const writer = new PredictionLogWriter(database.dataSource, await LocalBlobStore.open(path.join(home, 'blobs')));
      const predict = async (partId: string, isAnomalous: boolean) => {
        writer.add({
          ...{
            projectId,
            modelVersionId: null,
            model: 'tiles',
            version: 1,
            source: 'HTTP',
            station: 'press;1',
            partId,
          },
          ...{ filename: null, anomalyScore: 1, isAnomalous, imageThreshold: 2, pixelThreshold: 1, regions: [] },
          ...{ latencySeconds: 0.1 },
        });
        await writer.flush();
      };
      await predict('A', false);
      await expect.poll(verdicts, { interval: 50, timeout: 30_000 }).toEqual(['1;press_1;A;OK']);
      hangUp();
      await predict('B', true);
      await predict('C', false);
      await listen();
      const all = ['1;press_1;A;OK', '2;press_1;B;NOK', '3;press_1;C;OK'];
      await expect.poll(verdicts, { interval: 50, timeout: 60_000 }).toEqual(all);
      const beats = () => gateway.lines.filter((line) => line.startsWith('BEAT')).length;
      await expect.poll(beats, { interval: 50, timeout: 30_000 }).toBeGreaterThan(2);
      await writer.stop();
    },
  );

  it('keeps what residua plugins check asks of sinks', { timeout: 120_000 }, async () => {
    const params = JSON.stringify({ host: '127.0.0.1', port: gateway.port });
    const { code, out, err } = await residua(['plugins', 'check', plugin, '--params', params], { RESIDUA_HOME: home });
    expect([code, out, err]).toEqual([0, expect.stringContaining('4 of 4 rules are kept'), '']);
  });

  it.each(['package.json', 'index.js'])('is shown in the documentation as it is: %s', (file) => {
    const documentation = readFileSync(path.join(root, 'docs/plugins.md'), 'utf8');
    expect(documentation).toContain(readFileSync(path.join(example, file), 'utf8'));
  });
});

async function create(projectId: string, params: object) {
  const { data, errors } = await ask<{
    createSink: { sink: { sinkId: string } | null; userErrors: { code: string; field: string[] }[] };
  }>(
    api.url,
    'mutation($input: CreateSinkInput!) { createSink(input: $input) { sink { sinkId } userErrors { code field message } } }',
    {
      input: {
        ...{ projectId: encodeGlobalId('Project', projectId), name: 'PLC', heartbeatSeconds: 1 },
        plugin: { name: 'tcp-lines', params },
      },
    },
  );
  expect(errors).toEqual([]);
  return data.createSink;
}
