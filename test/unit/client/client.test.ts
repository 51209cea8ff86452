import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buildSchema, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import {
  eachOf,
  followJob,
  type JobEvent,
  nodeOf,
  RefusedError,
  RequestError,
  type ResiduaClient,
  ServerInfoDocument,
  UnreachableError,
  waitForJob,
} from '../../../src/client/index.js';
import { nodeClient } from '../../../src/client/node/index.js';

const schema = buildSchema(`
  type Query { server: String }
  enum JobState { RUNNING COMPLETED FAILED }
  interface JobEvent { cursor: String! seq: Int! at: String! attempt: Int! }
  type StateChanged implements JobEvent { cursor: String! seq: Int! at: String! attempt: Int! state: JobState! }
  type Metric { name: String! value: Float! }
  type MetricsReported implements JobEvent {
    cursor: String! seq: Int! at: String! attempt: Int!
    stage: String! step: Int! totalSteps: Int! metrics: [Metric!]! secondsPerStep: Float etaSeconds: Float
  }
  enum LogLevel { INFO }
  type LogWritten implements JobEvent { cursor: String! seq: Int! at: String! attempt: Int! level: LogLevel! message: String! }
  type CheckpointSaved implements JobEvent { cursor: String! seq: Int! at: String! attempt: Int! step: Int! }
  type Subscription { jobEvents(jobId: ID!, after: String): JobEvent! }
`);

const lastSeq = 6;
const event = (seq: number) =>
  seq === lastSeq
    ? { __typename: 'StateChanged', cursor: `c${seq}`, seq, at: '', attempt: 1, state: 'COMPLETED' }
    : {
        __typename: 'MetricsReported',
        ...{ cursor: `c${seq}`, seq, at: '', attempt: 1, stage: 'training' },
        ...{ step: seq, totalSteps: lastSeq, metrics: [], secondsPerStep: null, etaSeconds: null },
      };

let server: Server;
let client: ResiduaClient;
let sockets: Set<Socket>;
/** `after` of every subscription the server was asked for. */
let asked: (string | undefined)[];
/** Cuts every connection before this event, once. */
let cutBefore: number | undefined;
/** Ends the stream before this event, once, as a server that stops does. */
let endBefore: number | undefined;
let httpAnswer: { status: number; body: string };
let httpRequests: IncomingMessage[];
let connectionParams: unknown;

beforeEach(async () => {
  asked = [];
  httpRequests = [];
  cutBefore = undefined;
  endBefore = undefined;
  sockets = new Set();
  server = createServer((request, response) => {
    httpRequests.push(request);
    request.resume();
    response.writeHead(httpAnswer.status, { 'content-type': 'application/json' }).end(httpAnswer.body);
  });
  server.on('connection', (socket) => sockets.add(socket));
  async function* events(after: string | undefined) {
    for (let seq = Number(after?.slice(1) ?? 0) + 1; seq <= lastSeq; seq++) {
      if (seq === endBefore) {
        endBefore = undefined;
        return;
      }
      if (seq === cutBefore) {
        cutBefore = undefined;
        for (const socket of sockets) socket.destroy();
        return;
      }
      yield await Promise.resolve({ jobEvents: event(seq) });
    }
  }
  useServer(
    {
      schema,
      onConnect: (context) => {
        connectionParams = context.connectionParams;
        return true;
      },
      roots: {
        subscription: {
          jobEvents: ({ jobId, after }: { jobId: string; after?: string }) => {
            asked.push(after);
            if (jobId === 'none') throw new GraphQLError('no such job', { extensions: { code: 'NOT_FOUND' } });
            return events(after);
          },
        },
      },
    },
    new WebSocketServer({ server, path: '/graphql' }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = nodeClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'secret' });
});

