import { Command, InvalidArgumentError, Option } from 'commander';
import {
  accepted,
  DatasetByNameDocument,
  present,
  type ResiduaClient,
  type Split,
  SplitDatasetDocument,
  type SplitDatasetInput,
} from '../../client/index.js';
import { textTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { asClient, integer, withClientOptions, type ClientOptions } from './options.js';

/** How `--split` and the argument of `residua split` are written. */
export type Shares = SplitDatasetInput['shares'];

interface SplitOptions extends ClientOptions {
  seed: number;
  groupBy?: string;
  only?: Split;
  dryRun?: boolean;
}

/** `residua split`. */
export function splitCommand(): Command {
  return withClientOptions(new Command('split'))
    .description('divide the images of a data set into splits, each label and kind of defect in the same proportion')
    .argument('<dataset>', 'name of the data set')
    .argument('<shares>', 'train/test, e.g. 80/20, or train/validation/test, e.g. 70/10/20', shares)
    .option('--seed <number>', 'the same seed gives the same splits', integer(0, 2 ** 31 - 1), 0)
    .option('--group-by <pattern>', "images whose names have the same {part} stay together, e.g. '{part}_cam*.png'")
    .addOption(
      new Option('--only <split>', 'divide only the images of this split').choices(['TRAIN', 'VALIDATION', 'TEST']),
    )
    .option('--dry-run', 'tell what would be, change nothing')
    .addHelpText(
      'after',
      "\nExamples:\n  residua split tiles 80/20\n  residua split tiles 70/10/20 --seed 3 --group-by '{part}_*'\n  residua split tiles 90/10/0 --only TRAIN --dry-run",
    )
    .action((name: string, of: Shares, { seed, groupBy, only, dryRun, ...options }: SplitOptions) =>
      asClient(options, async (client, terminal) => {
        const { id } = present((await client.request(DatasetByNameDocument, { name })).dataset, `data set ${name}`);
        const filter = only && { split: only };
        const answer = await splitDataset(client, terminal, {
          datasetId: id,
          shares: of,
          seed,
          groupBy,
          filter,
          dryRun,
        });
        if (terminal.json) terminal.emit(answer);
      }),
    );
}

/** Divides a data set and tells people how. @returns the same for programs. @throws RefusedError. */
export async function splitDataset(client: ResiduaClient, terminal: Terminal, input: SplitDatasetInput) {
  const { changed, groups, splits, warnings } = accepted(
    (await client.request(SplitDatasetDocument, { input })).splitDataset,
  );
  for (const { message } of warnings) terminal.say(`warning: ${message}`);
  const rows = splits.map(({ split, images, normal, anomalous, unlabelled }) =>
    [split, images, normal, anomalous, unlabelled].map(String),
  );
  terminal.say(textTable(['split', 'images', 'normal', 'anomalous', 'unlabelled'], rows));
  terminal.say(`${changed} images ${input.dryRun ? 'would go' : 'went'} to another split`);
  return { changed, groups, splits, warnings };
}

/** Reads `80/20` and `70/10/20`. */
export function shares(text: string): Shares {
  const numbers = text.split('/').map((part) => (/^\d+(\.\d+)?$/.test(part.trim()) ? Number(part) : Number.NaN));
  const [train, second, third] = numbers;
  const isRight = (numbers.length === 2 || numbers.length === 3) && !numbers.some(Number.isNaN);
  if (!isRight) throw new InvalidArgumentError('must be train/test or train/validation/test, e.g. 80/20 or 70/10/20.');
  return third === undefined ? { train: train!, test: second! } : { train: train!, validation: second!, test: third };
}
