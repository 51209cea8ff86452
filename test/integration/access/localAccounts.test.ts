import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvitationEntity, SessionEntity } from '../../../src/database/entities/index.js';
import { countSignInAttempt } from '../../../src/services/access/signInLimits.js';
import { codeOn, PlainBrowser } from '../../support/browser.js';
import { useDatabase } from '../../support/database.js';
import { SocketClient } from '../graphql/socketClient.js';
import type { TestServer } from '../graphql/testServer.js';
import { askAs, newPerson, password, startServerWithAccounts } from './signInSetting.js';

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startServerWithAccounts(database.dataSource);
});
afterAll(() => server.stop());

const signIn = (
  email: string,
  given = password,
  browser = new PlainBrowser(server.url),
  headers: Record<string, string> = {},
) => browser.submit('/sign-in', { email, password: given }, headers).then((answer) => ({ ...answer, browser }));

describe('a link', () => {
  it('lets a person choose a password once, and signs in', async () => {
    const { code } = await server.services.localAccounts.invite({ email: 'Ada@Example.com', name: 'Ada' });
    const browser = new PlainBrowser(server.url);
    expect((await browser.open(`/invitations/${code}`)).page).toContain('ada@example.com');
    const { page, response } = await browser.submit(`/invitations/${code}`, { name: 'Ada Lovelace', password });
    expect([new URL(response.url).pathname, response.status]).toEqual(['/account', 200]);
    expect(page).toContain('Ada Lovelace');
    expect(page).toContain('You are in no project yet');
    expect(page).toContain('Ask an owner');
    const again = await new PlainBrowser(server.url).submit(`/invitations/${code}`, {
      name: 'Eve',
      password: 'another password of Eve',
    });
    expect([again.response.status, codeOn(again.page)]).toEqual([410, 'INVITATION_USED']);
    expect((await signIn('ada@example.com')).page).toContain('Ada Lovelace');
  });

  it('is used by one of two who send it at the same moment', async () => {
    const { code } = await server.services.localAccounts.invite({ email: 'race@example.com' });
    const answers = await Promise.all(
      ['a first long password', 'a second long password'].map((given) =>
        new PlainBrowser(server.url).submit(`/invitations/${code}`, { name: 'Race', password: given }),
      ),
    );
    expect(answers.map(({ page }) => codeOn(page)).sort()).toEqual(['INVITATION_USED', undefined]);
  });

  it.each([
    ['has ended after a day', 'INVITATION_EXPIRED', 410],
    ['ends when a newer one is made', 'INVITATION_INVALID', 404],
    ['is none when somebody guesses', 'INVITATION_INVALID', 404],
  ])('%s', async (what, code, status) => {
    const email = `${status}-${what.length}@example.com`;
    const { code: link, person } = await server.services.localAccounts.invite({ email });
    if (code === 'INVITATION_EXPIRED') {
      await database.dataSource.manager.update(
        InvitationEntity,
        { principalId: person.id },
        { expiresAt: new Date(0) },
      );
    }
    if (what.includes('newer')) await server.services.localAccounts.invite({ email });
    const address = `/invitations/${what.includes('guesses') ? '0'.repeat(64) : link}`;
    const { page, response } = await new PlainBrowser(server.url).open(address);
    expect([response.status, codeOn(page)]).toEqual([status, code]);
  });

  it('takes no poor password, says why, and can be used afterwards', async () => {
    const { code } = await server.services.localAccounts.invite({ email: 'picky@example.com' });
    const browser = new PlainBrowser(server.url);
    for (const [given, rule] of [
      ['short', 'at least 12'],
      ['aaaaaaaaaaaaaaaaa', 'at least 5 different'],
      ['I am picky, and long', 'contains the name'],
    ] as const) {
      const { page, response } = await browser.submit(`/invitations/${code}`, { name: 'Picky', password: given });
      expect([response.status, codeOn(page)]).toEqual([400, 'BAD_USER_INPUT']);
      expect(page).toContain(rule);
      expect(page).not.toContain(given);
    }
    expect((await browser.submit(`/invitations/${code}`, { name: 'Picky', password })).response.status).toBe(200);
  });

  it('for the first administrator is made while nobody can sign in, and no longer', async () => {
    expect(await server.services.localAccounts.inviteFirst()).toBeUndefined();
  });
});

