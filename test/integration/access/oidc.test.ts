import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { MembershipEntity, PrincipalEntity } from '../../../src/database/entities/index.js';
import { codeOn, PlainBrowser } from '../../support/browser.js';
import { useDatabase } from '../../support/database.js';
import { Issuer } from '../../support/issuer.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { askAs } from './signInSetting.js';

const database = useDatabase();
let issuer: Issuer;
let server: TestServer;
const ada = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true };

beforeAll(async () => {
  issuer = await Issuer.start();
  server = await startTestServer(database.dataSource, {
    oidc: {
      ...{ issuer: issuer.url, clientId: issuer.clientId, clientSecret: issuer.clientSecret },
      ...{ scopes: ['profile', 'email'], groupsClaim: 'groups', adminGroup: 'residua-admins' },
      groups: [
        { group: 'quality', project: 'line 3', role: 'REVIEWER' },
        { group: 'lab', project: 'line 3', role: 'ENGINEER' },
        { group: 'lab', project: 'no such project', role: 'OWNER' },
      ],
    },
  });
  await server.services.projects.create({ name: 'line 3' });
});
afterAll(async () => {
  await server?.stop();
  await issuer?.stop();
});
beforeEach(() => {
  issuer.lies = {};
  issuer.somebody = ada;
});

const newBrowser = () => new PlainBrowser(server.url);

/** The whole way: to the issuer, and back. */
async function signIn(browser = newBrowser()) {
  const { response, page } = await browser.open('/sign-in/oidc?return=/account');
  return { browser, page, status: response.status, path: new URL(response.url).pathname };
}

/** As far as the address that the issuer sends the browser back to. */
async function cameBack(browser: PlainBrowser): Promise<URL> {
  const away = await browser.once('/sign-in/oidc', {});
  const back = await browser.once(away.headers.get('location')!, {});
  return new URL(back.headers.get('location')!);
}

const personNamed = (subject: string) =>
  database.dataSource.manager.findOneByOrFail(PrincipalEntity, { issuer: issuer.url, subject });

describe('signing in with an identity provider', () => {
  it('goes there with PKCE, state and nonce, and comes back signed in, in no project', async () => {
    const away = await newBrowser().once('/sign-in/oidc', {});
    const query = new URL(away.headers.get('location')!).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      ...{ response_type: 'code', client_id: 'residua', code_challenge_method: 'S256', scope: 'openid profile email' },
      redirect_uri: `${server.url}/sign-in/callback`,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)!.length).toBeGreaterThan(30);
    const { browser, page, path } = await signIn();
    expect(path).toBe('/account');
    expect(page).toContain('Ada Lovelace');
    expect(page).toContain('You are in no project yet');
    expect([...browser.cookies.keys()]).toEqual(['residua']);
    expect((await askAs(browser, '{ __typename }')).status).toBe(200);
    expect(await personNamed('ada')).toMatchObject({ kind: 'PERSON', email: 'ada@example.com', isAdmin: false });
  });

  it('reads the groups anew each time', async () => {
    const roles = async () => {
      const { id } = await personNamed('grouped');
      const found = await database.dataSource.manager.findBy(MembershipEntity, { principalId: id });
      return found.map(({ role }) => role);
    };
    const as = (groups: unknown) => {
      issuer.somebody = { sub: 'grouped', name: 'Grouped', groups };
      return signIn();
    };
    expect((await as(['quality', 'lab'])).page).toContain('line 3: engineer');
    expect(await roles()).toEqual(['ENGINEER']);
    await as(['quality', 'residua-admins']);
    expect([await roles(), (await personNamed('grouped')).isAdmin]).toEqual([['REVIEWER'], true]);
    await as('quality');
    expect([await roles(), (await personNamed('grouped')).isAdmin]).toEqual([[], false]);
  });

  it('knows a person who was expected under a verified address, and never one by an address that is not', async () => {
    const { manager } = database.dataSource;
    const expected = { id: uuid(), kind: 'PERSON' as const, name: 'expected', email: 'expected@example.com' };
    await manager.insert(PrincipalEntity, expected);
    issuer.somebody = { sub: 'impostor', email: 'expected@example.com', email_verified: false };
    await signIn();
    expect((await personNamed('impostor')).id).not.toBe(expected.id);
    issuer.somebody = { sub: 'right-one', email: 'Expected@example.com', email_verified: true };
    await signIn();
    expect((await personNamed('right-one')).id).toBe(expected.id);
    // A second one of the same address is somebody else.
    issuer.somebody = { sub: 'second', email: 'expected@example.com', email_verified: true };
    await signIn();
    expect(await personNamed('second')).toMatchObject({ email: null });
  });

  it('takes a clock that is half a minute off', async () => {
    issuer.lies = { clockAhead: 20 };
    expect((await signIn()).path).toBe('/account');
    issuer.lies = { clockAhead: -(300 + 20) };
    expect((await signIn()).path).toBe('/account');
  });

  it('refuses somebody who was disabled', async () => {
    issuer.somebody = { sub: 'leaver' };
    await signIn();
    await database.dataSource.manager.update(PrincipalEntity, { subject: 'leaver' }, { disabledAt: new Date() });
    const { status, page, browser } = await signIn();
    expect([status, codeOn(page), browser.cookies.has('residua')]).toEqual([403, 'FORBIDDEN', false]);
  });
});

