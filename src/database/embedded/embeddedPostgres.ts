import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createLogger } from '../../shared/logger.js';
import { type Binaries, locateBinaries, serverEnvironment } from './binaries.js';
import { type Cluster, findCluster, openCluster } from './cluster.js';
import { underLaunchLock } from './launchLock.js';
import { choosePlace, type Place } from './place.js';
import { answers, findPostmaster, forgetDeadPostmaster, hasEnded, type Postmaster, urlOf } from './postmaster.js';
import { enterUser, leaveUser } from './users.js';

/** A running private PostgreSQL server. */
export interface EmbeddedPostgres {
  /** Address of its database `residua`, with the password: not for logs. */
  url: string;
  /** True when it ran already: another command started it. */
  adopted: boolean;
  pid: number;
  /** Holds the data, the log and the password. */
  folder: string;
  /**
   * Says that this process needs the server no longer, and stops it and waits for its end when no other living process does,
   * or with `force`. Never called by itself: a server that nobody stops outlives the command, and the next one adopts it.
   */
  stop(options?: { force?: boolean }): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Server settings for a start, e.g. `{ fsync: 'off' }`; an adopted server keeps its own. */
  settings?: Readonly<Record<string, string>>;
  /** The port of a start; a free one unless given. */
  port?: number;
}

/** Longest wait for another process that starts or stops the same server, and for a server to recover. */
const patienceSeconds = 120;

const databaseName = 'residua';

/**
 * Starts the PostgreSQL server whose data live in `home`, or adopts it when it runs. Any number of processes may call it at
 * once. The server listens on a free port of the loopback interface only, survives this process, and comes back with its
 * data after a crash.
 * @throws ProblemError CONFIG_INVALID when this machine cannot run it: the message says what to change.
 */
export async function startEmbeddedPostgres(
  home: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const place = choosePlace(path.resolve(home));
  if (place.moved) {
    createLogger('postgres').info({ home, folder: place.folder }, 'the database lives outside the closed home folder');
  }
  return underLaunchLock(lockOf(place), patienceSeconds, async () => {
    const { cluster, postmaster, adopted } = (await adopt(place)) ?? (await start(place, options));
    enterUser(place.folder);
    await makeDatabase(cluster, postmaster.port);
    return {
      url: urlOf(cluster, postmaster.port, databaseName),
      adopted,
      pid: postmaster.pid,
      folder: place.folder,
      stop: ({ force = false } = {}) =>
        underLaunchLock(lockOf(place), patienceSeconds, async () => {
          const others = leaveUser(place.folder);
          if (others.length === 0 || force) await stop(cluster);
        }),
    };
  });
}

function lockOf(place: Place): string {
  return path.join(place.folder, 'lock');
}

interface RunningCluster {
  cluster: Cluster;
  postmaster: Postmaster;
  adopted: boolean;
}

/** A server that runs may still be recovering from a crash, or be going down. */
async function adopt(place: Place): Promise<RunningCluster | undefined> {
  const cluster = findCluster(place);
  if (!cluster) return undefined;
  const deadline = Date.now() + patienceSeconds * 1000;
  for (let postmaster = findPostmaster(cluster); postmaster; postmaster = findPostmaster(cluster)) {
    if (postmaster.ready && (await answers(cluster, postmaster.port))) return { cluster, postmaster, adopted: true };
    if (Date.now() > deadline)
      throw new Error(`the server of ${cluster.data} (process ${postmaster.pid}) does not answer`);
    await delay(50);
  }
  return undefined;
}

/** Failures that pass by themselves: the port was taken meanwhile; backends of a killed server are still leaving. */
const passingFailures =
  /could not bind|Address already in use|pre-existing shared memory block|lock file .* already exists/;

async function start(place: Place, { settings, port }: EmbeddedPostgresOptions): Promise<RunningCluster> {
  const binaries = await locateBinaries(place);
  const cluster = await openCluster(place, binaries);
  const deadline = Date.now() + 30_000;
  for (;;) {
    forgetDeadPostmaster(cluster, place);
    const outcome = await launch(place, cluster, binaries, { ...settings, port: String(port ?? (await freePort())) });
    if (typeof outcome !== 'string') return { cluster, postmaster: outcome, adopted: false };
    if (!passingFailures.test(outcome) || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start: ${outcome.trim() || 'it said nothing'}`);
    }
    await delay(100);
  }
}

/** The server once it answers, or what the server wrote before it gave up. */
async function launch(
  place: Place,
  cluster: Cluster,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster | string> {
  const logFile = path.join(place.folder, 'postgres.log');
  const log = fs.openSync(logFile, 'a', 0o600);
  const logStart = fs.fstatSync(log).size;
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const args = ['-D', cluster.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // Its own session, so that Ctrl-C in the terminal ends the command and lets the command end the server.
  const child = spawn(binaries.postgres, args, {
    ...place.user,
    cwd: place.folder,
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
    windowsHide: true,
  });
  fs.closeSync(log);
  child.unref();
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!failure && child.exitCode === null && child.signalCode === null) {
    const started = findPostmaster(cluster);
    if (started?.ready && (await answers(cluster, started.port))) return started;
    if (Date.now() > deadline) return `it does not answer after ${patienceSeconds} s, see ${logFile}`;
    await delay(20);
  }
  return failure?.message ?? fs.readFileSync(logFile).subarray(logStart).toString('utf8').slice(-1000);
}

async function stop(cluster: Cluster): Promise<void> {
  const running = findPostmaster(cluster);
  if (!running) return;
  // "Fast" ends every connection and writes everything out; "immediate" leaves the rest to the next start's recovery.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(running.pid, signal);
    if (await hasEnded(running.pid, 15)) return;
  }
  throw new Error(`the server of ${cluster.data} (process ${running.pid}) does not end`);
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

async function makeDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new pg.Client(urlOf(cluster, port, 'postgres'));
  client.on('error', () => {
    // A connection that breaks is a failed query below.
  });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await client.end();
  }
}
