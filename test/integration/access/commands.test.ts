import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { residuaProgram } from '../../../src/cli/program.js';
import { createDataSource, migrate } from '../../../src/database/index.js';
import { LocalBlobStore } from '../../../src/files/index.js';
import { startApi } from '../../../src/main/api.js';
import { readConfig } from '../../../src/main/config.js';
import { AuditEventsService } from '../../../src/services/audit-events.service.js';
import { sealAuditEvents, verifyAuditEvents } from '../../../src/services/audit/auditSeals.js';
import { ProjectsService } from '../../../src/services/projects.service.js';
import { backUp } from '../../../src/services/storage/backup.js';
import { restore } from '../../../src/services/storage/restore.js';
import { codeOn, PlainBrowser } from '../../support/browser.js';
import { createEmptyDatabase, dropDatabase, useDatabase } from '../../support/database.js';
import { typed } from '../cli/typedCommands.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { password } from './signInSetting.js';

const database = useDatabase();
let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'residua-commands-'));
});
beforeEach(() => {
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('RESIDUA_HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A command on the machine of the server, with --json. */
async function run(...args: string[]): Promise<{ lines: Record<string, unknown>[]; error: unknown }> {
  let printed = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => Boolean((printed += String(chunk))));
  const error: unknown = await residuaProgram()
    .parseAsync(['node', 'residua', ...args, '--json'])
    .then(() => undefined)
    .catch((reason: unknown) => reason)
    .finally(() => spy.mockRestore());
  const lines = printed.trim().split('\n').filter(Boolean);
  return { lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), error };
}

const lastLine = async (action: string) => {
  const [line] = await database.dataSource.query<
    { via: string; outcome: string; details: object; targets: string[]; projectId: string | null }[]
  >(
    `SELECT via, outcome, details, targets, project_id AS "projectId" FROM audit_event WHERE action = $1
     ORDER BY seq DESC LIMIT 1`,
    [action],
  );
  return line;
};

describe('residua serve with local accounts', { timeout: 60_000 }, () => {
  it('gives one link to the first administrator, at each start until somebody can sign in', async () => {
    const environment = { RESIDUA_HOME: home, RESIDUA_PORT: '0', RESIDUA_LOCAL_ACCOUNTS: 'true' };
    const start = () => startApi({ ...readConfig(environment), databaseUrl: database.url });
    const first = await start();
    const lost = first.firstInvitation!.url;
    await first.stop();
    const second = await start();
    const { url } = second.firstInvitation!;
    const browser = new PlainBrowser(second.url);
    expect(codeOn((await browser.open(new URL(lost).pathname)).page)).toBe('INVITATION_INVALID');
    const fields = { email: 'Root@Example.com', name: 'Root', password };
    const { page } = await browser.submit(new URL(url).pathname, fields);
    expect(page).toContain('You may do everything in every project');
    await second.stop();
    const third = await start();
    expect(third.firstInvitation).toBeUndefined();
    await third.stop();
  });
});

describe('residua user', { timeout: 60_000 }, () => {
  it('invites, lists, disables and enables, and says so in the audit log', async () => {
    vi.stubEnv('RESIDUA_PUBLIC_URL', 'https://residua.example.com/');
    const { lines } = await run('user', 'invite', 'ada@example.com', '--name', 'Ada', '--admin');
    expect(lines[0]).toMatchObject({
      ...{
        email: 'ada@example.com',
        link: expect.stringMatching(/^https:\/\/residua.example.com\/invitations\/[0-9a-f]{64}$/) as string,
      },
    });
    expect(await lastLine('inviteUser')).toMatchObject({
      via: 'CLI',
      outcome: 'DONE',
      targets: [expect.stringMatching(/^Principal:/)],
    });
    expect(JSON.stringify(await lastLine('inviteUser'))).not.toContain(String(lines[0]!['link']).slice(-20));
    expect((await run('user', 'list')).lines).toContainEqual(
      expect.objectContaining({ email: 'ada@example.com', isAdmin: true, signsInBy: 'link not used yet' }),
    );
    await run('user', 'disable', 'ada@example.com');
    expect((await run('user', 'invite', 'ada@example.com')).error).toMatchObject({ code: 'CONFLICT' });
    expect(
      (await run('user', 'list')).lines.find(({ email }) => email === 'ada@example.com')!['disabledAt'],
    ).not.toBeNull();
    await run('user', 'enable', 'ada@example.com');
    expect((await run('user', 'invite', 'ada@example.com')).error).toBeUndefined();
  });

  it('refuses what cannot be, and keeps one administrator', async () => {
    expect((await run('user', 'invite', 'no address')).error).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await run('user', 'disable', 'nobody@example.com')).error).toMatchObject({ code: 'NOT_FOUND' });
    await run('user', 'disable', 'ada@example.com');
    expect((await run('user', 'disable', 'root@example.com')).error).toMatchObject({ code: 'CONFLICT' });
    expect(await lastLine('disableUser')).toMatchObject({ outcome: 'REFUSED', details: { problems: ['CONFLICT'] } });
  });
});