describe('an answer is refused', () => {
  it('leaving a line in the audit log (of the first ten a minute), and nothing in the logs that could be replayed', async () => {
    issuer.lies = { foreignKey: true };
    const browser = newBrowser();
    const address = await cameBack(browser);
    await browser.open(address.href);
    const [line] = await database.dataSource.query<{ action: string; outcome: string; details: object }[]>(
      'SELECT action, outcome, details FROM audit_event ORDER BY seq DESC LIMIT 1',
    );
    expect(line).toMatchObject({ action: 'signIn', outcome: 'REFUSED', details: { problems: ['SIGN_IN_FAILED'] } });
    const logs = JSON.stringify(server.logged);
    for (const secret of [address.searchParams.get('code')!, issuer.clientSecret, 'eyJ'])
      expect(logs).not.toContain(secret);
  });

  it.each([
    ['for another audience', { claims: { aud: 'another-client' } }],
    ['of another issuer', { claims: { iss: 'https://issuer.example.com' } }],
    ['with another nonce', { claims: { nonce: 'of-somebody-else' } }],
    ['that has expired', { clockAhead: -3_600 }],
    ['of the future', { clockAhead: 3_600 }],
    ['signed with another key', { foreignKey: true }],
    ['about nobody', { claims: { sub: undefined as unknown as string } }],
  ])('%s', async (_, lies) => {
    issuer.lies = lies;
    const { status, page, browser } = await signIn();
    expect([status, codeOn(page), browser.cookies.has('residua')]).toEqual([401, 'SIGN_IN_FAILED', false]);
  });

  it('with another state', async () => {
    const browser = newBrowser();
    const address = await cameBack(browser);
    address.searchParams.set('state', 'of-somebody-else');
    expect(codeOn((await browser.open(address.href)).page)).toBe('SIGN_IN_FAILED');
  });

  it('in a browser that did not ask: nobody signs another one in as himself', async () => {
    const attacker = newBrowser();
    const address = await cameBack(attacker);
    const victim = newBrowser();
    expect(codeOn((await victim.open(address.href)).page)).toBe('SIGN_IN_FAILED');
    expect(victim.cookies.has('residua')).toBe(false);
    // Nor in one that asked for itself: the states differ.
    await victim.once('/sign-in/oidc', {});
    expect(codeOn((await victim.open(address.href)).page)).toBe('SIGN_IN_FAILED');
  });

  it('that comes a second time', async () => {
    const browser = newBrowser();
    const address = await cameBack(browser);
    const copy = newBrowser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    expect(new URL((await browser.open(address.href)).response.url).pathname).toBe('/account');
    expect(codeOn((await copy.open(address.href)).page)).toBe('SIGN_IN_FAILED');
  });

  it('that took more than ten minutes', async () => {
    const browser = newBrowser();
    const address = await cameBack(browser);
    await database.dataSource.query(`UPDATE oidc_attempt SET created_at = now() - interval '11 minutes'`);
    expect(codeOn((await browser.open(address.href)).page)).toBe('SIGN_IN_FAILED');
  });

  it('that is an error, in words that tell nothing of the reason', async () => {
    const browser = newBrowser();
    const address = await cameBack(browser);
    address.searchParams.delete('code');
    address.searchParams.set('error', 'access_denied');
    const { page } = await browser.open(address.href);
    expect(codeOn(page)).toBe('SIGN_IN_FAILED');
    expect(page).not.toContain('access_denied');
    expect(server.logged.at(-2) ?? server.logged.at(-1)).toBeDefined();
    expect(JSON.stringify(server.logged)).toContain('a sign-in was refused');
  });
});

