import { Command } from 'commander';
import {
  accepted,
  CancelJobDocument,
  nodeOf,
  type JobEvent,
  JobOutcomeDocument,
  type ResiduaClient,
  waitForJob,
} from '../../client/index.js';
import type { Terminal } from '../terminal/terminal.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';

/** `residua watch`. */
export function watchCommand(): Command {
  return withClientOptions(new Command('watch'))
    .description('follow a job live, from its first event to its last')
    .argument('<job>', 'id of an import, export, training run, evaluation or prediction of a data set')
    .option('--after <cursor>', 'begin behind this event')
    .addHelpText(
      'after',
      '\nWith --json every event is one line. Ctrl-C ends the watching, not the job.\n\nExamples:\n  residua watch VHJhaW5pbmdSdW46MDE5Mg\n  residua watch VHJhaW5pbmdSdW46MDE5Mg --json | jq .metrics',
    )
    .action((job: string, options: ClientOptions & { after?: string }) =>
      asClient(options, async (client, terminal) => {
        // Says at once that there is no such job, or no server.
        nodeOf((await client.request(JobOutcomeDocument, { id: job })).node, `job ${job}`);
        if (terminal.json) await waitForJob(client, job, (event) => terminal.emit(event), options.after);
        else await watchJob(client, terminal, job, 'job', { after: options.after });
      }),
    );
}

/** `residua cancel`. */
export function cancelCommand(): Command {
  return withClientOptions(new Command('cancel'))
    .description('cancel a job that waits or runs')
    .argument('<job>', 'id of an import, export, training run, evaluation or prediction of a data set')
    .addHelpText('after', '\nExample:\n  residua cancel VHJhaW5pbmdSdW46MDE5Mg')
    .action((job: string, options: ClientOptions) =>
      asClient(options, async (client, terminal) => {
        accepted((await client.request(CancelJobDocument, { input: { id: job } })).cancelJob);
        if (terminal.json) terminal.emit({ cancelled: job });
        else terminal.say(`asked job ${job} to stop`);
      }),
    );
}

/**
 * Shows a job's progress until it ends, and returns its events.
 * @param options.tellsProblems the caller tells every problem of a job that failed: they need not be shown twice.
 * @throws RefusedError when the job fails.
 */
export async function watchJob(
  client: ResiduaClient,
  terminal: Terminal,
  job: string,
  title: string,
  options: { after?: string | undefined; tellsProblems?: boolean } = {},
): Promise<JobEvent[]> {
  const progress = terminal.progress(title);
  const isTold = (event: JobEvent) => event.__typename === 'LogWritten' && event.level === 'ERROR';
  const show = (event: JobEvent) => {
    if (!options.tellsProblems || !isTold(event)) progress.show(event);
  };
  try {
    return await waitForJob(client, job, show, options.after);
  } finally {
    progress.end();
  }
}
