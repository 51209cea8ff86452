import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createClient } from 'graphql-ws';
import ts from 'typescript';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { everything } from '../../../src/access/index.js';
import { DatasetImportEntity, type DatasetEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { DatabaseSignals, JobQueue } from '../../../src/jobs/index.js';
import { useDatabase } from '../../support/database.js';
import { codesOf, SocketClient } from './socketClient.js';
import { ask, startTestServer, type TestServer } from './testServer.js';
import { anyProject } from '../../support/anyProject.js';

const database = useDatabase();
let server: TestServer;
let dataset: DatasetEntity;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  dataset = await server.services.datasets.create(everything, { name: 'screws' });
});
afterAll(() => server.stop());

/** An import that nobody runs yet. */
async function queueJob(): Promise<{ id: string; jobId: string }> {
  const jobId = uuid();
  await database.dataSource.transaction(async (manager) => {
    await server.queue.enqueue(manager, { id: jobId, projectId: await anyProject(manager), kind: 'DATASET_IMPORT' });
    const row = { jobId, datasetId: dataset.id, format: 'mvtec', source: { path: '/data' }, dryRun: false };
    await manager.save(manager.create(DatasetImportEntity, row));
  });
  return { jobId, id: encodeGlobalId('DatasetImport', jobId) };
}

const events = `subscription($jobId: ID!, $after: String) { jobEvents(jobId: $jobId, after: $after) {
  __typename seq attempt cursor
  ... on StateChanged { state }
  ... on MetricsReported { stage step totalSteps metrics { name value } }
  ... on LogWritten { level message }
} }`;

interface Event {
  __typename: string;
  seq: number;
  cursor: string;
  state?: string;
  step?: number;
  message?: string;
}

/** Follows a job with the library's own client until the server completes. */
async function follow(id: string, after?: string, onEvent?: (event: Event) => void): Promise<Event[]> {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const seen: Event[] = [];
  for await (const { data } of client.iterate<{ jobEvents: Event }>({
    query: events,
    variables: { jobId: id, after },
  })) {
    seen.push(data!.jobEvents);
    onEvent?.(data!.jobEvents);
  }
  await client.dispose();
  return seen;
}

/** Runs imports as a worker process would; what it imports is nothing. */
async function startWorker(): Promise<{ stop(): Promise<void> }> {
  const signals = new DatabaseSignals(database.dataSource);
  await signals.start();
  const queue = new JobQueue(database.dataSource, signals);
  await queue.work(['DATASET_IMPORT'], async (attempt) => {
    attempt.log('INFO', 'reading');
    attempt.report({ stage: 'import', step: 1, totalSteps: 2, fraction: 0.5, metrics: { images: 3 } });
    await attempt.complete(async () => {});
  });
  return {
    stop: async () => {
      await queue.stop({ graceSeconds: 0 });
      await signals.stop();
    },
  };
}

