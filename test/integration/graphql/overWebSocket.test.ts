import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Extensions, Query, Resolver } from 'type-graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { anybody } from '../../../src/graphql/access/access.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { useDatabase } from '../../support/database.js';
import { SocketClient, codesOf } from './socketClient.js';
import { startTestServer, type GraphqlAnswer, type TestServer } from './testServer.js';

@Resolver()
class FailpointResolver {
  @Extensions(anybody)
  @Query(() => String)
  failpoint(): string {
    throw new Error('relation "secret_table" does not exist');
  }

  /** Never answers. */
  @Extensions(anybody)
  @Query(() => String)
  silence(): Promise<string> {
    return new Promise(() => undefined);
  }
}

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  const limits = { ...defaultLimits, connectionInitMilliseconds: 300 };
  server = await startTestServer(database.dataSource, { limits }, [FailpointResolver]);
});
afterAll(() => server.stop());

describe('the protocol', () => {
  it('closes with 4408 a socket that does not begin', async () => {
    expect((await (await SocketClient.open(server.url)).closed).code).toBe(4408);
  });

  it('closes with 4401 a socket that subscribes before the acknowledgement', async () => {
    const client = await SocketClient.open(server.url);
    client.subscribe('1', '{ __typename }');
    expect((await client.closed).code).toBe(4401);
  });

  it('closes with 4429 a socket that begins twice', async () => {
    const client = await SocketClient.connect(server.url);
    client.send({ type: 'connection_init' });
    expect((await client.closed).code).toBe(4429);
  });

  it('closes with 4409 a socket that uses an id twice', async () => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('1', '{ silence }');
    client.subscribe('1', '{ silence }');
    expect((await client.closed).code).toBe(4409);
  });

  it.each([
    ['no JSON', 'no json'],
    ['null', 'null'],
    ['an unknown type', '{"type":"nonsense"}'],
    ['a subscribe without payload', '{"type":"subscribe","id":"1"}'],
    ['a query that is no text', '{"type":"subscribe","id":"1","payload":{"query":{}}}'],
    ['a message only a server may send', '{"type":"next","id":"1","payload":{}}'],
    ['a second acknowledgement', '{"type":"connection_ack"}'],
  ])('closes with 4400 for %s', async (_name, text) => {
    const client = await SocketClient.connect(server.url);
    client.socket.send(text);
    expect((await client.closed).code).toBe(4400);
  });

  it.each(['graphql-ws', 'nonsense'])('closes with 4406 for the subprotocol %s', async (protocol) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, protocol);
    const [error] = (await Promise.race([once(socket, 'error'), once(socket, 'close')])) as [unknown];
    // A client that insists on its subprotocol gives up by itself; one that does not is told 4406.
    expect(error instanceof Error ? error.message : error).toMatch(/subprotocol/);
    const lax = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`);
    const [code] = (await once(lax, 'close')) as [number];
    expect(code).toBe(4406);
  });

  it('answers a ping', async () => {
    const client = await SocketClient.connect(server.url);
    client.send({ type: 'ping' });
    expect((await client.next(({ type }) => type === 'pong')).type).toBe('pong');
    client.close();
  });

  it('upgrades at /graphql only', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('404');
  });
});

describe('a bad operation', () => {
  const manyAliases = `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`;
  it.each([
    ['a syntax error', '{', ['GRAPHQL_PARSE_FAILED']],
    ['an unknown field', '{ datasetz { id } }', ['GRAPHQL_VALIDATION_FAILED']],
    ['101 aliases', manyAliases, ['QUERY_TOO_COMPLEX']],
    ['too many tokens', `{ ${'a '.repeat(5_000)} }`, ['QUERY_TOO_COMPLEX']],
    [
      'nested pages',
      '{ datasets(first: 200) { nodes { images(first: 200) { nodes { id } } } } }',
      ['QUERY_TOO_COMPLEX'],
    ],
    ['a page of 201', '{ datasets(first: 201) { nodes { id } } }', ['BAD_USER_INPUT']],
    ['two operations', 'query A { __typename } query B { __typename }', ['OPERATION_RESOLUTION_FAILURE']],
    ['a missing variable', 'query($n: String!) { dataset(name: $n) { id } }', ['BAD_USER_INPUT']],
  ])('%s: an error message, and the socket stays open', async (_name, query, codes) => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('1', query);
    const message = await client.next(({ id, type }) => id === '1' && (type === 'error' || type === 'next'));
    expect([message.type, codesOf(message)]).toEqual(['error', codes]);
    expect(JSON.stringify(message)).not.toMatch(/did you mean/i);
    await client.stillWorks();
    client.close();
  });

  it('names what a subscription cannot follow, and ends it', async () => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('1', 'subscription { jobEvents(jobId: "nonsense") { seq } }');
    expect(codesOf(await client.next(({ id }) => id === '1'))).toEqual(['BAD_USER_INPUT']);
    await client.next(({ id, type }) => id === '1' && type === 'complete');
    await client.stillWorks();
    client.close();
  });

  it('has at most five errors', async () => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('1', `{ ${Array.from({ length: 60 }, (_, i) => `nothing${i}`).join(' ')} }`);
    const message = await client.next(({ type }) => type === 'error');
    expect(codesOf(message).length).toBeLessThanOrEqual(5);
    client.close();
  });

  it('hides what failed inside, with a reference that is in the log', async () => {
    const client = await SocketClient.connect(server.url);
    client.subscribe('1', '{ failpoint }');
    const message = await client.next(({ id }) => id === '1');
    expect(codesOf(message)).toEqual(['INTERNAL_SERVER_ERROR']);
    const text = JSON.stringify(message);
    expect(text).not.toContain('secret_table');
    const reference = /Reference: ([0-9a-f-]{36})/.exec(text)?.[1];
    expect(server.logged.find((line) => line['reference'] === reference)).toMatchObject({ path: 'failpoint' });
    client.close();
  });
});

describe('the limits of a socket', () => {
  const mostGrowth = 50 * 1024 * 1024;

  it('refuse the 101st operation; the others live, and room is made when they end', async () => {
    const client = await SocketClient.connect(server.url);
    for (let i = 0; i < 100; i++) client.subscribe(`quiet-${i}`, '{ silence }');
    client.subscribe('one-more', '{ __typename }');
    const refusal = await client.next(({ id }) => id === 'one-more');
    expect([refusal.type, codesOf(refusal)]).toEqual(['error', ['RATE_LIMITED']]);
    client.send({ id: 'quiet-0', type: 'complete' });
    await client.stillWorks();
    client.close();
  });

  it('refuse what is too much of 2,000 at once', async () => {
    const client = await SocketClient.connect(server.url);
    for (let i = 0; i < 2_000; i++) client.subscribe(`quiet-${i}`, '{ silence }');
    await client.next(({ id }) => id === 'quiet-1999');
    expect(client.received.filter(({ type }) => type === 'error')).toHaveLength(1_900);
    client.send({ id: 'quiet-0', type: 'complete' });
    await client.stillWorks();
    client.close();
  });

  it('close with 1009 a socket that sends 300 KiB', async () => {
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 20; i++) {
      const client = await SocketClient.connect(server.url);
      client.subscribe('1', `{ __typename } #${'x'.repeat(300 * 1024)}`);
      expect((await client.closed).code).toBe(1009);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(mostGrowth);
  });

  it('close with 1008 or 1009 a socket whose message has no end', async () => {
    const client = await SocketClient.connect(server.url);
    const sendFragments = () => {
      for (let i = 0; i < 1_000 && client.socket.readyState === WebSocket.OPEN; i++)
        client.socket.send('x', { fin: false });
      if (client.socket.readyState === WebSocket.OPEN) setImmediate(sendFragments);
    };
    const before = process.memoryUsage.rss();
    sendFragments();
    expect([1008, 1009]).toContain((await client.closed).code);
    expect(process.memoryUsage.rss() - before).toBeLessThan(mostGrowth);
  });

  it('let health checks be answered between operations that are as heavy as allowed', async () => {
    const client = await SocketClient.connect(server.url);
    const repeated = 'server { version } '.repeat(100);
    const operations = 200;
    // Each is another text: what was read before costs little.
    for (let i = 0; i < operations; i++) client.subscribe(`heavy-${i}`, `{ ${repeated} } # ${i}`);
    const last = client.next(({ id, type }) => id === `heavy-${operations - 1}` && type === 'complete');
    let answered = 0;
    let done = false;
    void last.then(() => (done = true));
    for (; !done; answered++) expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect(answered).toBeGreaterThan(10);
    expect(client.received.filter(({ type }) => type === 'error')).toEqual([]);
    client.close();
  });

  it('answer messages in the order they came', async () => {
    const client = await SocketClient.connect(server.url);
    for (let i = 0; i < 50; i++) client.send({ type: 'ping', payload: { i } });
    await client.next(({ type, payload }) => type === 'pong' && (payload as { i: number }).i === 49);
    const pongs = client.received.filter(({ type }) => type === 'pong');
    expect(pongs.map(({ payload }) => (payload as { i: number }).i)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    client.close();
  });

  it('leave other sockets alone', async () => {
    const client = await SocketClient.connect(server.url);
    await client.stillWorks();
    client.close();
  });
});

