import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { useDatabase } from '../../support/database.js';
import { startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
const bodyMilliseconds = 300;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource, { limits: { ...defaultLimits, bodyMilliseconds } });
});
afterAll(() => server.stop());

async function connect(): Promise<net.Socket> {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Everything the server sends on a connection until it ends it. */
async function answerOf(socket: net.Socket): Promise<string> {
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString()));
  await once(socket, 'close');
  return text;
}

async function send(bytes: string): Promise<string> {
  const socket = await connect();
  socket.write(bytes);
  return answerOf(socket);
}

function statusAndCode(answer: string): [status: number, code: string | undefined] {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const json = /\{.*\}/s.exec(body)?.[0];
  expect(head.toLowerCase()).toContain('content-type: application/json');
  const { errors } = JSON.parse(json ?? '{}') as { errors?: { extensions: { code: string } }[] };
  return [Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]), errors?.[0]?.extensions.code];
}

describe('bytes that are no request', () => {
  const host = 'host: 127.0.0.1\r\n';
  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['an unknown method', `FETCH / HTTP/1.1\r\n${host}\r\n`, 400],
    ['a header without a name', `GET / HTTP/1.1\r\n${host}: x\r\n\r\n`, 400],
    ['two lengths', `POST /graphql HTTP/1.1\r\n${host}content-length: 1\r\ncontent-length: 2\r\n\r\n{}`, 400],
    [
      'a length and chunks',
      `POST /graphql HTTP/1.1\r\n${host}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['headers of 20 kB', `GET / HTTP/1.1\r\n${host}x: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    ['an address that cannot be decoded', `GET /blobs/%zz HTTP/1.1\r\n${host}connection: close\r\n\r\n`, 400],
    ['an expectation nobody meets', `POST /graphql HTTP/1.1\r\n${host}expect: cake\r\ncontent-length: 0\r\n\r\n`, 417],
    [
      'a WebSocket without a key',
      `GET /graphql HTTP/1.1\r\n${host}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n`,
      400,
    ],
    [
      'a WebSocket of another version',
      `GET /graphql HTTP/1.1\r\n${host}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ${'a'.repeat(22)}==\r\nsec-websocket-version: 1\r\n\r\n`,
      400,
    ],
  ])('%s: answered as JSON with a code', async (_name, bytes, status) => {
    expect(statusAndCode(await send(bytes))).toEqual([status, 'BAD_REQUEST']);
  });

  it('a WebSocket elsewhere: answered as JSON with a code', async () => {
    const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
    const answer = await send(
      `GET /elsewhere HTTP/1.1\r\n${host}${upgrade}sec-websocket-key: ${'a'.repeat(22)}==\r\n\r\n`,
    );
    expect(statusAndCode(answer)).toEqual([404, 'NOT_FOUND']);
  });

  it('takes a request of HTTP/1.0 without a host', async () => {
    expect(await send('GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 OK/);
  });
});

describe('a body', () => {
  const head = (address: string, length: number, method = 'POST', type = 'application/json') =>
    `${method} ${address} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;

  const upload = async () => {
    const announced = { filename: 'a.png', bytes: 1_000_000, sha256: 'a'.repeat(64), contentType: 'image/png' };
    return head(`/uploads/${(await server.services.uploads.create(everything, announced)).id}`, 1_000_000, 'PUT');
  };

  it.each([
    ['a query', () => head('/graphql', 1_000)],
    ['an image to predict', () => head('/v1/models/tiles/1/predict', 1_000_000, 'POST', 'image/png')],
    ['an upload', upload],
  ])('of %s that drips is refused, and the connection ends', async (_name, start) => {
    expect(statusAndCode(await drip(await start()))).toEqual([408, 'BAD_REQUEST']);
  });

  it('that drips to where nothing is has one answer only', async () => {
    const answer = await drip(head('/uploads/00000000-0000-4000-8000-000000000000', 1_000_000, 'PUT'));
    expect(statusAndCode(answer)).toEqual([404, 'NOT_FOUND']);
  });

  async function drip(start: string): Promise<string> {
    const socket = await connect();
    const ended = answerOf(socket);
    socket.write(start);
    const drops = setInterval(() => socket.write('x'), 50);
    const answer = await ended;
    clearInterval(drops);
    return answer;
  }

  it('that comes steadily may take longer than any look at it', async () => {
    const socket = await connect();
    const body = JSON.stringify({ query: `{ __typename } #${'x'.repeat(120_000)}` });
    socket.write(head('/graphql', body.length).replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    const ended = answerOf(socket);
    for (let i = 0; i < body.length; i += 15_000) {
      socket.write(body.slice(i, i + 15_000));
      await delay(bodyMilliseconds / 2);
    }
    expect(await ended).toContain('"__typename":"Query"');
  });
});
