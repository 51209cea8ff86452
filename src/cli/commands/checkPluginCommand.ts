import { Command, InvalidArgumentError } from 'commander';
import type { ContractAnswer, ContractQuestion } from '../../main/contractChild.js';
import type { RuleOutcome } from '../../plugin-contract/index.js';
import { problem, ProblemError } from '../../shared/errors.js';
import { exitCodes } from '../terminal/printError.js';
import { createTerminal } from '../terminal/terminal.js';
import { integer } from './options.js';

interface CheckOptions {
  params: Record<string, unknown>;
  minutes: number;
  json?: boolean;
}

/** `residua plugins check`. */
export function checkPluginCommand(): Command {
  return new Command('check')
    .description('hold a plugin of your own to its contract; needs no server')
    .argument('<folder>', 'folder of the plugin, or name of an installed package')
    .option('--params <json>', 'parameters of the plugin; a detector is quicker with few steps', jsonObject, {})
    .option('--minutes <number>', 'how long it may take', integer(1, 1440), 10)
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nExits with 1 when the plugin breaks a rule.\n\nExamples:\n  residua plugins check ./gabor-features\n  residua plugins check ./my-detector --params \'{"steps": 2}\'',
    )
    .action(async (folder: string, options: CheckOptions) => {
      const terminal = createTerminal(options);
      const outcomes = await checked(folder, options);
      const broken = outcomes.filter(({ problems }) => problems.length > 0);
      if (broken.length > 0) process.exitCode = exitCodes.problem;
      if (options.json) return terminal.emit(outcomes);
      for (const { rule, problems } of outcomes) {
        terminal.say(`${problems.length > 0 ? 'BROKEN' : 'kept  '}  ${rule}`);
        for (const each of problems) terminal.say(`          ${each}`);
      }
      terminal.say(`${outcomes.length - broken.length} of ${outcomes.length} rules are kept`);
    });
}

async function checked(folder: string, { params, minutes }: CheckOptions): Promise<RuleOutcome[]> {
  const [{ askProcess, inspectPlugin }, { readConfig }] = await Promise.all([
    import('../../plugin-host/index.js'),
    import('../../main/config.js'),
  ]);
  const plugin = await inspectPlugin(folder);
  if (plugin.problem) throw new ProblemError([plugin.problem]);
  const question: ContractQuestion = { plugin, params, home: readConfig().home };
  const child = new URL('../../main/contractChild', import.meta.url);
  const outcome = await askProcess<ContractAnswer>(child, question, minutes * 60_000);
  const { id } = plugin.facts;
  if (outcome.how === 'late') {
    throw problem('STEP_TIMEOUT', `plugin ${id} did not come back within ${minutes} min (--minutes)`, { item: id });
  }
  if (outcome.how === 'ended') throw problem('PLUGIN_CRASHED', `plugin ${id}: ${outcome.words}`, { item: id });
  if ('outcomes' in outcome.answer) return outcome.answer.outcomes;
  const [first, ...rest] = outcome.answer.problems;
  throw new ProblemError([first!, ...rest]);
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('must be a JSON object, e.g. \'{"steps": 2}\'.');
}
