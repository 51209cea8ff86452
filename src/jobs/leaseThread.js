/**
 * Renews the leases of one process from a thread of its own, so that no computation keeps them from being renewed. Plain
 * JavaScript: a thread starts from a file, which nothing translates when Residua runs from source.
 *
 * It also notices when the process's event loop stands still for longer than a job allows, and ends the process.
 *
 * In: `{ hold: token }`, `{ release: token }`, `{ watch: token, limit }`, `{ sign: { statement, values } }`, executed in every
 * round, `{ stop: true }`. Out: `{ lost: token }`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';

const { url, renewMilliseconds, leaseSeconds, beat } = workerData;
/** Shorter than a lease: a connection that hangs must leave time for another one. */
const patienceMilliseconds = 4000;
/** Pause after a renewal that failed: a whole round would leave the next one a second until the lease runs out. */
const retryMilliseconds = 500;

const held = new Set();
/** How long the event loop may stand still, and what the job fails with then, by lease. */
const watched = new Map();
let sign;
let stopped = false;
let client;

parentPort.on('message', ({ hold, release, watch, limit, sign: newSign, stop }) => {
  if (newSign) sign = newSign;
  if (hold) held.add(hold);
  if (release) held.delete(release);
  if (release) watched.delete(release);
  if (watch && limit) watched.set(watch, limit);
  else if (watch) watched.delete(watch);
  if (stop) {
    stopped = true;
    client?.end().catch(() => undefined);
    parentPort.close();
  }
});

async function connected() {
  if (client) return client;
  const fresh = new pg.Client({
    connectionString: url,
    application_name: 'residua-leases',
    connectionTimeoutMillis: patienceMilliseconds,
    query_timeout: patienceMilliseconds,
    statement_timeout: patienceMilliseconds,
    keepAlive: true,
  });
  fresh.on('error', () => forget(fresh));
  await fresh.connect();
  client = fresh;
  return fresh;
}

function forget(broken) {
  if (client === broken) client = undefined;
  broken.end().catch(() => undefined);
}

async function renew() {
  const tokens = [...held];
  const connection = await connected();
  try {
    if (sign) await connection.query(sign.statement, sign.values);
    if (tokens.length === 0) return;
    const { rows } = await connection.query(
      `UPDATE job SET lease_expires_at = clock_timestamp() + $2 * interval '1 second'
       WHERE state = 'RUNNING' AND lease_token = ANY ($1) RETURNING lease_token`,
      [tokens, leaseSeconds],
    );
    const renewed = new Set(rows.map((row) => row.lease_token));
    for (const token of tokens) {
      if (!renewed.has(token) && held.delete(token)) parentPort.postMessage({ lost: token });
    }
  } catch (error) {
    forget(connection);
    throw error;
  }
}

/** Leaves with the job why it failed, for whoever finds its lease run out, and ends this process. */
async function giveUp(token, failure) {
  const connection = await connected();
  await connection.query(
    `UPDATE job SET failure = $2, lease_expires_at = clock_timestamp()
     WHERE state = 'RUNNING' AND lease_token = $1`,
    [token, JSON.stringify(failure)],
  );
  process.kill(process.pid, 'SIGKILL');
}

const lookMilliseconds = 500;

async function watchLoop() {
  let last = -1;
  let silentMilliseconds = 0;
  while (!stopped) {
    await delay(lookMilliseconds, undefined, { ref: false });
    const now = Atomics.load(beat, 0);
    // Counted in looks, not by a clock: a process that was frozen has not been silent.
    silentMilliseconds = now === last ? silentMilliseconds + lookMilliseconds : 0;
    last = now;
    for (const [token, { limitSeconds, failure }] of watched) {
      if (silentMilliseconds > 1000 * limitSeconds) await giveUp(token, failure).catch(() => undefined);
    }
  }
}
void watchLoop();

while (!stopped) {
  // Without an answer nothing is known: the lease may still be ours, so the next round asks again.
  const answered =
    (held.size === 0 && !sign) ||
    (await renew().then(
      () => true,
      () => false,
    ));
  await delay(answered ? renewMilliseconds : retryMilliseconds, undefined, { ref: false });
}
