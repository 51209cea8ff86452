import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readToken } from '../../../src/access/index.js';
import { residuaProgram } from '../../../src/cli/program.js';
import { codeOn, PlainBrowser } from '../../support/browser.js';
import { useDatabase } from '../../support/database.js';
import { typed } from '../cli/typedCommands.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { newPerson, startServerWithAccounts } from './signInSetting.js';

const database = useDatabase();
let server: TestServer;
let ada: PlainBrowser;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-login-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  vi.stubEnv('RESIDUA_API_TOKEN', '');
  server = await startServerWithAccounts(database.dataSource);
  ada = await newPerson(server, 'ada@example.com', true);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const file = () => path.join(folder, 'residua', 'credentials.json');

/** `residua login` under way: it has shown its code and waits. */
async function loginUnderWay() {
  let printed = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => Boolean((printed += String(chunk))));
  const ended = residuaProgram()
    .parseAsync(['node', 'residua', 'login', '--url', server.url])
    .then(
      () => ({ printed, error: undefined }),
      (error: unknown) => ({ printed, error }),
    )
    .finally(() => spy.mockRestore());
  await vi.waitFor(() => expect(printed).toMatch(/[A-Z]{4}-[A-Z]{4}\./), { timeout: 20_000 });
  return { ended, code: /([A-Z]{4}-[A-Z]{4})\./.exec(printed)![1]! };
}

interface Started {
  deviceCode: string;
  userCode: string;
}

const post = (address: string, body: object) =>
  fetch(`${server.url}${address}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const start = async () => (await (await post('/device/start', { name: 'a program' })).json()) as Started;
async function finish(
  deviceCode: string,
): Promise<{ status: number; code: string | undefined; token: string | undefined }> {
  const response = await post('/device/token', { deviceCode });
  const answer = (await response.json()) as { token?: string; errors?: { extensions: { code: string } }[] };
  return { status: response.status, code: answer.errors?.[0]?.extensions.code, token: answer.token };
}

describe('residua login', { timeout: 60_000 }, () => {
  it('keeps a personal token for its owner alone, which the other commands use', async () => {
    const { error: before } = await typed(server.url, ['list', 'datasets']);
    expect(String(before)).toContain('UNAUTHENTICATED');
    const { ended, code } = await loginUnderWay();
    const { page } = await ada.open(`/device?code=${code}`);
    expect(page).toContain(code);
    expect((await ada.submit('/device', { code: code.toLowerCase(), answer: 'allow' })).page).toContain('is let in');
    const { printed, error } = await ended;
    expect(error).toBeUndefined();
    expect(printed).toContain('Signed in');
    const { token } = (JSON.parse(await readFile(file(), 'utf8')) as Record<string, { token: string }>)[server.url]!;
    expect(readToken(token)).toBeDefined();
    expect(printed).not.toContain(token);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await typed(server.url, ['list', 'datasets'])).toMatchObject({ error: undefined });
    // It is Ada's, and cannot make another one.
    expect(await server.services.accessTokens.principalOf(token)).toMatchObject({ kind: 'PERSON', name: 'ada' });
    expect(String((await typed(server.url, ['token', 'create', 'more', '--preset', 'everything'])).error)).toContain(
      'FORBIDDEN',
    );
    await typed(server.url, ['logout']);
    expect(String((await typed(server.url, ['list', 'datasets'])).error)).toContain('UNAUTHENTICATED');
  });

  it('ends with a code when it is refused', async () => {
    const { ended, code } = await loginUnderWay();
    await ada.submit('/device', { code, answer: 'refuse' });
    expect(String((await ended).error)).toContain('LOGIN_REFUSED');
  });

  it('says of a server without accounts that nobody signs in there', async () => {
    const open = await startTestServer(database.dataSource);
    try {
      expect(String((await typed(open.url, ['login'])).error)).toContain('has no accounts');
    } finally {
      await open.stop();
    }
  });
});

describe('a program that waits', () => {
  it('gets nothing before somebody has answered, one token then, and nothing again', async () => {
    const { deviceCode, userCode } = await start();
    expect(await finish(deviceCode)).toMatchObject({ status: 400, code: 'LOGIN_PENDING' });
    await ada.submit('/device', { code: userCode, answer: 'allow' });
    const both = await Promise.all([finish(deviceCode), finish(deviceCode)]);
    expect(both.filter(({ token }) => token)).toHaveLength(1);
    expect(await finish(deviceCode)).toMatchObject({ status: 410, code: 'LOGIN_EXPIRED' });
    expect(codeOn((await ada.submit('/device', { code: userCode, answer: 'allow' })).page)).toBe('LOGIN_EXPIRED');
  });

  it('is let in by nobody who is not signed in, and by no page elsewhere', async () => {
    const { deviceCode, userCode } = await start();
    const stranger = new PlainBrowser(server.url);
    expect(new URL((await stranger.submit('/device', { code: userCode, answer: 'allow' })).response.url).pathname).toBe(
      '/sign-in',
    );
    const forged = await ada.submit('/device', { code: userCode, answer: 'allow' }, { 'sec-fetch-site': 'cross-site' });
    expect(forged.response.status).toBe(403);
    expect(await finish(deviceCode)).toMatchObject({ code: 'LOGIN_PENDING' });
  });

  it('has ten minutes', async () => {
    const { deviceCode, userCode } = await start();
    await database.dataSource.query(`UPDATE device_login SET expires_at = now()`);
    expect(codeOn((await ada.submit('/device', { code: userCode, answer: 'allow' })).page)).toBe('LOGIN_EXPIRED');
    expect(await finish(deviceCode)).toMatchObject({ code: 'LOGIN_EXPIRED' });
  });

  it('is not found by trying codes', async () => {
    const grace = await newPerson(server, 'grace@example.com');
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 8; i++)
      codes.push(codeOn((await grace.submit('/device', { code: `BCDF-GHJ${'KLMNPQRS'[i]}`, answer: 'allow' })).page));
    expect(codes[0]).toBe('LOGIN_EXPIRED');
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });
});
