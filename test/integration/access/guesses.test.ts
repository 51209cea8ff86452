import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localPrincipal, writeToken } from '../../../src/access/index.js';
import {
  DeletedTrainingEntity,
  DeviceLoginEntity,
  InvitationEntity,
  SessionEntity,
  SignInAttemptEntity,
} from '../../../src/database/entities/index.js';
import { accessTidying } from '../../../src/services/access/accessTidying.js';
import { codeOn, PlainBrowser } from '../../support/browser.js';
import { useDatabase } from '../../support/database.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { newPerson, password, startServerWithAccounts } from './signInSetting.js';

const database = useDatabase();
beforeEach(() => database.dataSource.query('DELETE FROM sign_in_attempt'));

const askWith = async (server: TestServer, token: string) => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ __typename }"}',
  });
  await response.arrayBuffer();
  return response;
};
/** As if the pauses had grown. */
const later = `UPDATE sign_in_attempt SET next_at = now() + interval '50 seconds'`;
/** As if everybody had waited as long as he was told to. */
const waitAll = () => database.dataSource.query(`UPDATE sign_in_attempt SET next_at = now() - interval '1 second'`);

describe('tokens', () => {
  const apiToken = 'the-token-of-this-server';
  let [server, replica]: TestServer[] = [];
  beforeAll(async () => {
    server = await startTestServer(database.dataSource, { apiToken });
    replica = await startTestServer(database.dataSource, { apiToken });
  });
  afterAll(() => Promise.all([server!.stop(), replica!.stop()]));

  it(
    'of a network are slowed down behind a hundred that are none, in all APIs; the right one waits as well, unless it was used lately',
    { timeout: 300_000 },
    async () => {
      expect((await askWith(server!, apiToken)).status).toBe(200);
      const statuses: number[] = [];
      for (let i = 0; i < 200; i++) statuses.push((await askWith(server!, `guess-number-${i}-of-many`)).status);
      const looked = statuses.filter((status) => status === 401).length;
      expect(looked).toBeGreaterThanOrEqual(100);
      // While they were sent some pauses may have passed: 1, 2, 4 … seconds.
      expect(looked).toBeLessThan(110);
      await database.dataSource.query(later);

      const elsewhere = await askWith(replica!, apiToken);
      expect(elsewhere.status, 'the right one, where nobody knows it yet').toBe(429);
      expect(Number(elsewhere.headers.get('retry-after'))).toBeGreaterThan(40);
      expect((await askWith(server!, apiToken)).status, 'whoever works goes on').toBe(200);
      await waitAll();
      expect((await askWith(replica!, apiToken)).status).toBe(200);
      expect((await askWith(server!, 'another-guess-of-many')).status, 'being right did not clear it').toBe(401);
      expect((await askWith(server!, 'another-guess-of-many')).status).toBe(429);
    },
  );

  it('of 256 random bits never wait when they are right, though many that are none are slowed down', async () => {
    const { secret } = await server!.services.accessTokens.create(
      { ...localPrincipal, kind: 'PERSON', id: await somebody(server!) },
      { name: 'camera', permissions: ['READ'] },
    );
    await database.dataSource.query('DELETE FROM sign_in_attempt');
    const wrong = () => writeToken({ id: uuid(), secret: 'f'.repeat(64) });
    expect((await askWith(server!, wrong())).status).toBe(401);
    await database.dataSource.query(
      `UPDATE sign_in_attempt SET failures = 200, next_at = now() + interval '50 seconds'`,
    );
    expect((await askWith(server!, wrong())).status).toBe(429);
    expect((await askWith(server!, secret)).status).toBe(200);
    expect((await askWith(replica!, secret)).status).toBe(200);
  });

  async function somebody({ services }: TestServer): Promise<string> {
    return (await services.localAccounts.invite({ email: `${uuid()}@example.com` })).person.id;
  }
});

