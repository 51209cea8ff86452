import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting } from './registrySetting.js';
import { SocketClient } from './socketClient.js';
import { startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let variables: { input: object };
beforeAll(async () => {
  // No worker answers: a question stays until it is taken back.
  server = await startTestServer(database.dataSource);
  const setting = new RegistrySetting(database.dataSource, server.services);
  await setting.prepare('plates', [{ filename: 'a.png', label: 'NORMAL' }]);
  const version = await setting.version('plates');
  const [image] = (await server.services.images.page(everything, setting.datasetId, {}, { first: 1 })).nodes;
  variables = {
    input: { modelVersionId: encodeGlobalId('ModelVersion', version.id), imageId: encodeGlobalId('Image', image!.id) },
  };
});
afterAll(() => server.stop());

const query = 'mutation($input: PredictInput!) { predict(input: $input) { userErrors { code } } }';
const questions = async () => (await database.dataSource.query<unknown[]>('SELECT id FROM pgboss.job')).length;
const untilAsked = (count: number) => vi.waitUntil(async () => (await questions()) === count, { timeout: 10_000 });

describe('a question of predict is taken back', () => {
  beforeEach(() => untilAsked(0));

  it('when its HTTP connection closes', async () => {
    const client = new AbortController();
    const asked = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: client.signal,
    });
    await untilAsked(1);
    client.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    await untilAsked(0);
  });

  it('when its WebSocket closes', async () => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('1', query, variables);
    client.subscribe('2', query, variables);
    await untilAsked(2);
    client.close();
    await untilAsked(0);
  });

  it('when the client completes its operation, and no other', async () => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('1', query, variables);
    client.subscribe('2', query, variables);
    await untilAsked(2);
    client.send({ type: 'complete', id: '1' });
    await untilAsked(1);
    await client.stillWorks();
    expect(await questions()).toBe(1);
    client.send({ type: 'complete', id: '2' });
    await untilAsked(0);
    client.close();
  });
});
