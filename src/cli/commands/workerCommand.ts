import { Command, Option } from 'commander';
import { aborted, onInterruption } from '../processes/interruption.js';
import { Lifeline } from '../processes/lifeline.js';
import { StopSequence } from '../processes/stopSequence.js';
import { createTerminal } from '../terminal/terminal.js';
import { openDatabase } from './openDatabase.js';
import { upgradeDatabase } from './upgradeDatabase.js';

/** `residua worker`. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('run imports, trainings, evaluations and predictions that a server has queued')
    .addOption(
      new Option('--device <device>', 'jobs to take, by the device they need (RESIDUA_WORKER_DEVICE)')
        .choices(['auto', 'cpu', 'gpu'])
        .default(undefined, 'auto: what its engine computes on'),
    )
    .addHelpText(
      'after',
      '\nAny number may run, on any machine that reaches DATABASE_URL and the blob store. Without DATABASE_URL it joins the\nembedded PostgreSQL of RESIDUA_HOME.\n\nExamples:\n  DATABASE_URL=postgres://… residua worker\n  RESIDUA_COMPUTE=tensorflow residua worker',
    )
    .action(async ({ device }: { device?: string }) => {
      const end = new AbortController();
      const interruption = onInterruption();
      const lifeline = new Lifeline(() => end.abort());
      const stops = new StopSequence();
      try {
        const { readConfig } = await import('../../main/config.js');
        const { startWorker } = await import('../../main/worker.js');
        const config = await openDatabase(
          readConfig(device ? { ...process.env, RESIDUA_WORKER_DEVICE: device } : process.env),
          stops,
        );
        await upgradeDatabase(config, createTerminal());
        const worker = await startWorker(config);
        stops.add('worker', () => worker.stop());
        lifeline.tell({ type: 'ready' });
        const ended = aborted(AbortSignal.any([interruption.signal, end.signal]));
        await Promise.race([ended, worker.engineLost.then(() => (process.exitCode = 1))]);
      } finally {
        await stops.stopAll();
      }
      // Native threads of the compute engine would hold the process for a while.
      process.exit();
    });
}