describe('the end of a session', () => {
  it('at sign-out goes on to the provider, and ends here at once', async () => {
    const { browser } = await signIn();
    const account = await browser.once('/account', {});
    expect(account.headers.get('content-security-policy')).toContain(`form-action 'self' ${issuer.url}`);
    const response = await browser.once('/sign-out', { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } });
    const there = new URL(response.headers.get('location')!);
    expect([there.origin, there.pathname]).toEqual([issuer.url, '/end']);
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${server.url}/signed-out`);
    expect((await askAs(browser, '{ __typename }')).codes).toEqual(['UNAUTHENTICATED']);
  });

  const logout = (token: string) =>
    fetch(`${server.url}/sign-in/back-channel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });

  it('comes from the provider over the back channel, for one of its sessions', async () => {
    issuer.somebody = { ...ada, sid: 'session-one' };
    const first = (await signIn()).browser;
    issuer.somebody = { ...ada, sid: 'session-two' };
    const second = (await signIn()).browser;
    expect((await logout(await issuer.logoutToken({ sid: 'session-one' }))).status).toBe(200);
    expect((await askAs(first, '{ __typename }')).codes).toEqual(['SESSION_ENDED']);
    expect((await askAs(second, '{ __typename }')).status).toBe(200);
    expect((await logout(await issuer.logoutToken({ sub: 'ada' }))).status).toBe(200);
    expect((await askAs(second, '{ __typename }')).codes).toEqual(['SESSION_ENDED']);
  });

  it.each([
    ['of another key', { sub: 'ada' }, { foreignKey: true }],
    ['for another client', { sub: 'ada', aud: 'another-client' }, {}],
    ['that is old', { sub: 'ada' }, { clockAhead: -3_600 }],
    ['with a nonce, so an ID token', { sub: 'ada', nonce: 'one' }, {}],
    ['without the event', { sub: 'ada', events: undefined as unknown as object }, {}],
    ['about nobody', {}, {}],
  ])('is refused by a token %s', async (_, claims, lies) => {
    const { browser } = await signIn();
    expect((await logout(await issuer.logoutToken(claims, lies))).status).toBe(400);
    expect((await askAs(browser, '{ __typename }')).status).toBe(200);
  });
});

it('a provider that does not answer is no reason not to start, and is said on the page', async () => {
  const oidc = { clientId: 'x', clientSecret: 'y', scopes: [], groupsClaim: 'groups', groups: [] };
  const alone = await startTestServer(database.dataSource, { oidc: { ...oidc, issuer: 'http://127.0.0.1:9' } });
  try {
    const { page, response } = await new PlainBrowser(alone.url).open('/sign-in/oidc');
    expect([response.status, codeOn(page)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  } finally {
    await alone.stop();
  }
});
