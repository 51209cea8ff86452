import { once } from 'node:events';
import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { measureRefusals } from '../../../src/main/metrics/refusalMetrics.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { SocketClient } from '../graphql/socketClient.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let people: KnownPeople;
let server: TestServer;
let projectId: string;
beforeAll(async () => {
  people = new KnownPeople(database.dataSource);
  const rates = { principal: 5, address: 0 };
  server = await startTestServer(database.dataSource, { localAccounts: true, rates }, [], people);
  projectId = (await server.services.projects.default()).id;
});
afterAll(() => server.stop());

const query = '{ viewer { principal { name } } }';
const ask = (who: string, url = server.url, headers: Record<string, string> = {}) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who), ...headers },
    body: JSON.stringify({ query }),
  });
const linesOf = (action: string) =>
  database.dataSource.query<{ details: Record<string, unknown>; principal_id: string | null }[]>(
    'SELECT * FROM audit_event WHERE action = $1 ORDER BY seq',
    [action],
  );

describe('somebody who asks too often', () => {
  it('gets 429, a time to come again and the code, and everybody else goes on; the audit log and the metrics say so', async () => {
    const { id } = await people.person('busy', { [projectId]: 'VIEWER' });
    await people.person('calm', { [projectId]: 'VIEWER' });
    for (let i = 0; i < 5; i++) expect((await ask('busy')).status).toBe(200);
    const refused = await ask('busy');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const body = (await refused.json()) as { errors: { message: string; extensions: object }[] };
    expect(body.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', limit: 'principal' } }]);
    const plain = await fetch(`${server.url}/v1/models`, { headers: from('busy') });
    expect(plain.status, 'other routes count, too').toBe(429);
    expect((await ask('calm')).status).toBe(200);
    expect(await linesOf('GET /v1/models')).toMatchObject([
      { principal_id: id, outcome: 'REFUSED', details: { problems: ['RATE_LIMITED'] } },
    ]);
    const registry = new Registry();
    measureRefusals(registry);
    expect(await registry.metrics()).toMatch(/residua_refused_total\{kind="rate",limit="principal"\} [2-9]/);
  });

  it('gains nothing by many sockets', async () => {
    await people.person('many', { [projectId]: 'VIEWER' });
    const codes: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const client = await SocketClient.connect(server.url, { authorization: 'Bearer many' });
      for (const id of ['a', 'b']) {
        client.subscribe(id, query);
        const { type, payload } = await client.next((message) => message.id === id);
        codes.push(type === 'error' ? (payload as { extensions: { code: string } }[])[0]!.extensions.code : type);
      }
      client.socket.close();
    }
    expect(codes).toEqual([...Array<string>(5).fill('next'), ...Array<string>(3).fill('RATE_LIMITED')]);
  });
});

describe('an address', () => {
  let guarded: TestServer;
  const start = (trustedProxies: string[]) =>
    startTestServer(
      database.dataSource,
      {
        ...{ localAccounts: true, trustedProxies, rates: { principal: 0, address: 3 } },
        limits: { ...defaultLimits, socketsPerAddress: 2 },
      },
      [],
      people,
    );
  beforeAll(() => people.person('anywhere', {}));

  it('cannot be made up where no proxy is trusted; health checks are always answered', async () => {
    guarded = await start([]);
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 5; i++) {
        statuses.push((await ask('anywhere', guarded.url, { 'x-forwarded-for': `198.51.100.${i}` })).status);
      }
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
      expect((await fetch(`${guarded.url}/sign-in`)).status, 'nor can pages be opened').toBe(429);
      expect((await fetch(`${guarded.url}/livez`)).status).toBe(200);
      const upgrade = new WebSocket(`${guarded.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      const [, response] = (await once(upgrade, 'unexpected-response')) as [unknown, http.IncomingMessage];
      expect([response.statusCode, Number(response.headers['retry-after']) > 0]).toEqual([429, true]);
      expect(await linesOf('GET /sign-in')).toMatchObject([{ principal_id: null, outcome: 'REFUSED' }]);
    } finally {
      await guarded.stop();
    }
  });

  it('is what a trusted proxy says, and of IPv6 the network', async () => {
    guarded = await start(['127.0.0.1']);
    try {
      const through = async (address: string) =>
        (await ask('anywhere', guarded.url, { 'x-forwarded-for': address })).status;
      for (let i = 0; i < 5; i++) expect(await through(`198.51.100.${i}`)).toBe(200);
      const rotating: number[] = [];
      for (let i = 0; i < 5; i++) rotating.push(await through(`2001:db8:0:7::${i}`));
      expect(rotating).toEqual([200, 200, 200, 429, 429]);
      expect(await through('2001:db8:0:8::1'), 'the network next to it').toBe(200);
    } finally {
      await guarded.stop();
    }
  });

  it('has so many sockets open, and another one when one of them is closed', async () => {
    guarded = await startTestServer(
      database.dataSource,
      { localAccounts: true, limits: { ...defaultLimits, socketsPerAddress: 2 } },
      [],
      people,
    );
    try {
      const params = { authorization: 'Bearer anywhere' };
      const [first] = [
        await SocketClient.connect(guarded.url, params),
        await SocketClient.connect(guarded.url, params),
      ];
      await expect(refusalOf(guarded.port)).resolves.toBe(429);
      const gone = first.closed;
      first.socket.close();
      await gone;
      const third = await SocketClient.connect(guarded.url, params);
      third.socket.close();
    } finally {
      await guarded.stop();
    }
  });
});

/** Status of the answer to an upgrade that is refused. */
async function refusalOf(port: AddressInfo['port']): Promise<number | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, http.IncomingMessage];
  return response.statusCode;
}

describe('refusals of plain routes', () => {
  it('have ten lines a minute for one principal and action; one line says how many more there were', async () => {
    const calm = await startTestServer(database.dataSource, { localAccounts: true }, [], people);
    try {
      const { id } = await people.person('looker', { [projectId]: 'VIEWER' });
      await people.person('other', { [projectId]: 'VIEWER' });
      const predict = (who: string) =>
        fetch(`${calm.url}/v1/models/a/1/predict`, {
          ...{ method: 'POST', headers: { 'content-type': 'image/png', ...from(who) }, body: 'x' },
        });
      for (let i = 0; i < 25; i++) expect((await predict('looker')).status).toBe(403);
      await predict('other');
      const action = 'POST /v1/models/:name/:version/predict';
      const refused = { outcome: 'REFUSED', details: { problems: ['FORBIDDEN'] } };
      const own = (lines: Awaited<ReturnType<typeof linesOf>>) => lines.filter((line) => line.principal_id === id);
      expect(own(await linesOf(action))).toMatchObject(Array(10).fill(refused));
      expect(await linesOf(action), 'somebody else').toHaveLength(11);
      await calm.services.auditEvents.stop();
      const lines = own(await linesOf(action));
      expect(lines).toHaveLength(11);
      expect(lines.at(-1)!.details).toEqual({ problems: ['FORBIDDEN'], more: 15 });
      expect(
        (await calm.services.auditEvents.page(everything, undefined, { action }, { first: 1 })).nodes,
      ).toHaveLength(1);
    } finally {
      await calm.stop();
    }
  });
});
