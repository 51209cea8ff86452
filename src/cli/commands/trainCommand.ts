import { Command, Option } from 'commander';
import {
  accepted,
  type NeededDevice,
  nodeOf,
  present,
  StartTrainingDocument,
  type StartTrainingInput,
  TrainingOutcomeDocument,
} from '../../client/index.js';
import {
  asClient,
  deviceOption,
  integer,
  keyValue,
  supervisionOf,
  supervisionOption,
  withClientOptions,
  type ClientOptions,
} from './options.js';
import { findModelVersion } from './findModelVersion.js';
import { UsageError } from '../terminal/printError.js';
import { onSnapshot } from './onSnapshot.js';
import { watchJob } from './watchCommand.js';

interface TrainOptions extends ClientOptions {
  model: string;
  snapshot?: string;
  from?: string;
  supervision: string;
  preset?: string;
  labels?: 'PIXEL' | 'BLOCK' | 'BOX';
  detector: string;
  param?: Record<string, unknown>;
  featureExtractor?: string;
  featureParam?: Record<string, unknown>;
  steps?: number;
  set?: Record<string, unknown>;
  seed?: number;
  device?: NeededDevice;
  detach?: boolean;
}

/** `residua train`. */
export function trainCommand(): Command {
  return withClientOptions(new Command('train'))
    .description('train a detector on a data set and follow it live')
    .argument('<dataset>', 'name of the data set; a snapshot of it is taken')
    .requiredOption('--model <name>', 'model that gets the new version')
    .option('--snapshot <id>', 'train on this snapshot instead of a new one')
    .option('--from <version>', 'go on from this model version: name, name@version or name@alias')
    .addOption(supervisionOption())
    .option('--preset <name>', 'starting point, one of the detector\'s; "residua presets" lists them')
    .addOption(new Option('--labels <kind>', 'labels to read of anomalous images').choices(['PIXEL', 'BLOCK', 'BOX']))
    .option('--detector <name>', 'detector plugin, e.g. patchcore', 'semirest')
    .option(
      '--param <key=value>',
      'parameter of the detector, e.g. learningRate=0.0003 (repeatable); "residua plugins <name>" lists them',
      keyValue,
    )
    .option('--feature-extractor <name>', 'feature extractor plugin')
    .option(
      '--feature-param <key=value>',
      'parameter of --feature-extractor, e.g. weights.file=wide.safetensors (repeatable)',
      keyValue,
    )
    .option('--steps <number>', 'optimiser steps, as --param steps=…', integer(1))
    .option('--set <key=value>', 'setting of any training, e.g. imageSize=384 (repeatable)', keyValue)
    .option('--seed <number>', 'seed of every random number', integer(0))
    .addOption(deviceOption())
    .option('--detach', 'start it and return; follow it with "residua watch"')
    .addHelpText(
      'after',
      '\nExamples:\n  residua train tiles --model tiles --preset cpu-small\n  residua train tiles --model tiles --detector patchcore --seed 7\n  residua train tiles --model tiles --supervision supervised --param learningRate=0.0003 --detach\n  residua train tiles --model tiles --from tiles@1 --supervision semi-supervised\n  residua train tiles --model tiles --feature-extractor wide-resnet50 --feature-param weights.file=wide.safetensors',
    )
    .action((dataset: string, options: TrainOptions) =>
      asClient(options, async (client, terminal) => {
        const from = options.from === undefined ? undefined : await findModelVersion(client, options.from);
        const start = async (snapshotId: string) => {
          const input = { ...inputOf(options, snapshotId), fromModelVersionId: from?.id };
          return accepted((await client.request(StartTrainingDocument, { input })).startTraining);
        };
        const payload = await (options.snapshot ? start(options.snapshot) : onSnapshot(client, dataset, start));
        const run = present(payload.run, 'run');
        if (options.detach) return terminal.json ? terminal.emit({ run: run.id }) : terminal.say(run.id);
        terminal.say(`training run ${run.id} (${run.detector.name} ${run.detector.version}, seed ${run.seed})`);
        await watchJob(client, terminal, run.id, options.model);
        const { modelVersion } = nodeOf((await client.request(TrainingOutcomeDocument, { id: run.id })).node, run.id);
        const version = present(modelVersion, `model version of ${run.id}`);
        if (terminal.json) terminal.emit({ run: run.id, modelVersion: version });
        else terminal.say(`${version.model.name}@${version.version} is trained`);
      }),
    );
}

function features({
  featureExtractor: name,
  featureParam: params,
}: TrainOptions): StartTrainingInput['featureExtractor'] {
  if (name === undefined && params) throw new UsageError('--feature-param needs --feature-extractor: name whose it is');
  return name === undefined ? undefined : { name, params };
}

function inputOf(options: TrainOptions, snapshotId: string): StartTrainingInput {
  const params = { ...options.param, ...(options.steps !== undefined && { steps: options.steps }) };
  return {
    snapshotId,
    modelName: options.model,
    supervision: supervisionOf(options.supervision),
    preset: options.preset,
    labels: options.labels,
    // Names and ranges are the server's to check: it reports all that is wrong at once.
    detector: { name: options.detector, params },
    featureExtractor: features(options),
    settings: options.set,
    seed: options.seed,
    device: options.device,
  };
}
