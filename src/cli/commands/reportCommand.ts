import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import {
  EvaluationOutcomeDocument,
  LatestModelVersionDocument,
  RefusedError,
  RequestError,
  type ResiduaClient,
} from '../../client/index.js';
import { writeReport } from '../report/writeReport.js';
import { evaluationsOf } from './evaluationsOf.js';
import { asClient, modelReference, splitOption, withClientOptions, type ClientOptions } from './options.js';

interface ReportOptions extends ClientOptions {
  output: string;
  split?: string;
  snapshot?: string;
}

/** `residua report`. */
export function reportCommand(): Command {
  return withClientOptions(new Command('report'))
    .description('write the HTML report of evaluations: pictures, anomaly maps, metrics and curves in one file')
    .argument('<evaluated...>', 'model (name, name@version or name@alias) or id of an evaluation; several are compared')
    .option('-o, --output <file>', 'file to write, or a folder that gets report.html', 'report.html')
    .addOption(splitOption('of a model: its newest evaluation on this split'))
    .option('--snapshot <id>', 'of a model: its newest evaluation on this snapshot')
    .addHelpText(
      'after',
      '\nA model must have been evaluated; its newest evaluation is shown.\n\nExamples:\n  residua report tiles\n  residua report tiles@1 tiles@2 -o comparison.html',
    )
    .action((evaluated: string[], options: ReportOptions) =>
      asClient(options, async (client, terminal) => {
        const subjects: { evaluationId: string }[] = [];
        for (const each of evaluated) subjects.push({ evaluationId: await evaluationOf(client, each, options) });
        const file = await fileIn(options.output);
        await writeReport(client, subjects, file);
        if (terminal.json) terminal.emit({ file, evaluations: subjects.map(({ evaluationId }) => evaluationId) });
        else terminal.say(`the report is in ${file}`);
      }),
    );
}

/** @throws RefusedError NOT_FOUND for a model without such an evaluation. */
async function evaluationOf(client: ResiduaClient, text: string, options: ReportOptions): Promise<string> {
  const { model, version } = modelReference(text);
  const isModel = version !== undefined || (await client.request(LatestModelVersionDocument, { name: model })).model;
  if (!isModel) {
    if (await isEvaluation(client, text)) return text;
    const message = `there is neither a model nor an evaluation ${text}`;
    throw new RefusedError([{ code: 'NOT_FOUND', message, item: text }]);
  }
  const evaluations = await evaluationsOf(client, text);
  for await (const evaluation of evaluations) {
    const { state, split, snapshot } = evaluation;
    const isAsked = split === (options.split ?? split) && snapshot.id === (options.snapshot ?? snapshot.id);
    if (state === 'COMPLETED' && isAsked) return evaluation.id;
  }
  const message = `${text} has no completed evaluation like that; "residua evaluate ${text}" makes one`;
  throw new RefusedError([{ code: 'NOT_FOUND', message, item: text }]);
}

async function isEvaluation(client: ResiduaClient, id: string): Promise<boolean> {
  try {
    const { node } = await client.request(EvaluationOutcomeDocument, { id });
    return node !== null && 'id' in node;
  } catch (error) {
    // What is no id at all.
    if (error instanceof RequestError && error.errors[0].code === 'BAD_USER_INPUT') return false;
    throw error;
  }
}

async function fileIn(output: string): Promise<string> {
  const isFolder = (await stat(output).catch(() => undefined))?.isDirectory();
  return isFolder ? join(output, 'report.html') : output;
}