describe('a server with a token', () => {
  let guarded: TestServer;
  const apiToken = 'a-token-of-this-test';
  beforeAll(async () => {
    guarded = await startTestServer(database.dataSource, { apiToken });
  });
  afterAll(() => guarded.stop());

  it.each([
    [undefined],
    [{}],
    [{ authorization: 'Bearer wrong' }],
    [{ authorization: apiToken }],
    [{ authorization: 7 }],
  ])('closes with 4403 for %j', async (payload) => {
    const client = await SocketClient.open(guarded.url);
    client.send({ type: 'connection_init', ...(payload ? { payload } : {}) });
    expect((await client.closed).code).toBe(4403);
  });

  it('does not look for the token in the address', async () => {
    const client = await SocketClient.open(guarded.url, {
      search: `?authorization=Bearer%20${apiToken}&token=${apiToken}`,
    });
    client.send({ type: 'connection_init' });
    expect((await client.closed).code).toBe(4403);
  });

  it('takes the token', async () => {
    const client = await SocketClient.connect(guarded.url, { authorization: `Bearer ${apiToken}` });
    await client.stillWorks();
    client.close();
  });
});

describe('the page of an origin', () => {
  const own = ['https://own.example.org'];
  const apiToken = 'a-token-of-this-test';
  it.each([
    ['the server itself', {}, (url: string) => url, true],
    ['the public address', { publicUrl: 'https://residua.example.org' }, () => 'https://residua.example.org', true],
    ['elsewhere', {}, () => 'https://foreign.example.org', false],
    ['nowhere, as a sandboxed page', {}, () => 'null', false],
    ['the list', { allowedOrigins: own }, () => own[0]!, true],
    ['elsewhere, with a list', { allowedOrigins: own, apiToken }, () => 'https://foreign.example.org', false],
    ['elsewhere, with a token', { apiToken }, () => 'https://foreign.example.org', false],
    ['anywhere', { allowedOrigins: ['*'], apiToken }, () => 'https://foreign.example.org', true],
  ])('%s', async (_name, config, origin, allowed) => {
    const guarded = await startTestServer(database.dataSource, config);
    const address = `http://127.0.0.1:${guarded.port}`;
    const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: origin(address),
    });
    const outcome = await once(socket, 'open').then(
      () => 'open',
      (error: Error) => error.message,
    );
    expect(outcome).toEqual(allowed ? 'open' : expect.stringContaining('403'));
    socket.close();
    await guarded.stop();
  });
});

it('tells a page that is refused why, and the log who it was', async () => {
  const origin = 'https://foreign.example.org';
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin });
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const body = JSON.parse(Buffer.concat(await response.toArray()).toString()) as GraphqlAnswer;
  expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(body.errors![0]!.message).toMatch(/"https:\/\/foreign.example.org".*RESIDUA_ALLOWED_ORIGINS/);
  expect(server.logged).toContainEqual(expect.objectContaining({ origin, status: 403, msg: body.errors![0]!.message }));
});

describe('stopping', () => {
  it('sends clients away with 1001 and closes in time', async () => {
    const leaving = await startTestServer(database.dataSource, {}, [FailpointResolver]);
    const client = await SocketClient.connect(leaving.url);
    client.subscribe('1', '{ silence }');
    const began = performance.now();
    await leaving.stop();
    expect((await client.closed).code).toBe(1001);
    expect(performance.now() - began).toBeLessThan(15_000);
    await expect(fetch(`${leaving.url}/livez`)).rejects.toThrow();
  });
});
