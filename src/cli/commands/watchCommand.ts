import { Command } from 'commander';
import { accepted } from '../client/errors.js';
import { waitForJob } from '../client/followJob.js';
import type { GraphqlClient } from '../client/graphqlClient.js';
import { cancelJob, type JobEvent } from '../client/operations/index.js';
import type { Terminal } from '../terminal/terminal.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';

/** `residua watch`. */
export function watchCommand(): Command {
  return withClientOptions(new Command('watch'))
    .description('follow a job live, from its first event to its last')
    .argument('<job>', 'id of an import, training run or evaluation')
    .option('--after <cursor>', 'begin behind this event')
    .addHelpText(
      'after',
      '\nWith --json every event is one line. Ctrl-C ends the watching, not the job.\n\nExamples:\n  residua watch VHJhaW5pbmdSdW46MDE5Mg\n  residua watch VHJhaW5pbmdSdW46MDE5Mg --json | jq .metrics',
    )
    .action((job: string, options: ClientOptions & { after?: string }) =>
      asClient(options, async (client, terminal) => {
        if (terminal.json) await waitForJob(client, job, (event) => terminal.emit(event), options.after);
        else await watchJob(client, terminal, job, 'job', options.after);
      }),
    );
}

/** `residua cancel`. */
export function cancelCommand(): Command {
  return withClientOptions(new Command('cancel'))
    .description('cancel a job that waits or runs')
    .argument('<job>', 'id of an import, training run or evaluation')
    .addHelpText('after', '\nExample:\n  residua cancel VHJhaW5pbmdSdW46MDE5Mg')
    .action((job: string, options: ClientOptions) =>
      asClient(options, async (client, terminal) => {
        accepted((await client.request(cancelJob, { input: { id: job } })).cancelJob);
        if (terminal.json) terminal.emit({ cancelled: job });
        else terminal.say(`asked job ${job} to stop`);
      }),
    );
}

/** Shows a job's progress until it ends, and returns its events. @throws ProblemError when the job fails. */
export async function watchJob(
  client: GraphqlClient,
  terminal: Terminal,
  job: string,
  title: string,
  after?: string,
): Promise<JobEvent[]> {
  const progress = terminal.progress(title);
  try {
    return await waitForJob(client, job, (event) => progress.show(event), after);
  } finally {
    progress.end();
  }
}
