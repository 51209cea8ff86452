import { Command } from 'commander';
import {
  accepted,
  present,
  SetThresholdPolicyDocument,
  VersionThresholdsDocument,
  type SetThresholdPolicyInput,
  type ThresholdsFragment,
} from '../../client/index.js';
import { numberText } from '../terminal/jobProgress.js';
import { UsageError } from '../terminal/printError.js';
import { evaluationsOf } from './evaluationsOf.js';
import { findModelVersion } from './findModelVersion.js';
import { asClient, decimal, withClientOptions, type ClientOptions } from './options.js';
import type { ResiduaClient } from '../../client/index.js';

interface ThresholdOptions extends ClientOptions {
  image?: number;
  pixel?: number;
  normalQuantile?: number;
  pixelQuantile?: number;
  bestF1?: boolean;
  evaluation?: string;
  author?: string;
}

/** `residua threshold`. */
export function thresholdCommand(): Command {
  return withClientOptions(new Command('threshold'))
    .description('show or choose the scores from which on a model version calls an image, or a pixel, anomalous')
    .argument('<model>', 'name, name@version or name@alias; without version the newest')
    .option('--image <score>', 'an image counts as anomalous from this score on', decimal(0))
    .option('--pixel <score>', 'a pixel does from this score on', decimal(0))
    .option('--normal-quantile <share>', 'what this share of normal images stays below, e.g. 0.98', decimal(0, 1))
    .option('--pixel-quantile <share>', 'with it: the share of their pixels, e.g. 0.999', decimal(0, 1))
    .option('--best-f1', 'where an evaluation reached its best F1')
    .option('--evaluation <id>', 'whose scores decide; left out with --best-f1, the newest of the version')
    .option('--author <name>', 'who decides')
    .addHelpText(
      'after',
      '\nWithout an option it tells the thresholds and how they were chosen. Choose on validation images: scores of test\nimages make what is measured on them look better than it is.\n\nExamples:\n  residua threshold tiles\n  residua threshold tiles@champion --normal-quantile 0.99\n  residua threshold tiles@3 --image 0.62 --author Ada',
    )
    .action((reference: string, options: ThresholdOptions) =>
      asClient(options, async (client, terminal) => {
        const { id, version, model } = await findModelVersion(client, reference);
        const choice = choiceOf(options);
        const input = choice && { ...choice, modelVersionId: id, author: options.author };
        if (input?.kind === 'F1_MAX') input.evaluationId ??= await newestEvaluation(client, reference);
        const thresholds = input
          ? accepted((await client.request(SetThresholdPolicyDocument, { input })).setThresholdPolicy).modelVersion
          : (await client.request(VersionThresholdsDocument, { model: model.name, version: String(version) }))
              .modelVersion;
        const found = present(thresholds, reference);
        if (terminal.json) terminal.emit(found);
        else terminal.say(inWords(found));
      }),
    );
}

type Choice = Omit<SetThresholdPolicyInput, 'modelVersionId'>;

/** What the options ask for; undefined when they only want to see. @throws UsageError for more than one way at once. */
function choiceOf(options: ThresholdOptions): Choice | undefined {
  const { image, pixel, normalQuantile, pixelQuantile, bestF1, evaluation } = options;
  const choices: Choice[] = [];
  if (image !== undefined || pixel !== undefined) {
    choices.push({ kind: 'MANUAL', imageThreshold: image, pixelThreshold: pixel, evaluationId: evaluation });
  }
  if (normalQuantile !== undefined || pixelQuantile !== undefined) {
    const quantiles = { imageQuantile: normalQuantile, pixelQuantile };
    choices.push({ kind: 'NORMAL_QUANTILE', ...quantiles, evaluationId: evaluation });
  }
  if (bestF1) choices.push({ kind: 'F1_MAX', evaluationId: evaluation });
  if (choices.length > 1) throw new UsageError('choose one way: scores, quantiles of normal images, or --best-f1');
  if (choices.length === 0 && (evaluation ?? options.author) !== undefined) {
    throw new UsageError('say how to choose: --image, --pixel, --normal-quantile or --best-f1');
  }
  return choices[0];
}

async function newestEvaluation(client: ResiduaClient, reference: string): Promise<string> {
  for await (const { id, state } of await evaluationsOf(client, reference)) if (state === 'COMPLETED') return id;
  throw new UsageError(`${reference} has no completed evaluation; "residua evaluate ${reference}" makes one`);
}

function inWords({
  model,
  version,
  imageThreshold,
  pixelThreshold,
  thresholdPolicy: policy,
}: ThresholdsFragment): string {
  const score = (value: number | null) => (value === null ? 'none' : numberText(value));
  const how = {
    MANUAL: 'by hand',
    F1_MAX: 'at the best F1 of an evaluation',
    NORMAL_QUANTILE: `above ${policy.imageQuantile} of the normal images and ${policy.pixelQuantile} of their pixels`,
  }[policy.kind];
  const where = policy.split === null ? '' : `, on ${policy.split} images`;
  return [
    `${model.name}@${version}: an image is anomalous from ${score(imageThreshold)} on, a pixel from ${score(pixelThreshold)}`,
    `chosen ${how}${where}${policy.author ? `, by ${policy.author}` : ''}`,
    ...(policy.chosenOnTestSplit ? ['test images decided: what is measured on them looks better than it is'] : []),
  ].join('\n');
}