describe('signing in', () => {
  beforeAll(() => newPerson(server, 'grace@example.com'));

  it('answers a wrong password and an unknown address with the same words, code and cost', async () => {
    const wrong = await signIn('grace@example.com', 'some other password');
    const unknown = await signIn('nobody@example.com', 'some other password');
    expect([wrong.response.status, codeOn(wrong.page)]).toEqual([401, 'SIGN_IN_FAILED']);
    expect(wrong.page.replaceAll('grace@', 'nobody@')).toBe(unknown.page);
    expect([...wrong.browser.cookies.keys(), ...unknown.browser.cookies.keys()]).toEqual([]);
    // The hash is derived either way: that is nearly all of the time.
    const seconds = async (email: string) => {
      const began = performance.now();
      await server.services.localAccounts.signIn({ email, password: 'x', address: email }).catch(() => undefined);
      return performance.now() - began;
    };
    const [known, nobody] = [await seconds('grace@example.com'), await seconds('still-nobody@example.com')];
    expect(nobody / known).toBeGreaterThan(0.2);
    expect(nobody / known).toBeLessThan(5);
  });

  it('goes on to where it was meant to, on this server alone', async () => {
    const browser = new PlainBrowser(server.url);
    for (const [wish, place] of [
      ['/device?code=BCDF', '/device'],
      ['//evil.example/x', '/account'],
      ['/\\evil.example', '/account'],
      ['https://evil.example/', '/account'],
      ['javascript:alert(1)', '/account'],
    ]) {
      const response = await browser.once('/sign-in', {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams({ email: 'grace@example.com', password, return: wish! }),
      });
      const location = new URL(response.headers.get('location')!, server.url);
      expect([location.origin, location.pathname]).toEqual([server.url, place]);
    }
  });

  it('is refused for a form that a page elsewhere sends', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const { response } = await signIn('grace@example.com', password, new PlainBrowser(server.url), headers);
      expect(response.status).toBe(403);
    }
  });

  it('gives every sign-in a session of its own: a planted one is worth nothing', async () => {
    const browser = new PlainBrowser(server.url);
    const planted = '0'.repeat(64);
    browser.cookies.set('residua', planted);
    await signIn('grace@example.com', password, browser);
    expect(browser.cookies.get('residua')).toMatch(/^[0-9a-f]{64}$/);
    expect(browser.cookies.get('residua')).not.toBe(planted);
    // Whoever had a session in this browser before has none any more.
    const before = browser.cookieHeader;
    await signIn('grace@example.com', password, browser);
    const old = new PlainBrowser(server.url);
    old.cookies.set('residua', before.split('=')[1]!);
    expect((await askAs(old, '{ __typename }')).codes).toEqual(['SESSION_ENDED']);
  });

  it('ends for somebody who was disabled, and cannot be done again', async () => {
    const browser = await newPerson(server, 'leaver@example.com');
    expect((await askAs(browser, '{ __typename }')).status).toBe(200);
    await server.services.localAccounts.setDisabled('leaver@example.com', true);
    expect((await askAs(browser, '{ __typename }')).codes).toEqual(['SESSION_ENDED']);
    expect(codeOn((await signIn('leaver@example.com')).page)).toBe('SIGN_IN_FAILED');
  });

  it('leaves a line in the audit log, whether it succeeds or not, and no password anywhere', async () => {
    await newPerson(server, 'audited@example.com');
    await signIn('audited@example.com', 'not the password at all');
    const lines = await database.dataSource.query<{ outcome: string; details: object }[]>(
      `SELECT e.outcome, e.details FROM audit_event e JOIN principal p ON p.id = e.principal_id
       WHERE p.email = 'audited@example.com' AND e.action IN ('signIn', 'acceptInvitation') ORDER BY e.seq`,
    );
    expect(lines).toMatchObject([
      { outcome: 'DONE' },
      { outcome: 'REFUSED', details: { problems: ['SIGN_IN_FAILED'] } },
    ]);
    const everything = JSON.stringify([server.logged, await database.dataSource.query('SELECT * FROM audit_event')]);
    expect(everything).not.toContain('not the password at all');
    expect(everything).not.toContain(password);
  });
});

