import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { readToken, writeToken, type Principal } from '../../../src/access/index.js';
import { AccessTokenEntity, MembershipEntity, PrincipalEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import type { NewToken } from '../../../src/services/access-tokens.service.js';
import { useDatabase } from '../../support/database.js';
import { SocketClient } from '../graphql/socketClient.js';
import { startTestServer, type GraphqlAnswer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
let ada: Principal;
let projectId: string;
beforeAll(async () => {
  server = await startTestServer(database.dataSource, { localAccounts: true });
  ({ id: projectId } = await server.services.projects.create({ name: 'line 3' }));
  ada = await member('ada', 'OWNER');
});
afterAll(() => server.stop());

/** A person with a role in the project, as somebody signed in. */
async function member(name: string, role: MembershipEntity['role']): Promise<Principal> {
  const { manager } = database.dataSource;
  const id = uuid();
  await manager.insert(PrincipalEntity, { id, kind: 'PERSON', name, email: `${name}@example.com` });
  await manager.insert(MembershipEntity, { projectId, principalId: id, role });
  const { id: sessionId } = await server.services.sessions.start({
    ...{ principalId: id, way: 'PASSWORD', address: '127.0.0.1', userAgent: 'a test' },
  });
  return server.services.sessions.again(sessionId);
}

const make = (input: Partial<NewToken> = {}, by = ada) =>
  server.services.accessTokens.create(by, { name: 'a token', permissions: ['READ'], ...input });

/** Asks something harmless over HTTP. */
async function ask(
  secret: string | undefined,
  query = '{ __typename }',
): Promise<{ status: number; codes: string[]; text: string }> {
  const headers = {
    'content-type': 'application/json',
    ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
  };
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const text = await response.text();
  const { errors = [] } = JSON.parse(text) as GraphqlAnswer;
  return { status: response.status, codes: errors.map(({ extensions }) => extensions.code), text };
}

const change = (id: string, changes: object) => database.dataSource.manager.update(AccessTokenEntity, { id }, changes);
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);

describe('a token', () => {
  it('lets its person in over HTTP, WebSocket and plain routes, and is kept as a digest alone', async () => {
    const { token, secret } = await make();
    expect(secret).toMatch(/^rsd_[0-9a-f]{104}$/);
    expect(await ask(secret)).toMatchObject({ status: 200, codes: [] });
    const socket = await SocketClient.connect(server.url, { authorization: `Bearer ${secret}` });
    await socket.stillWorks();
    socket.close();
    const plain = await fetch(`${server.url}/blobs/${'0'.repeat(64)}`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(plain.status).toBe(404);
    const rows = await database.dataSource.query<{ row: string }[]>(
      'SELECT t::text AS row FROM access_token t WHERE id = $1',
      [token.id],
    );
    expect(rows[0]!.row).not.toContain(readToken(secret)!.secret);
  });

  it('remembers the day of its last use', async () => {
    const { token, secret } = await make();
    expect(token.lastUsedOn ?? null).toBeNull();
    await ask(secret);
    const found = await database.dataSource.manager.findOneByOrFail(AccessTokenEntity, { id: token.id });
    expect(found.lastUsedOn).toBe(new Date().toISOString().slice(0, 10));
  });

  it('lives 90 days when nothing is said', async () => {
    const { token } = await make();
    expect((token.expiresAt!.getTime() - Date.now()) / 86_400_000).toBeCloseTo(90, 1);
  });

  it('brings its person, what it leaves of the rights, and its end', async () => {
    const { secret } = await make({ permissions: ['PREDICT'], projectIds: [projectId] });
    const principal = await server.services.authentication.authenticate({
      ...{ authorization: `Bearer ${secret}`, cookie: undefined, address: '127.0.0.1' },
    });
    expect(principal).toMatchObject({
      ...{ kind: 'PERSON', id: ada.id, via: { kind: 'TOKEN' } },
      grant: { permissions: ['PREDICT'], projects: [projectId] },
      memberships: [{ projectId, role: 'OWNER' }],
    });
    expect(principal.endsAt).toBeInstanceOf(Date);
  });

  it('of a service speaks for the service, and not for who made it', async () => {
    const { secret } = await make({ name: 'camera 4', permissions: ['CURATE'], serviceOf: projectId });
    const principal = await server.services.authentication.authenticate({
      ...{ authorization: `Bearer ${secret}`, cookie: undefined, address: '127.0.0.1' },
    });
    expect(principal).toMatchObject({
      kind: 'SERVICE',
      name: 'camera 4',
      grant: { permissions: ['CURATE'], projects: [projectId] },
    });
    expect(principal.id).not.toBe(ada.id);
  });
});

describe('what is no good any more says so by its code, to whoever knows the secret', () => {
  it.each([
    ['nothing', () => Promise.resolve(undefined), 'UNAUTHENTICATED'],
    ['another text', () => Promise.resolve('some-other-token-of-somebody'), 'TOKEN_INVALID'],
    ['a token cut short', async () => (await make()).secret.slice(0, -1), 'TOKEN_INVALID'],
    [
      'a token with a letter changed',
      async () => (await make()).secret.replace(/.(?=.{20}$)/, (c) => (c === '0' ? '1' : '0')),
      'TOKEN_INVALID',
    ],
    [
      'an id that nobody has',
      () => Promise.resolve(writeToken({ id: uuid(), secret: '0'.repeat(64) })),
      'TOKEN_INVALID',
    ],
    [
      'a wrong secret',
      async () => writeToken({ id: (await make()).token.id, secret: '0'.repeat(64) }),
      'TOKEN_INVALID',
    ],
    [
      'an expired one',
      async () => {
        const { token, secret } = await make();
        await change(token.id, { expiresAt: ago(1) });
        return secret;
      },
      'TOKEN_EXPIRED',
    ],
    [
      'a revoked one',
      async () => {
        const { token, secret } = await make();
        await server.services.accessTokens.revoke(ada, token.id);
        return secret;
      },
      'TOKEN_REVOKED',
    ],
    [
      'the earlier text behind its overlap',
      async () => {
        const { token, secret } = await make();
        await server.services.accessTokens.rotate(ada, token.id);
        await change(token.id, { earlierUntil: ago(1) });
        return secret;
      },
      'TOKEN_ROTATED',
    ],
    [
      'one whose person was disabled',
      async () => {
        const grace = await member(`grace-${uuid()}`, 'VIEWER');
        const { secret } = await make({}, grace);
        await database.dataSource.manager.update(PrincipalEntity, { id: grace.id }, { disabledAt: new Date() });
        return secret;
      },
      'UNAUTHENTICATED',
    ],
  ])('%s', async (_, secret, code) => {
    expect(await ask(await secret())).toMatchObject({ status: 401, codes: [code] });
  });

  it('and a wrong secret learns nothing about the token, in words or time', async () => {
    const { token } = await make();
    await server.services.accessTokens.revoke(ada, token.id);
    const wrong = await ask(writeToken({ id: token.id, secret: 'f'.repeat(64) }));
    const unknown = await ask(writeToken({ id: uuid(), secret: 'f'.repeat(64) }));
    expect(wrong.text).toBe(unknown.text);
  });
});

describe('rotation', () => {
  it('takes both texts for the overlap, and only the new one without', async () => {
    const { token, secret } = await make();
    const next = await server.services.accessTokens.rotate(ada, token.id);
    expect([(await ask(secret)).status, (await ask(next.secret)).status]).toEqual([200, 200]);
    const last = await server.services.accessTokens.rotate(ada, token.id, 0);
    expect((await ask(next.secret)).codes).toEqual(['TOKEN_ROTATED']);
    expect((await ask(last.secret)).status).toBe(200);
    // The one before is known no more.
    expect((await ask(secret)).codes).toEqual(['TOKEN_INVALID']);
  });

  it('gives the new text as many days as the old one had', async () => {
    const { token } = await make({ expiresInDays: 10 });
    await change(token.id, { createdAt: ago(24 * 9), expiresAt: ago(-24) });
    const { token: next } = await server.services.accessTokens.rotate(ada, token.id);
    expect((next.expiresAt!.getTime() - Date.now()) / 86_400_000).toBeCloseTo(10, 1);
  });
});

describe('who may do what with tokens', () => {
  const operation = `mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret userErrors { code message } } }`;
  const createWith = async (secret: string) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: operation, variables: { input: { name: 'another', preset: 'EVERYTHING' } } }),
    });
    return (await response.json()) as {
      data: { createToken: { secret: string | null; userErrors: { code: string }[] } };
    };
  };

  it('a token makes, replaces and revokes none, whatever it may do otherwise', async () => {
    const { secret, token } = await make({ permissions: ['READ', 'CURATE', 'TRAIN', 'DELETE', 'AUDIT'] });
    const { createToken } = (await createWith(secret)).data;
    expect(createToken).toMatchObject({ secret: null, userErrors: [{ code: 'FORBIDDEN' }] });
    const by = await server.services.accessTokens.principalOf(secret);
    await expect(server.services.accessTokens.rotate(by, token.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(server.services.accessTokens.revoke(by, token.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('services belong to who manages the members of the project', async () => {
    const engineer = await member('erin', 'ENGINEER');
    await expect(make({ serviceOf: projectId }, engineer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { id: foreign } = await server.services.projects.create({ name: 'another line' });
    await expect(make({ serviceOf: foreign })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(make({ projectIds: [foreign] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { token } = await make({ serviceOf: projectId });
    await expect(server.services.accessTokens.revoke(engineer, token.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it("somebody else's are not there", async () => {
    const { token } = await make();
    const other = await member('otto', 'OWNER');
    for (const act of ['rotate', 'revoke'] as const) {
      await expect(server.services.accessTokens[act](other, token.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect((await server.services.accessTokens.page(other, undefined, {})).nodes).toEqual([]);
  });

  it.each([
    [{ permissions: [] }, 'no permission'],
    [{ permissions: ['MEMBERS'] }, 'no token has MEMBERS'],
    [{ permissions: ['ADMIN'] }, 'no token has ADMIN'],
    [{ expiresInDays: 0 }, 'expiresInDays is 0'],
    [{ expiresInDays: 731 }, 'expiresInDays is 731'],
    [{ projectIds: [] }, 'projectIds is empty'],
    [{ name: ' ' }, 'name of the token'],
  ])('%j is refused: %s', async (input, message) => {
    await expect(make(input as Partial<NewToken>)).rejects.toThrow(message);
  });

  it('the text is shown once, and lists never have it', async () => {
    const { token } = await make({ name: 'listed' });
    const page = await server.services.accessTokens.page(ada, undefined, { first: 1 });
    expect(page.nodes[0]).toMatchObject({ id: token.id, name: 'listed' });
    const id = encodeGlobalId('AccessToken', token.id);
    expect(
      (await ask((await make()).secret, `{ tokens(first: 100) { nodes { tokenId name permissions } } }`)).text,
    ).toContain(id);
  });
});

describe('the address of a client', () => {
  const from = async (trustedProxies: string[]): Promise<string[]> => {
    const behind = await startTestServer(database.dataSource, { localAccounts: true, trustedProxies });
    try {
      const headers = { 'x-forwarded-for': '203.0.113.7', authorization: 'Bearer of-nobody' };
      await fetch(`${behind.url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: '{}',
      });
      const socket = await SocketClient.open(behind.url, { headers });
      socket.send({ type: 'connection_init', payload: { authorization: 'Bearer of-nobody' } });
      await socket.closed;
      const rows = await database.dataSource.query<{ address: string }[]>(
        `SELECT address FROM audit_event WHERE action = 'authenticate' ORDER BY seq DESC LIMIT 2`,
      );
      return rows.map(({ address }) => address);
    } finally {
      await behind.stop();
    }
  };

  it('is what a trusted proxy says, over HTTP and WebSocket, and what anybody says is nothing', async () => {
    expect(await from(['loopback'])).toEqual(['203.0.113.7', '203.0.113.7']);
    expect(await from([])).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(await from(['10.0.0.0/8'])).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

it('nothing that could be replayed is in the log', async () => {
  const { secret } = await make();
  await ask(secret);
  await ask(`${secret}x`);
  expect(JSON.stringify(server.logged)).not.toContain(readToken(secret)!.secret);
});
