import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, serverRole } from './cluster.js';
import type { Place } from './place.js';
import { argumentsOf, isNumberTaken, isRunning } from './processes.js';

/** The server's first process, as its `postmaster.pid` tells. */
export interface Postmaster {
  pid: number;
  port: number;
  /** It says that it accepts connections. */
  ready: boolean;
}

/** Above the largest process number that Linux and macOS give. */
const numberNobodyHas = 4_194_305;

/** The live server of a cluster; undefined when none runs, whatever a left-over pid file says. */
export function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const lines = readPidFile(cluster.data);
  if (!lines) return undefined;
  const pid = Number(lines[0]);
  if (!isRunning(pid) || !serves(pid, cluster.data)) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * PostgreSQL refuses to start while the number in its pid file is taken, also by a zombie or a stranger. Such a number is
 * replaced. The file itself stays, for it names the shared memory by which PostgreSQL knows that backends of the
 * dead server are still alive.
 */
export function forgetDeadPostmaster(cluster: Cluster, place: Place): void {
  const lines = readPidFile(cluster.data);
  if (!lines || findPostmaster(cluster) || !isNumberTaken(Number(lines[0]))) return;
  const draft = path.join(cluster.data, `postmaster.pid.${randomUUID()}`);
  fs.writeFileSync(draft, [numberNobodyHas, ...lines.slice(1)].join('\n'), { mode: 0o600 });
  if (place.user) fs.chownSync(draft, place.user.uid, place.user.gid);
  fs.renameSync(draft, pidFileOf(cluster.data));
}

/** Address of a database of the cluster on that port. It contains the password. */
export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://${serverRole}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

/**
 * Whether the server lets us in and serves our data. False while it starts, recovers or is not there.
 * @throws Error when a server answers that is not this cluster's.
 */
export async function answers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(cluster, port, 'postgres'), connectionTimeoutMillis: 5000 });
  client.on('error', () => {
    // A connection that breaks is a failed query below.
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
    if (rows[0]?.folder === cluster.data) return true;
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') return false;
  } finally {
    await client.end().catch(() => undefined);
  }
  throw new Error(`port ${port} is served by another PostgreSQL than the one of ${cluster.data}`);
}

/** Waits until the process is gone; false when it still runs after `seconds`. */
export async function hasEnded(pid: number, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/** Its arguments name the data folder; where the system does not tell them, the number has to do. */
function serves(pid: number, data: string): boolean {
  const args = argumentsOf(pid);
  return args === undefined || args.includes(data) || args.join(' ').includes(`-D ${data}`);
}

function pidFileOf(data: string): string {
  return path.join(data, 'postmaster.pid');
}

function readPidFile(data: string): string[] | undefined {
  try {
    return fs.readFileSync(pidFileOf(data), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}