afterEach(async () => {
  await client.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const collect = async (events: AsyncIterable<JobEvent>) => {
  const seqs: number[] = [];
  for await (const { seq } of events) seqs.push(seq);
  return seqs;
};

describe('following a job', () => {
  test('gives every event and ends with the last', async () => {
    expect(await collect(followJob(client, 'job'))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(connectionParams).toEqual({ authorization: 'Bearer secret' });
  });

  test('begins behind a cursor', async () => {
    expect(await collect(followJob(client, 'job', 'c4'))).toEqual([5, 6]);
  });

  test('a lost connection is taken up behind the last event: none is missed, none comes twice', async () => {
    cutBefore = 4;
    expect(await collect(followJob(client, 'job'))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(asked).toEqual([undefined, 'c3']);
  });

  test.each(['RUNNING', 'COMPLETED'])(
    'a stream that ends early is taken up, too, also where the job is %s by then',
    async (state) => {
      endBefore = 4;
      const events = { nodes: [{ cursor: `c${lastSeq}`, seq: lastSeq }] };
      httpAnswer = { status: 200, body: JSON.stringify({ data: { node: { id: 'job', state, events } } }) };
      expect(await collect(followJob(client, 'job'))).toEqual([1, 2, 3, 4, 5, 6]);
      expect(asked).toEqual([undefined, 'c3']);
    },
  );

  test('nothing behind the last event of a job that has ended is the end', async () => {
    const events = { nodes: [{ cursor: `c${lastSeq}`, seq: lastSeq }] };
    httpAnswer = { status: 200, body: JSON.stringify({ data: { node: { id: 'job', state: 'COMPLETED', events } } }) };
    expect(await collect(followJob(client, 'job', `c${lastSeq}`))).toEqual([]);
    expect(asked).toEqual([`c${lastSeq}`]);
  });

  test('an error of the operation is not tried again', async () => {
    await expect(collect(followJob(client, 'none'))).rejects.toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    expect(asked).toHaveLength(1);
  });

  test('a failed job becomes its problem', async () => {
    const failure = { code: 'OUT_OF_MEMORY', message: 'too large', field: null, item: null };
    httpAnswer = {
      status: 200,
      body: JSON.stringify({ data: { node: { id: 'job', kind: 'TRAINING', state: 'FAILED', failure } } }),
    };
    await expect(waitForJob(client, 'job', () => undefined)).rejects.toMatchObject({
      problems: [{ code: 'OUT_OF_MEMORY', message: 'too large' }],
    });
  });
});

test('a list is read page by page, each item once', async () => {
  const pages = { first: ['a', 'b'], b: ['c'], c: [] as string[] };
  const read = (after?: string) => {
    asked.push(after);
    const nodes = pages[(after ?? 'first') as keyof typeof pages];
    return Promise.resolve({ nodes, pageInfo: { hasNextPage: nodes.length > 0, endCursor: nodes.at(-1) ?? null } });
  };
  const items: string[] = [];
  for await (const item of eachOf(read)) items.push(item);
  expect([items, asked]).toEqual([
    ['a', 'b', 'c'],
    [undefined, 'b', 'c'],
  ]);
});

test('an id of another kind of thing is NOT_FOUND, and not an empty answer', () => {
  expect(() => nodeOf({}, 'evaluation x')).toThrow('evaluation x does not exist');
  expect(() => nodeOf(null as { id: string } | null, 'evaluation x')).toThrow(RefusedError);
  expect(nodeOf({ id: 'x' }, 'evaluation x')).toEqual({ id: 'x' });
});

describe('requests', () => {
  test('carry the token and give the data', async () => {
    httpAnswer = { status: 200, body: '{"data":{"server":{"version":"1"}}}' };
    expect(await client.request(ServerInfoDocument)).toEqual({ server: { version: '1' } });
    expect(httpRequests[0]!.headers.authorization).toBe('Bearer secret');
  });

  test('the token stays with its server', async () => {
    httpAnswer = { status: 200, body: 'bytes' };
    const elsewhere = nodeClient({ url: 'http://127.0.0.1:1', token: 'secret' });
    expect(Buffer.from(await elsewhere.download(`${client.address.url}/blobs/x`)).toString()).toBe('bytes');
    expect(httpRequests[0]!.headers.authorization).toBeUndefined();
  });

  test('top-level errors are thrown with their codes', async () => {
    httpAnswer = { status: 400, body: '{"errors":[{"message":"no","extensions":{"code":"BAD_REQUEST"}}]}' };
    await expect(client.request(ServerInfoDocument)).rejects.toEqual(
      new RequestError([{ code: 'BAD_REQUEST', message: 'no' }]),
    );
  });

  test('what does not speak GraphQL is no server', async () => {
    httpAnswer = { status: 502, body: '<html>bad gateway</html>' };
    await expect(client.request(ServerInfoDocument)).rejects.toBeInstanceOf(UnreachableError);
  });

  test('a missing blob is NOT_FOUND', async () => {
    httpAnswer = { status: 404, body: '' };
    await expect(client.download('/blobs/x')).rejects.toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
  });
});