describe('residua member', { timeout: 60_000 }, () => {
  const of = ['--project', 'line 4'];

  it('gives roles, lists and removes, keeps an owner, and says so in the audit log of the project', async () => {
    const project = await new ProjectsService(database.dataSource).create({ name: 'line 4' });
    for (const email of ['mary@example.com', 'max@example.com']) await run('user', 'invite', email);
    expect((await run('member', 'set', 'Mary@example.com', 'owner', ...of)).error).toBeUndefined();
    expect((await run('member', 'set', 'max@example.com', 'viewer', ...of)).error).toBeUndefined();
    expect((await run('member', 'set', 'max@example.com', 'engineer', ...of)).lines).toEqual([
      { email: 'max@example.com', role: 'ENGINEER' },
    ]);
    expect(await lastLine('setMember')).toMatchObject({
      ...{ via: 'CLI', outcome: 'DONE', projectId: project.id },
      details: { before: { role: 'VIEWER' }, after: { role: 'ENGINEER' } },
    });
    expect((await run('member', 'list', ...of)).lines).toMatchObject([
      { email: 'mary@example.com', role: 'OWNER' },
      { email: 'max@example.com', role: 'ENGINEER' },
    ]);
    expect((await run('member', 'remove', 'mary@example.com', ...of)).error).toMatchObject({ code: 'LAST_OWNER' });
    expect((await run('member', 'remove', 'max@example.com', ...of)).error).toBeUndefined();
    expect((await run('member', 'list', ...of)).lines).toHaveLength(1);
  });

  it('names what is not there', async () => {
    expect((await run('member', 'set', 'nobody@example.com', 'viewer', ...of)).error).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await run('member', 'remove', 'max@example.com', ...of)).error).toMatchObject({ code: 'NOT_FOUND' });
    expect((await run('member', 'list', '--project', 'none')).error).toMatchObject({ code: 'NOT_FOUND' });
    expect(String((await run('member', 'set', 'max@example.com', 'king', ...of)).error)).toContain('Allowed choices');
  });
});

