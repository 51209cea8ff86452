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
import { takeSnapshot } from './takeSnapshot.js';
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
    .option('--steps <number>', 'optimiser steps, as --param steps=…', integer(1))
    .option('--set <key=value>', 'setting of any training, e.g. imageSize=384 (repeatable)', keyValue)
    .option('--seed <number>', 'seed of every random number', integer(0))
    .addOption(deviceOption())
    .option('--detach', 'start it and return; follow it with "residua watch"')
    .addHelpText(
      'after',
      '\nExamples:\n  residua train tiles --model tiles --preset cpu-small\n  residua train tiles --model tiles --detector patchcore --seed 7\n  residua train tiles --model tiles --supervision supervised --param learningRate=0.0003 --detach\n  residua train tiles --model tiles --from tiles@1 --supervision semi-supervised',
    )
    .action((dataset: string, options: TrainOptions) =>
      asClient(options, async (client, terminal) => {
        const from = options.from === undefined ? undefined : await findModelVersion(client, options.from);
        const snapshotId = options.snapshot ?? (await takeSnapshot(client, dataset));
        const input = { ...inputOf(options, snapshotId), fromModelVersionId: from?.id };
        const payload = accepted((await client.request(StartTrainingDocument, { input })).startTraining);
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
    featureExtractor: options.featureExtractor === undefined ? undefined : { name: options.featureExtractor },
    settings: options.set,
    seed: options.seed,
    device: options.device,
  };
}