describe('guessing', () => {
  it('is slowed down for the account, and the right password does not get through meanwhile', async () => {
    await newPerson(server, 'target@example.com');
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      // However long the passwords before took to be looked at.
      if (i === 5)
        await database.dataSource.query(`UPDATE sign_in_attempt SET next_at = now() + interval '50 seconds'`);
      codes.push(codeOn((await signIn('target@example.com', `guess number ${i}`)).page));
    }
    expect(codes.slice(0, 5)).toEqual(Array(5).fill('SIGN_IN_FAILED'));
    expect(codes.slice(5)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const right = await signIn('target@example.com');
    expect([right.response.status, codeOn(right.page)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(right.response.headers.get('retry-after'))).toBeGreaterThan(0);
    await database.dataSource.query('DELETE FROM sign_in_attempt');
    expect((await signIn('target@example.com')).response.status).toBe(200);
  });

  it(
    '10,000 times takes weeks: after each attempt that counts the clock is put where the next one counts',
    { timeout: 60_000 },
    async () => {
      const { dataSource } = database;
      await dataSource.query('DELETE FROM sign_in_attempt');
      let counted = 0;
      let waited = 0;
      // As many as are needed to reach the longest pause; from there on each costs the same.
      while (counted < 40) {
        const refused = await countSignInAttempt(dataSource, 'victim@example.com', `10.0.0.${counted}`).catch(
          (error: { details: { retryAfterSeconds: number } }) => error.details.retryAfterSeconds,
        );
        if (refused === undefined) counted++;
        else {
          waited += refused;
          await dataSource.query(`UPDATE sign_in_attempt SET next_at = next_at - $1 * interval '1 second'`, [refused]);
        }
      }
      const longest = 300;
      const days = (waited + (10_000 - counted) * longest) / 86_400;
      expect(waited).toBeGreaterThan(25 * longest);
      expect(days).toBeGreaterThan(30);
    },
  );

  it('at the same moment counts as often as it is done', async () => {
    const { dataSource } = database;
    const attempts = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => countSignInAttempt(dataSource, 'parallel@example.com', `10.1.0.${i}`)),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(6);
  });
});