describe('pages of signing in', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServerWithAccounts(database.dataSource);
  });
  afterAll(() => server.stop());

  it('slow down whoever tries links, so that a right one waits as well', { timeout: 120_000 }, async () => {
    const { code } = await server.services.localAccounts.invite({ email: 'linked@example.com' });
    const browser = new PlainBrowser(server.url);
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 25; i++) codes.push(codeOn((await browser.open(`/invitations/${i}`)).page));
    expect(codes.slice(0, 20)).toEqual(Array(20).fill('INVITATION_INVALID'));
    await database.dataSource.query(later);
    const right = await browser.open(`/invitations/${code}`);
    expect([right.response.status, codeOn(right.page)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(right.response.headers.get('retry-after'))).toBeGreaterThan(40);
    await waitAll();
    expect((await browser.open(`/invitations/${code}`)).response.status).toBe(200);
  });

  it('slow down whoever begins logins without end, of which each leaves a row', async () => {
    const start = () =>
      fetch(`${server.url}/device/start`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
      });
    const before = await database.dataSource.manager.count(DeviceLoginEntity);
    for (let i = 0; i < 30; i++) await start();
    await database.dataSource.query(later);
    const refused = await start();
    expect([refused.status, Number(refused.headers.get('retry-after')) > 40]).toEqual([429, true]);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect(await database.dataSource.manager.count(DeviceLoginEntity)).toBe(before + 30);
  });

  it(
    'say the same of an account that is there and of one that is not, slowed down as well',
    { timeout: 120_000 },
    async () => {
      await newPerson(server, 'known@example.com');
      const answersFor = async (email: string) => {
        await database.dataSource.query('DELETE FROM sign_in_attempt');
        const answers: unknown[] = [];
        for (let i = 0; i < 6; i++) {
          const form = { email, password: `wrong ${i}` };
          const { response, page } = await new PlainBrowser(server.url).submit('/sign-in', form);
          answers.push([response.status, codeOn(page)]);
          if (i === 4) await database.dataSource.query(later);
        }
        return answers;
      };
      const known = await answersFor('known@example.com');
      expect(await answersFor('unknown@example.com')).toEqual(known);
      expect(known.slice(-2)).toEqual([
        [401, 'SIGN_IN_FAILED'],
        [429, 'RATE_LIMITED'],
      ]);
      await database.dataSource.query('DELETE FROM sign_in_attempt');
      const { response } = await new PlainBrowser(server.url).submit('/sign-in', {
        email: 'known@example.com',
        password,
      });
      expect(response.status).toBe(200);
    },
  );
});

describe('tidying', () => {
  it('deletes what is over, and nothing that still says something', async () => {
    const { dataSource } = database;
    const { manager } = dataSource;
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
    const server = await startServerWithAccounts(dataSource);
    try {
      const { person } = await server.services.localAccounts.invite({ email: 'tidy@example.com' });
      const { id: projectId } = await server.services.projects.default();
      for (const table of ['session', 'device_login', 'sign_in_attempt']) await manager.query(`DELETE FROM ${table}`);
      for (const days of [0, 3, 40]) {
        const key = `${days} days`;
        await manager.insert(SignInAttemptEntity, { key, failures: 1, lastAt: ago(days), nextAt: ago(days) });
        const session = { principalId: person.id, way: 'PASSWORD', address: '', userAgent: '' } as const;
        await manager.insert(SessionEntity, { ...session, id: uuid(), secretDigest: key, createdAt: ago(days) });
        await manager.insert(DeviceLoginEntity, {
          ...{ deviceDigest: key, userDigest: key, name: '', address: '', expiresAt: ago(days) },
        });
        await manager.insert(InvitationEntity, { codeDigest: key, principalId: person.id, expiresAt: ago(days) });
        await manager.insert(DeletedTrainingEntity, {
          ...{ jobId: uuid(), projectId, startedAt: ago(days + 1), finishedAt: ago(days) },
        });
      }
      expect(await accessTidying(dataSource).now()).toEqual({
        ...{ sign_in_attempt: 2, session: 1, device_login: 2, invitation: 1, deleted_training: 1 },
      });
      expect(await accessTidying(dataSource).now()).toEqual({});
    } finally {
      await server.stop();
    }
  });
});
