import { Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import type { ResiduaConfig } from '../../shared/config.js';
import { aborted, onInterruption, unlessAborted } from '../processes/interruption.js';
import { Lifeline } from '../processes/lifeline.js';
import { ManagedProcess } from '../processes/managedProcess.js';
import { StopSequence } from '../processes/stopSequence.js';
import { createTerminal, type Terminal } from '../terminal/terminal.js';
import { openDatabase } from './openDatabase.js';
import { integer } from './options.js';
import { upgradeDatabase } from './upgradeDatabase.js';

interface ServeOptions {
  host?: string;
  port?: number;
  worker: boolean;
  json?: boolean;
}

/** `residua serve`. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('start the API, a worker and, without DATABASE_URL, an embedded PostgreSQL')
    .option('--host <address>', 'address to listen on (RESIDUA_HOST, default 127.0.0.1)')
    .option('--port <number>', 'port; 0 takes a free one (RESIDUA_PORT, default 4000)', integer(0, 65_535))
    .option('--no-worker', 'only the API; start workers with "residua worker"')
    .option('--json', 'print {"url": …} on standard output once it is ready')
    .addHelpText(
      'after',
      '\nCtrl-C or SIGTERM stops worker, API and embedded PostgreSQL, in this order. RESIDUA_HOME (default ./.residua) holds\ndatabase and blobs, RESIDUA_IMPORT_ROOTS the folders data sets may come from.\n\nExamples:\n  residua serve\n  RESIDUA_IMPORT_ROOTS=/data residua serve --port 8080\n  RESIDUA_API_TOKEN=… DATABASE_URL=postgres://… residua serve --host 0.0.0.0 --no-worker',
    )
    .action(async (options: ServeOptions) => {
      const abandoned = new AbortController();
      const interruption = onInterruption();
      const lifeline = new Lifeline(() => abandoned.abort());
      const databaseLost = new AbortController();
      const end = AbortSignal.any([interruption.signal, abandoned.signal, databaseLost.signal]);
      const stops = new StopSequence();
      const terminal = createTerminal({ json: options.json });
      try {
        const { url, databaseUrl, studio } = await start(options, terminal, stops, end, databaseLost);
        lifeline.tell({ type: 'ready', url, databaseUrl });
        if (terminal.json) terminal.emit({ url });
        else terminal.say(`Residua listens at ${url} (${pagesAt(url, studio)}). Ctrl-C stops it.`);
        await aborted(end);
      } finally {
        await stops.stopAll();
      }
      databaseLost.signal.throwIfAborted();
      process.exit(0);
    });
}

async function start(
  options: ServeOptions,
  terminal: Terminal,
  stops: StopSequence,
  end: AbortSignal,
  databaseLost: AbortController,
) {
  const { readConfig } = await import('../../main/config.js');
  const { startApi } = await import('../../main/api.js');
  const { refuseOpenListener } = await import('../../main/openListener.js');
  const read = readConfig();
  const given = { ...read, host: options.host ?? read.host, port: options.port ?? read.port };
  refuseOpenListener(given);
  if (given.databaseUrl === undefined) terminal.say(`starting the embedded PostgreSQL of ${given.home} …`);
  const opened = await openDatabase(given, stops, {
    restarted: (pid) => terminal.say(`the embedded PostgreSQL had ended and runs again (process ${pid})`),
    lost: (error) => databaseLost.abort(error),
  });
  await upgradeDatabase(opened, terminal);
  end.throwIfAborted();
  const api = await startApi(opened);
  stops.add('API', () => api.stop());
  if (api.firstInvitation) {
    const { url, expiresAt } = api.firstInvitation;
    terminal.say(
      `Nobody can sign in yet. The first administrator does it here, once, until ${expiresAt.toISOString()}:\n${url}`,
    );
  }
  if (options.worker) stops.add('worker', keepWorker(opened, terminal));
  return { url: api.url, databaseUrl: opened.databaseUrl, studio: opened.studio };
}

function pagesAt(url: string, studio: boolean): string {
  return `${studio ? `Studio: ${url}/studio/, ` : ''}GraphiQL: ${url}/graphql`;
}

/** Pause before the next worker: doubled each time one ends before it has settled. */
const restarts = { firstMilliseconds: 1_000, mostMilliseconds: 30_000, settledMilliseconds: 60_000 };

/** Starts a worker process, and another one whenever it ends; returns what stops it for good. */
function keepWorker(config: ResiduaConfig & { databaseUrl: string }, terminal: Terminal): () => Promise<void> {
  const stopping = new AbortController();
  const env = {
    ...process.env,
    DATABASE_URL: config.databaseUrl,
    RESIDUA_HOME: config.home,
    // This process has the port itself.
    ...(config.metrics.port ? { RESIDUA_METRICS_PORT: String(config.metrics.port + 1) } : {}),
  };
  const attend = async () => {
    let wait = restarts.firstMilliseconds;
    for (;;) {
      const began = performance.now();
      const worker = ManagedProcess.start('worker', ['worker'], { env });
      const how = await unlessAborted(stopping.signal, worker.exited).catch(() => undefined);
      if (how === undefined) return worker.stop();
      if (performance.now() - began > restarts.settledMilliseconds) wait = restarts.firstMilliseconds;
      terminal.say(`${how}; starting another one in ${wait / 1000} s`);
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      // A run that kills its workers is given up after three of them: the good ones must find one then.
      wait = Math.min(2 * wait, restarts.mostMilliseconds);
    }
  };
  const attending = attend();
  return () => {
    stopping.abort(new Error('stopped'));
    return attending;
  };
}