describe('a session', () => {
  let browser: PlainBrowser;
  beforeAll(async () => {
    await database.dataSource.query('DELETE FROM sign_in_attempt');
    browser = await newPerson(server, 'hopper@example.com');
  });

  it('is a cookie that scripts do not see and other sites do not send, kept as a digest alone', async () => {
    const response = await new PlainBrowser(server.url).once('/sign-in', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ email: 'hopper@example.com', password }),
    });
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^residua=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax$/);
    const rows = JSON.stringify(await database.dataSource.query('SELECT * FROM session'));
    expect(rows).not.toContain(/=([0-9a-f]{64})/.exec(cookie)![1]);
  });

  it('counts for what pages of this server ask, and for nobody else', async () => {
    expect((await askAs(browser, '{ __typename }')).status).toBe(200);
    const elsewhere: Record<string, string>[] = [
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ];
    for (const headers of elsewhere) {
      expect(await askAs(browser, '{ __typename }', headers)).toMatchObject({ status: 403, codes: ['FORBIDDEN'] });
    }
    expect((await askAs(browser, '{ __typename }', { origin: server.url })).status).toBe(200);
  });

  it('never counts for a query in an address', async () => {
    const response = await browser.once('/graphql?query={__typename}', {
      headers: { 'sec-fetch-site': 'same-origin', 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBe(401);
  });

  it('beside a token is refused: they may mean two people', async () => {
    const headers = { 'sec-fetch-site': 'same-origin', authorization: `Bearer rsd_${'0'.repeat(104)}` };
    expect(await askAs(browser, '{ __typename }', headers)).toMatchObject({
      status: 400,
      codes: ['CREDENTIALS_AMBIGUOUS'],
    });
  });

  it('opens a WebSocket for a page of this server alone', async () => {
    const init = async (headers: Record<string, string>) => {
      const client = await SocketClient.open(server.url, { headers });
      client.send({ type: 'connection_init' });
      return client;
    };
    const own = await init({ cookie: browser.cookieHeader, origin: server.url });
    await own.next(({ type }) => type === 'connection_ack');
    await own.stillWorks();
    own.close();
    const program = await init({ cookie: browser.cookieHeader });
    expect((await program.closed).code).toBe(4403);
  });

  it.each([
    ['after 12 hours of doing nothing', `UPDATE session SET seen_at = now() - interval '12 hours 1 minute'`],
    ['after 7 days whatever it does', `UPDATE session SET created_at = now() - interval '7 days 1 minute'`],
  ])('ends %s', async (_, statement) => {
    const other = await newPerson(server, `${statement.length}@example.com`);
    expect((await askAs(other, '{ __typename }')).status).toBe(200);
    await database.dataSource.query(`${statement} WHERE principal_id = (SELECT id FROM principal WHERE email = $1)`, [
      `${statement.length}@example.com`,
    ]);
    expect(await askAs(other, '{ __typename }')).toMatchObject({ status: 401, codes: ['SESSION_ENDED'] });
  });

  it('ends at sign-out, for whoever has a copy of the cookie too', async () => {
    const other = await newPerson(server, 'leaving@example.com');
    const copy = new PlainBrowser(server.url);
    copy.cookies.set('residua', other.cookies.get('residua')!);
    const { page } = await other.submit('/sign-out', {});
    expect(page).toContain('signed out');
    expect(other.cookies.size).toBe(0);
    expect((await askAs(copy, '{ __typename }')).codes).toEqual(['SESSION_ENDED']);
  });

  it('is listed and ended by its person', async () => {
    const person = await newPerson(server, 'lists@example.com');
    const other = (await signIn('lists@example.com')).browser;
    const { data } = (await askAs(person, '{ sessions { nodes { sessionId isCurrent way } } }')) as {
      data: { sessions: { nodes: { sessionId: string; isCurrent: boolean }[] } };
    };
    expect(data.sessions.nodes.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    await askAs(
      person,
      `mutation { endSession(input: { sessionId: "${data.sessions.nodes[0]!.sessionId}" }) { endedId userErrors { code } } }`,
    );
    expect((await askAs(other, '{ __typename }')).codes).toEqual(['SESSION_ENDED']);
    expect(await database.dataSource.manager.countBy(SessionEntity, {})).toBeGreaterThan(0);
  });

  it('shows GraphiQL to who is signed in, and the sign-in page to others', async () => {
    const visit = (who: PlainBrowser) => who.once('/graphql', { headers: { accept: 'text/html' } });
    expect((await visit(browser)).status).toBe(200);
    const other = await visit(new PlainBrowser(server.url));
    expect([other.status, other.headers.get('location')]).toEqual([303, '/sign-in?return=/graphql']);
  });
});

it('over https the cookie has the prefix that no neighbour can plant, and the plain name is worth nothing', async () => {
  const secure = await startServerWithAccounts(database.dataSource, { publicUrl: 'https://residua.example.com' });
  try {
    await newPerson(server, 'secure@example.com');
    const browser = new PlainBrowser(secure.url.replace(/.*/, `http://127.0.0.1:${secure.port}`));
    const response = await browser.once('/sign-in', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ email: 'secure@example.com', password }),
    });
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-residua=[0-9a-f]{64}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await askAs(browser, '{ __typename }')).status).toBe(200);
    const value = browser.cookies.get('__Host-residua')!;
    browser.cookies.clear();
    browser.cookies.set('residua', value);
    expect((await askAs(browser, '{ __typename }')).codes).toEqual(['UNAUTHENTICATED']);
  } finally {
    await secure.stop();
  }
});