describe('commands that talk to a server', { timeout: 60_000 }, () => {
  let server: TestServer;
  const apiToken = 'the-token-of-this-server';
  beforeAll(async () => {
    server = await startTestServer(database.dataSource, { apiToken, localAccounts: true });
    await server.services.projects.create({ name: 'line 3' });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    vi.stubEnv('RESIDUA_API_TOKEN', apiToken);
  });

  it('residua token creates, lists, rotates and revokes, with the text alone on standard output', async () => {
    const of = ['--project', 'line 3'];
    const { printed, error } = await typed(server.url, ['token', 'create', 'camera 4', '--preset', 'ingest', ...of]);
    expect(error).toBeUndefined();
    expect(printed).toMatch(/^rsd_[0-9a-f]{104}\n$/);
    const list = async () => (await typed(server.url, ['token', 'list', ...of, '--json'])).printed;
    expect(JSON.parse(await list())).toMatchObject({ name: 'camera 4', permissions: ['INGEST'], isService: true });
    const rotated = await typed(server.url, ['token', 'rotate', 'camera 4', ...of, '--overlap', '0']);
    expect(rotated.printed).toMatch(/^rsd_/);
    expect(await server.services.accessTokens.principalOf(rotated.printed.trim())).toMatchObject({ name: 'camera 4' });
    await typed(server.url, ['token', 'revoke', 'camera 4', ...of]);
    await expect(server.services.accessTokens.principalOf(rotated.printed.trim())).rejects.toMatchObject({
      code: 'TOKEN_REVOKED',
    });
    // The server's own token is no person.
    expect(String((await typed(server.url, ['token', 'create', 'mine', '--preset', 'read'])).error)).toContain(
      'serviceOf',
    );
    expect(
      String((await typed(server.url, ['token', 'create', 'x', '--project', 'none', '--preset', 'read'])).error),
    ).toContain('project none');
  });

  it('residua quota shows what a project uses and may use, and bounds it', async () => {
    const set = ['quota', 'line 3', '--images', '50', '--bytes', '1000', '--predictions-per-minute', '9'];
    expect((await typed(server.url, set)).printed).toMatch(/images +0 +50\n/);
    const { printed } = await typed(server.url, ['quota', 'line 3', '--bytes', 'none', '--json']);
    expect(JSON.parse(printed)).toEqual({
      usage: { bytes: 0, images: 0, predictionsPerMinute: 0, trainingMinutes: 0 },
      quotas: { bytes: null, images: 50, predictionsPerMinute: 9, trainingMinutes: null },
    });
    expect(String((await typed(server.url, ['quota', 'line 3', '--images', '-1'])).error)).toContain('at least 0');
    expect(String((await typed(server.url, ['quota', 'none'])).error)).toContain('project none');
  });

  it('residua audit prints a line of JSON for each event', async () => {
    const { printed, error } = await typed(server.url, [
      'audit',
      '--action',
      'createToken',
      '--outcome',
      'DONE',
      '--since',
      '2020-01-01',
    ]);
    expect(error).toBeUndefined();
    const events = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toMatchObject([
      { action: 'createToken', principalName: 'bootstrap', via: 'BOOTSTRAP', details: { input: { name: 'camera 4' } } },
    ]);
    expect(printed).not.toMatch(/rsd_[0-9a-f]/);
  });
});

describe('what is stored', { timeout: 60_000 }, () => {
  it('residua verify compares the audit log with its seals', async () => {
    await sealAuditEvents(database.dataSource);
    const { lines, error } = await run('verify');
    expect(error).toBeUndefined();
    expect(lines[0]).toMatchObject({
      audit: { problems: [], unsealed: 0, seals: 1, lastDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
  });

  it('is as it was after a backup and its restoration, and goes on from there', async () => {
    const blobs = await LocalBlobStore.open(path.join(home, 'some-blobs'));
    const folder = path.join(home, 'backup');
    await backUp({ dataSource: database.dataSource, blobs }, folder);
    const url = await createEmptyDatabase();
    const elsewhere = await createDataSource(url, { poolSize: 3 }).initialize();
    try {
      await migrate(elsewhere);
      await restore({ dataSource: elsewhere, blobs }, folder, {});
      const before = await verifyAuditEvents(elsewhere);
      expect(before).toMatchObject({ ...(await verifyAuditEvents(database.dataSource)) });
      await new AuditEventsService(elsewhere).record(
        { principal: undefined, address: undefined, requestId: undefined },
        { action: 'afterwards' },
        'DONE',
      );
      await sealAuditEvents(elsewhere);
      expect(await verifyAuditEvents(elsewhere)).toMatchObject({
        problems: [],
        events: before.events + 1,
        seals: before.seals + 1,
      });
    } finally {
      await elsewhere.destroy();
      await dropDatabase(url);
    }
  });
});
