import { Command, InvalidArgumentError, Option } from 'commander';
import { AuditEventsDocument, eachOf, present, ProjectIdDocument, type AuditOutcome } from '../../client/index.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';

interface AuditOptions extends ClientOptions {
  project?: string;
  action?: string;
  outcome?: AuditOutcome;
  since?: string;
  until?: string;
}

/** `residua audit`. */
export function auditCommand(): Command {
  return withClientOptions(new Command('audit'))
    .description('print who did what, newest first, as one line of JSON each')
    .option('--project <name>', 'only what was about it')
    .option('--action <name>', 'only this one, e.g. setModelAlias or signIn')
    .addOption(new Option('--outcome <outcome>', 'only what went so').choices(['DONE', 'REFUSED', 'FAILED']))
    .option('--since <time>', 'at or after, e.g. 2026-03-01 or 2026-03-01T06:00:00Z', time)
    .option('--until <time>', 'before', time)
    .addHelpText(
      'after',
      '\nNeeds the permission AUDIT. "residua verify" shows, on the machine of the server, that nothing was changed.\n\nExamples:\n  residua audit --since 2026-03-01 > march.jsonl\n  residua audit --outcome REFUSED | jq .action',
    )
    .action(({ project, action, outcome, since, until, ...options }: AuditOptions) =>
      asClient(options, async (client) => {
        const named =
          project &&
          present((await client.request(ProjectIdDocument, { name: project })).project, `project ${project}`);
        const filter = { action, outcome, since, until };
        const projectId = named ? named.id : undefined;
        const events = eachOf(
          async (after) => (await client.request(AuditEventsDocument, { projectId, filter, after })).auditEvents,
        );
        // Waits for the reader: the log may be longer than memory.
        for await (const event of events) {
          if (!process.stdout.write(`${JSON.stringify(event)}\n`)) {
            await new Promise((resolve) => process.stdout.once('drain', resolve));
          }
        }
      }),
    );
}

/** ISO 8601 in UTC, from a day or a time. */
function time(text: string): string {
  const parsed = new Date(text);
  if (Number.isNaN(parsed.getTime()))
    throw new InvalidArgumentError('must be a day or a time such as 2026-03-01T06:00:00Z.');
  return parsed.toISOString();
}
