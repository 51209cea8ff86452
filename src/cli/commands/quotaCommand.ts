import { Command, Option } from 'commander';
import {
  accepted,
  present,
  ProjectQuotasDocument,
  SetProjectQuotasDocument,
  type ProjectQuotasQuery,
  type SetProjectQuotasInput,
} from '../../client/index.js';
import { listTable } from '../terminal/table.js';
import { asClient, integer, withClientOptions, type ClientOptions } from './options.js';

type Given = Partial<Record<keyof Omit<SetProjectQuotasInput, 'projectId'>, number | 'none'>>;

/** `residua quota`. */
export function quotaCommand(): Command {
  return withClientOptions(new Command('quota'))
    .description('show what a project uses and may use, or bound it')
    .argument('<project>', 'name of the project')
    .addOption(quota('--bytes <number>', 'bytes of images, uploads, model versions and exports'))
    .addOption(quota('--images <number>', 'images'))
    .addOption(quota('--predictions-per-minute <number>', 'single predictions within a minute'))
    .addOption(quota('--training-minutes <number>', 'minutes of training within 30 days'))
    .addHelpText(
      'after',
      '\nnone takes a quota away. Setting quotas is for administrators. What is used beyond a new quota stays; nothing is added to it.\n\nExamples:\n  residua quota "line 3"\n  residua quota "line 3" --images 50000 --bytes 200000000000\n  residua quota "line 3" --training-minutes none',
    )
    .action((name: string, { url, json, ...given }: ClientOptions & Given) =>
      asClient({ url, ...(json && { json }) }, async (client, terminal) => {
        const read = async () =>
          present((await client.request(ProjectQuotasDocument, { name })).project, `project ${name}`);
        const { id: projectId } = await read();
        const quotas = Object.fromEntries(
          Object.entries(given).map(([option, value]) => [option, value === 'none' ? null : value]),
        );
        if (Object.keys(quotas).length > 0) {
          accepted(
            (await client.request(SetProjectQuotasDocument, { input: { projectId, ...quotas } })).setProjectQuotas,
          );
        }
        const project = await read();
        if (terminal.json) return terminal.emit({ usage: project.usage, quotas: project.quotas });
        terminal.say(listTable([['', 'USED', 'QUOTA'], ...rowsOf(project)]));
      }),
    );
}

/** A number, or `none`. */
function quota(flags: string, description: string): Option {
  const number = integer(0);
  return new Option(flags, description).argParser((text) => (text === 'none' ? text : number(text)));
}

function rowsOf({ usage, quotas }: NonNullable<ProjectQuotasQuery['project']>): string[][] {
  const names = ['bytes', 'images', 'predictionsPerMinute', 'trainingMinutes'] as const;
  const words = ['bytes', 'images', 'predictions a minute', 'training minutes in 30 days'];
  return names.map((name, i) => [words[i]!, String(Math.ceil(usage[name])), String(quotas[name] ?? 'none')]);
}
