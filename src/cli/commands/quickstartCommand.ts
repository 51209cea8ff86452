import { Command } from 'commander';
import { createTerminal } from '../terminal/terminal.js';
import { maskThresholdOption, maskValueOption, type MaskOptions } from './maskOptions.js';
import { integer, supervisionOption } from './options.js';

interface QuickstartFlags extends MaskOptions {
  data?: string;
  exclude?: string[];
  settings?: string;
  detector?: string[];
  supervision: string;
  preset: string;
  steps?: number;
  seed: number;
  out: string;
  keep?: boolean;
  json?: boolean;
}

/** `residua quickstart`. */
export function quickstartCommand(): Command {
  return new Command('quickstart')
    .description('see the whole of it: start everything, import, train, watch, evaluate, write a report')
    .option('--data <folder>', 'category folder in MVTec-AD layout; left out, a sample data set is made')
    .addOption(maskThresholdOption())
    .addOption(maskValueOption())
    .option('--exclude <type...>', 'leave out these defect types')
    .option(
      '--settings <file>',
      'settings.json of a pack: which defective images train; unsupervised leaves them out of the test',
    )
    .option('--detector <id...>', 'detectors to train and compare (default: patchcore and semirest)')
    .addOption(supervisionOption())
    .option('--preset <name>', 'training preset', 'cpu-small')
    .option('--steps <number>', "optimiser steps instead of the preset's (for the sample data set: 60)", integer(1))
    .option('--seed <number>', 'seed of every random number', integer(0), 0)
    .option('--out <folder>', 'where report.html and result.json go', 'quickstart-result')
    .option('--keep', 'leave server, worker and PostgreSQL running')
    .option('--json', 'print the result as JSON on standard output; progress goes to standard error')
    .addHelpText(
      'after',
      '\nExamples:\n  residua quickstart\n  residua quickstart --data ./magnetic_tile --exclude uneven --detector semirest --steps 100\n  residua quickstart --data ./magnetic_tile --settings settings.json --supervision supervised',
    )
    .action(async (flags: QuickstartFlags) => {
      const { quickstart } = await import('../quickstart/quickstart.js');
      const { detector = [], exclude = [], keep = false, json, ...rest } = flags;
      const terminal = createTerminal({ json });
      const result = await quickstart({ ...rest, detectors: detector, exclude, keep }, terminal);
      if (json) terminal.emit(result);
    });
}