describe('jobEvents', () => {
  it('replays what was, follows what comes, and completes after the last event', async () => {
    const { id } = await queueJob();
    let began: (() => void) | undefined;
    const beginning = new Promise<void>((resolve) => (began = resolve));
    const following = follow(id, undefined, ({ seq }) => seq === 1 && began?.());
    await beginning;
    const worker = await startWorker();
    const seen = await following;
    await worker.stop();
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.map(({ __typename, state }) => state ?? __typename)).toEqual([
      'QUEUED',
      'RUNNING',
      'LogWritten',
      'MetricsReported',
      'COMPLETED',
    ]);
    expect(seen[3]).toMatchObject({ stage: 'import', step: 1, totalSteps: 2, metrics: [{ name: 'images', value: 3 }] });

    const rest = await follow(id, seen[1]!.cursor);
    expect(rest).toEqual(seen.slice(2));
    const page = await ask<{ node: { events: { nodes: Event[]; totalCount: number } } }>(
      server.url,
      `query($id: ID!, $after: String) { node(id: $id) { ... on Job { events(first: 2, after: $after) { totalCount nodes { __typename seq cursor } } } } }`,
      { id, after: seen[1]!.cursor },
    );
    expect(page.data.node.events).toEqual({
      totalCount: 5,
      nodes: seen.slice(2, 4).map(({ __typename, seq, cursor }) => ({ __typename, seq, cursor })),
    });
  });

  it('is followed to its end by the client of docs/events.md', async () => {
    const text = await readFile(new URL('../../../docs/events.md', import.meta.url), 'utf8');
    const source = /^```ts\n([\s\S]*?)^```/m
      .exec(text)![1]!
      .replace('ws://127.0.0.1:4000', server.url.replace('http', 'ws'));
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
    // Where Node finds its packages.
    const folder = await mkdtemp(fileURLToPath(new URL('../../../node_modules/.residua-', import.meta.url)));
    try {
      await writeFile(join(folder, 'example.mjs'), outputText);
      type Example = { follow(jobId: string, see: (event: Event) => void): Promise<void> };
      const example = (await import(pathToFileURL(join(folder, 'example.mjs')).href)) as Example;
      const { id } = await queueJob();
      const worker = await startWorker();
      const seen: Event[] = [];
      await example.follow(id, (event) => seen.push(event));
      await worker.stop();
      expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
      expect(seen.at(-1)).toMatchObject({ state: 'COMPLETED' });
      await expect(example.follow('nonsense', () => undefined)).rejects.toThrow('is not an id');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses a cursor of another job, one beyond the end and one that is none', async () => {
    const [one, other] = [await queueJob(), await queueJob()];
    const client = await SocketClient.connect(server.url);
    const beyond = Buffer.from(JSON.stringify([`jobEvents:${one.jobId}`, 9_999])).toString('base64url');
    const cursorOfOther = Buffer.from(JSON.stringify([`jobEvents:${other.jobId}`, 1])).toString('base64url');
    for (const [i, after] of [beyond, cursorOfOther, 'nonsense', ''].entries()) {
      client.subscribe(`s${i}`, events, { jobId: one.id, after });
      expect(codesOf(await client.next(({ id }) => id === `s${i}`))).toEqual(['CURSOR_INVALID']);
      const page = `query($id: ID!, $after: String) { node(id: $id) { ... on Job { events(after: $after) { totalCount } } } }`;
      expect((await ask(server.url, page, { id: one.id, after })).codes).toEqual(['CURSOR_INVALID']);
    }
    client.close();
  });

  it('refuses what has no events', async () => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('type', events, { jobId: encodeGlobalId('Dataset', dataset.id) });
    expect(codesOf(await client.next(({ id }) => id === 'type'))).toEqual(['NOT_FOUND']);
    client.subscribe('missing', events, { jobId: encodeGlobalId('TrainingRun', uuid()) });
    expect(codesOf(await client.next(({ id }) => id === 'missing'))).toEqual(['NOT_FOUND']);
    client.close();
  });

  it('lets go of a quiet job as soon as the client does', async () => {
    const waitForFollowers = async (count: number) => {
      await expect.poll(() => server.feed.followerCount, { interval: 10, timeout: 1_500 }).toBe(count);
    };
    const { id } = await queueJob();
    const client = await SocketClient.connect(server.url);
    client.subscribe('quiet', events, { jobId: id });
    await client.next((message) => message.id === 'quiet');
    await waitForFollowers(1);
    client.send({ id: 'quiet', type: 'complete' });
    await waitForFollowers(0);

    client.subscribe('again', events, { jobId: id });
    await client.next((message) => message.id === 'again');
    await waitForFollowers(1);
    client.socket.terminate();
    await waitForFollowers(0);
  });
});

describe('cancelJob', () => {
  const cancel = `mutation($id: ID!) { cancelJob(input: { id: $id }) { job { id state } userErrors { code field } } }`;
  interface Cancelled {
    cancelJob: { job: { state: string } | null; userErrors: { code: string; field: string[] }[] };
  }

  it('ends a job that waits; a second time it is a conflict', async () => {
    const { id } = await queueJob();
    const first = await ask<Cancelled>(server.url, cancel, { id });
    expect(first.data.cancelJob).toEqual({ job: { id, state: 'CANCELLED' }, userErrors: [] });
    expect((await follow(id)).map(({ state }) => state)).toEqual(['QUEUED', 'CANCELLED']);
    const second = await ask<Cancelled>(server.url, cancel, { id });
    expect(second.data.cancelJob).toEqual({ job: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'id'] }] });
  });

  it.each([
    ['the id of a data set', () => encodeGlobalId('Dataset', dataset.id), 'NOT_FOUND'],
    ['an id nobody has', () => encodeGlobalId('TrainingRun', uuid()), 'NOT_FOUND'],
    ['no id', () => 'nonsense', 'BAD_USER_INPUT'],
  ])('names %s', async (_name, id, code) => {
    const { data } = await ask<Cancelled>(server.url, cancel, { id: id() });
    expect(data.cancelJob.userErrors).toEqual([{ code, field: ['input', 'id'] }]);
  });
});
