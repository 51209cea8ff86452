import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalBlobStore } from '../../../src/files/index.js';
import { useDatabase } from '../../support/database.js';
import { ask } from '../graphql/testServer.js';
import { SocketClient } from '../graphql/socketClient.js';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  service: string;
}

/** Takes what exporters send, as a collector would. */
async function startCollector(): Promise<{ url: string; spans: Span[]; server: Server }> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.url === '/v1/traces') spans.push(...spansOf(Buffer.concat(parts).toString()));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, server };
}

function spansOf(text: string): Span[] {
  interface Export {
    resourceSpans: {
      resource: { attributes: { key: string; value: { stringValue: string } }[] };
      scopeSpans: { spans: Omit<Span, 'service'>[] }[];
    }[];
  }
  return (JSON.parse(text) as Export).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')!.value.stringValue;
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const database = useDatabase();
const token = 'a-secret-token-of-this-test';
const traceId = '0af7651916cd43dd8448eb211c80319c';
let home: string;
let collector: Awaited<ReturnType<typeof startCollector>>;
let metricsPort: number;
let child: ChildProcess;
let url: string;
const log: string[] = [];

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'residua-observed-'));
  await (await LocalBlobStore.open(path.join(home, 'blobs'))).put(Buffer.from('twelve bytes'));
  collector = await startCollector();
  metricsPort = await freePort();
  const flags = ['--conditions=residua-source', '--import', 'tsx', 'src/cli/residua.ts', 'serve', '--json'];
  child = spawn(process.execPath, [...flags, '--port', '0'], {
    cwd: fileURLToPath(new URL('../../../', import.meta.url)),
    env: {
      ...process.env,
      ...{ NODE_OPTIONS: '', RESIDUA_HOME: home, DATABASE_URL: database.url, RESIDUA_IMPORT_ROOTS: home },
      ...{ RESIDUA_API_TOKEN: token, RESIDUA_METRICS_PORT: String(metricsPort), RESIDUA_LOG_LEVEL: 'debug' },
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface(child.stderr!).on('line', (line) => log.push(line));
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  ({ url } = JSON.parse(line) as { url: string });
}, 120_000);
afterAll(async () => {
  child.kill('SIGKILL');
  collector.server.close();
  await rm(home, { recursive: true, force: true });
});

interface Started {
  importDataset: { import: { id: string } };
}

/** Asks for an import of a folder that is none, with a variable nobody else must see, and follows it to its end. */
async function failingImport(): Promise<string> {
  await mkdir(path.join(home, 'secret-folder'));
  const created = await send<{ createDataset: { dataset: { id: string } } }>(
    'mutation { createDataset(input: { name: "watched" }) { dataset { id } } }',
  );
  const { importDataset } = await send<Started>(
    'mutation($input: ImportDatasetInput!) { importDataset(input: $input) { import { id } userErrors { message } } }',
    {
      input: {
        datasetId: created.createDataset.dataset.id,
        format: 'mvtec',
        path: path.join(home, 'secret-folder'),
      },
    },
  );
  const client = await SocketClient.connect(url, { authorization: `Bearer ${token}` });
  client.subscribe('1', 'subscription($id: ID!) { jobEvents(jobId: $id) { seq } }', { id: importDataset.import.id });
  await client.next(({ type }) => type === 'complete');
  client.close();
  return importDataset.import.id;
}

async function send<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', authorization: `Bearer ${token}` },
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    },
    body: JSON.stringify({ query, variables }),
  });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  return ((await response.json()) as { data: Data }).data;
}

async function metricsOf(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

it('is seen in metrics, logs and traces, and what is secret is not', async () => {
  const jobGlobalId = await failingImport();
  const jobId = Buffer.from(jobGlobalId, 'base64url').toString().split(':')[1]!;
  expect((await ask(url, '{ __typename }')).codes).toEqual(['UNAUTHENTICATED']);

  const api = await metricsOf(metricsPort);
  expect(api).toMatch(/residua_http_request_duration_seconds_count{method="POST",route="\/graphql",status="200"} 2\n/);
  expect(api).toMatch(/residua_http_request_duration_seconds_count{method="POST",route="\/graphql",status="401"} 1\n/);
  expect(api).toMatch(/residua_jobs{kind="DATASET_IMPORT",state="FAILED"} 1\n/);
  expect(api).toContain('residua_failed_jobs{kind="DATASET_IMPORT",code="DATASET_LAYOUT_INVALID"} 1\n');
  expect(api).toContain('\nresidua_stored_files 1\n');
  expect(api).toContain('\nresidua_stored_bytes 12\n');
  expect(api).toMatch(/residua_event_lag_seconds_count [1-9]/);
  for (const name of [
    ...['websocket_connections', 'subscriptions', 'slow_subscribers_total', 'oldest_queued_job_seconds'],
    ...['oldest_heartbeat_seconds', 'database_connections{state="busy"}'],
  ]) {
    expect(api).toContain(`\nresidua_${name} 0\n`);
  }
  expect(api).toMatch(/nodejs_eventloop_lag_p99_seconds [0-9.e-]+\n/);
  const worker = await metricsOf(metricsPort + 1);
  expect(worker).toMatch(/\nresidua_tensors \d+\n/);
  expect(worker).toContain('\nresidua_worker_jobs 0\n');
  expect((await fetch(`http://127.0.0.1:${metricsPort}/graphql`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);

  const ours = collector.spans.filter((span) => span.traceId === traceId);
  const mutation = ours.find(({ name }) => name === 'mutation importDataset')!;
  const attempt = ours.find(({ name }) => name === 'attempt DATASET_IMPORT')!;
  expect(mutation).toMatchObject({ service: 'residua-api', parentSpanId: 'b7ad6b7169203331' });
  expect(attempt).toMatchObject({ service: 'residua-worker', parentSpanId: mutation.spanId });
  expect(attempt.attributes).toContainEqual({ key: 'residua.job_id', value: { stringValue: jobId } });

  const lines = log.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
  const request = lines.find(({ msg, status }) => msg === 'request' && status === 200)!;
  expect(request).toMatchObject({ method: 'POST', route: '/graphql', requestId: expect.any(String) as string });
  expect(lines.find((line) => line['jobId'] === jobId && line['msg'] === 'an attempt began')).toMatchObject({
    ...{ name: 'jobs', attempt: 1, traceId },
  });
  expect(log.join('\n')).not.toContain(token);
  expect(log.join('\n')).not.toContain(new URL(database.url).password);
  expect(log.join('\n')).not.toContain('secret-folder');
}, 120_000);
