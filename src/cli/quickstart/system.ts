import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResiduaClient } from '../../client/index.js';
import { nodeClient } from '../../client/node/index.js';
import { ManagedProcess } from '../processes/managedProcess.js';
import type { StopSequence } from '../processes/stopSequence.js';

/** A server and a worker of this command's own, on embedded PostgreSQL. */
export interface QuickstartSystem {
  client: ResiduaClient;
  api: ManagedProcess;
  worker: ManagedProcess;
  /** Rejects when one of the two processes ends; nobody asked it to. */
  failed: Promise<never>;
}

/** Makes the temporary folder for the system's state; `stops` removes it. */
export async function makeHome(stops: StopSequence): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'residua-quickstart-'));
  stops.add('temporary folder', () => rm(home, { recursive: true, force: true }));
  return home;
}

/** The two child processes, in the order they start. Each is in `processes` from its first moment on. */
export async function startSystem(
  places: { home: string; importRoot: string; logs: string },
  processes: ManagedProcess[],
  stops: StopSequence,
): Promise<QuickstartSystem> {
  await mkdir(places.logs, { recursive: true });
  const env = childEnvironment(places.home, places.importRoot);
  const start = (name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const logFile = join(places.logs, `${name}.log`);
    const started = ManagedProcess.start(name, args, { env: { ...env, ...more }, logFile });
    processes.push(started);
    stops.add(name, () => started.stop());
    return started;
  };
  // PostgreSQL belongs to the server process, which stops it: so the worker goes first when all is stopped.
  const api = start('api', ['serve', '--port', '0', '--no-worker']);
  const { url, databaseUrl } = await api.ready;
  const client = nodeClient({ url: url! });
  stops.add('client', () => client.close());
  const worker = start('worker', ['worker'], { DATABASE_URL: databaseUrl });
  await worker.ready;
  const failed = Promise.race([api.exited, worker.exited]).then((how) => Promise.reject(new Error(how)));
  // When both are stopped in the end, nobody waits for it any more.
  failed.catch(() => undefined);
  return { client, api, worker, failed };
}

/** Settings of an installation have no say here: its database must not be touched. Those of the computation have. */
const keptSettings = /^RESIDUA_(COMPUTE|PLUGINS|LOG_LEVEL|LIMIT_.*)$/;

function childEnvironment(home: string, importRoot: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => name !== 'DATABASE_URL' && (!name.startsWith('RESIDUA_') || keptSettings.test(name)),
  );
  return { ...Object.fromEntries(inherited), RESIDUA_HOME: home, RESIDUA_IMPORT_ROOTS: importRoot };
}
