import { once } from 'node:events';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { DatasetImportEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import type { JobAttempt } from '../../../src/jobs/index.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { useDatabase } from '../../support/database.js';
import { gate } from '../../support/jobs.js';
import { codesOf, SocketClient, type Message } from './socketClient.js';
import { startTestServer, type TestServer } from './testServer.js';
import { anyProject } from '../../support/anyProject.js';

const database = useDatabase();
const answerMilliseconds = 400;
let server: TestServer;
beforeAll(async () => {
  const limits = { ...defaultLimits, socketAnswerMilliseconds: answerMilliseconds };
  server = await startTestServer(database.dataSource, { limits });
});
afterAll(() => server.stop());

const events = `subscription($id: ID!, $after: String) { jobEvents(jobId: $id, after: $after) { seq cursor ... on LogWritten { message } } }`;
type Event = { seq: number; cursor: string };
const eventOf = ({ payload }: Message) => (payload as { data: { jobEvents: Event } }).data.jobEvents;
const seqsOf = (client: SocketClient) =>
  client.received.filter(({ type }) => type === 'next').map((message) => eventOf(message).seq);

/** Starts an import that says something at every step until `end` opens. */
async function talkativeJob(end: Promise<void>): Promise<string> {
  const dataset = await server.services.datasets.create(everything, { name: uuid() });
  const jobId = uuid();
  let ended = false;
  void end.then(() => (ended = true));
  await server.queue.work(['DATASET_IMPORT'], async (attempt: JobAttempt) => {
    while (!ended) {
      for (let i = 0; i < 20; i++) attempt.log('INFO', 'x'.repeat(5_000));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await database.dataSource.transaction(async (manager) => {
    await server.queue.enqueue(manager, { id: jobId, projectId: await anyProject(manager), kind: 'DATASET_IMPORT' });
    const row = { jobId, datasetId: dataset.id, format: 'mvtec', source: { path: '/data' }, dryRun: false };
    await manager.save(manager.create(DatasetImportEntity, row));
  });
  return encodeGlobalId('DatasetImport', jobId);
}

it('a client that stops reading is sent away with SUBSCRIBER_TOO_SLOW and continues from its cursor; others get everything', async () => {
  const end = gate();
  const id = await talkativeJob(end.opened);
  const [stalled, healthy] = [await SocketClient.connect(server.url), await SocketClient.connect(server.url)];
  stalled.subscribe('1', events, { id });
  healthy.subscribe('1', events, { id });
  await stalled.next(({ type }) => type === 'next');
  stalled.socket.pause();
  await expect
    .poll(() => server.logged.some(({ msg }) => msg === 'a subscriber is too slow'), { timeout: 5_000 })
    .toBe(true);
  expect(server.feed.followerCount).toBeLessThanOrEqual(2);

  stalled.socket.resume();
  const error = await stalled.next(({ type }) => type === 'error');
  expect(codesOf(error)).toEqual(['SUBSCRIBER_TOO_SLOW']);
  expect(await stalled.closed).toEqual({ code: 1013, reason: 'SUBSCRIBER_TOO_SLOW' });

  const again = await SocketClient.connect(server.url);
  const last = eventOf(stalled.received.findLast(({ type }) => type === 'next')!);
  again.subscribe('1', events, { id, after: last.cursor });
  end.open();
  await Promise.all([again, healthy].map((client) => client.next(({ type }) => type === 'complete')));
  const seen = [...seqsOf(stalled), ...seqsOf(again)];
  expect(seen).toEqual(seen.map((_, i) => i + 1));
  expect(seqsOf(healthy)).toEqual(seen);
  again.close();
  healthy.close();
});

it('a client that answers pings stays, however quiet its job is', async () => {
  const client = await SocketClient.connect(server.url);
  let pings = 0;
  client.socket.on('ping', () => pings++);
  while (pings < 4) await once(client.socket, 'ping');
  await client.stillWorks();
  client.close();
});

it('a client that sends pongs without being asked, and does not read, is sent away all the same', async () => {
  const client = await SocketClient.open(server.url, { autoPong: false });
  client.send({ type: 'connection_init' });
  await client.next(({ type }) => type === 'connection_ack');
  const pongs = setInterval(() => client.socket.pong(), answerMilliseconds / 10);
  await client.closed;
  clearInterval(pongs);
});
