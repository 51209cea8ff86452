import { Command, InvalidArgumentError, Option } from 'commander';
import {
  nodeOf,
  SweepOutcomeDocument,
  type Metrics,
  type NeededDevice,
  type ResiduaClient,
  type SweepMetric,
  type SweepOutcome,
} from '../../client/index.js';
import { onInterruption } from '../processes/interruption.js';
import { followSweep } from '../recommend/followSweep.js';
import { methods, supervisionName, type Method } from '../recommend/methods.js';
import { startSweep, startUsualSweep, type SweepRequest } from '../recommend/startSweep.js';
import { methodsTable, verdictOf, type MethodResult } from '../recommend/verdict.js';
import { shownMetrics } from '../terminal/metricsTable.js';
import type { Terminal } from '../terminal/terminal.js';
import { onSnapshot } from './onSnapshot.js';
import { asClient, deviceOption, integer, keyValue, withClientOptions, type ClientOptions } from './options.js';

/** As people write them. */
const metrics = {
  'image-auroc': { metric: 'IMAGE_AUROC', shown: 'imageAuroc' },
  'image-ap': { metric: 'IMAGE_AP', shown: 'imageAp' },
  'pixel-ap': { metric: 'PIXEL_AP', shown: 'pixelAp' },
  pro: { metric: 'PRO', shown: 'pro' },
} as const satisfies Record<string, { metric: SweepMetric; shown: keyof Metrics }>;

interface RecommendOptions extends ClientOptions {
  snapshot?: string;
  methods?: Method[];
  minutes: number;
  metric: keyof typeof metrics;
  seeds: number[];
  preset?: string;
  labels?: 'PIXEL' | 'BLOCK';
  set?: Record<string, unknown>;
  model?: string;
  device?: NeededDevice;
}

/** `residua recommend`. */
export function recommendCommand(): Command {
  return withClientOptions(new Command('recommend'))
    .description('try several methods on a data set and tell which suits it, judged on its validation split')
    .argument('<dataset>', 'name of the data set; a snapshot of it is taken')
    .option('--snapshot <id>', 'try them on this snapshot instead of a new one')
    .option('--methods <list>', 'methods to try, the first is what others are compared with', methods)
    .option('--minutes <number>', 'minutes after which it ends, whatever was tried', integer(1, 10_080), 30)
    .addOption(
      new Option('--metric <name>', 'what methods are judged by').choices(Object.keys(metrics)).default('image-auroc'),
    )
    .option('--seeds <list>', 'each method is trained with each of these', seeds, [0, 1, 2])
    .option('--preset <name>', 'starting point of every method; "residua presets" lists them')
    .addOption(new Option('--labels <kind>', 'labels that supervised methods read').choices(['PIXEL', 'BLOCK']))
    .option('--set <key=value>', 'setting of every training, e.g. imageSize=384 (repeatable)', keyValue)
    .option('--model <name>', 'model that gets the versions of the trials; left out, "<dataset>-methods"')
    .addOption(deviceOption())
    .addHelpText(
      'after',
      '\nThe validation split needs normal and anomalous images: "residua split <dataset> 60/20/20" makes one. Left to itself it tries what the\nlabels of the training images allow. Ctrl-C ends it and shows what was found. Nothing is promoted.\n\nExamples:\n  residua recommend tiles\n  residua recommend tiles --minutes 120 --metric pixel-ap --seeds 0,1,2,3,4\n  residua recommend tiles --methods patchcore,padim,semirest:semi-supervised,devnet:supervised',
    )
    .action((dataset: string, options: RecommendOptions) =>
      asClient(options, (client, terminal) => recommend(client, terminal, dataset, options)),
    );
}

/** Ctrl-C ends the sweep, since it would go on in the server. @throws InterruptedError behind what was found by then. */
async function recommend(client: ResiduaClient, terminal: Terminal, dataset: string, options: RecommendOptions) {
  const { title: metric } = shownMetrics.find(({ name }) => name === metrics[options.metric].shown)!;
  const interruption = onInterruption();
  const { signal } = interruption;
  try {
    const start = (snapshotId: string) => {
      const input = requestOf(dataset, options, snapshotId);
      return options.methods ? startSweep(client, input, options.methods) : startUsualSweep(client, terminal, input);
    };
    const id = await (options.snapshot ? start(options.snapshot) : onSnapshot(client, dataset, start));
    terminal.say(`sweep ${id}, ${options.minutes} minutes at most`);
    await followSweep(client, terminal, { id, metric, signal });
    const sweep = nodeOf((await client.request(SweepOutcomeDocument, { id })).node, id);
    tell(terminal, sweep, metric, { dataset, options });
    signal.throwIfAborted();
  } finally {
    interruption.release();
  }
}

function requestOf(dataset: string, options: RecommendOptions, snapshotId: string): SweepRequest {
  return {
    snapshotId,
    modelName: options.model ?? `${dataset}-methods`,
    preset: options.preset,
    labels: options.labels,
    settings: options.set,
    seeds: options.seeds,
    metric: metrics[options.metric].metric,
    budgetMinutes: options.minutes,
    device: options.device,
  };
}

interface Asked {
  dataset: string;
  options: RecommendOptions;
}

function tell(terminal: Terminal, sweep: SweepOutcome, metric: string, asked: Asked): void {
  const { methods: tried, recommended, sentence } = verdictOf(sweep, metric);
  const { id, endReason, modelName: model } = sweep;
  if (terminal.json) {
    return terminal.emit({ sweep: id, endReason, metric: sweep.metric, model, methods: tried, recommended, sentence });
  }
  terminal.say(`\n${methodsTable(tried, metric)}\n`);
  terminal.say(`judged on ${sweep.snapshot.counts.validation} validation images`);
  terminal.say(sentence);
  if (recommended?.version) for (const line of nextSteps(recommended, model, asked)) terminal.say(line);
}

/** Commands that go on with a method. */
function nextSteps(
  { detector, supervision, version }: MethodResult,
  model: string,
  { dataset, options }: Asked,
): string[] {
  const { preset, labels, set, snapshot } = options;
  const trained = quoted(`${model}@${version}`);
  const train = [
    ...['residua train', quoted(dataset), '--model', quoted(dataset), '--detector', detector],
    ...['--supervision', supervisionName(supervision)],
    ...(preset ? ['--preset', quoted(preset)] : []),
    ...(labels && supervision === 'SUPERVISED' ? ['--labels', labels] : []),
    ...Object.entries(set ?? {}).flatMap(([name, value]) => ['--set', quoted(`${name}=${String(value)}`)]),
    ...(snapshot ? ['--snapshot', snapshot] : []),
  ];
  return [
    `measure it on the test images, which chose nothing:  residua evaluate ${trained}`,
    `put it beside what is served:                        residua alias ${trained} challenger`,
    `train it again:                                      ${train.join(' ')}`,
  ];
}

/** As a shell reads it again. */
function quoted(text: string): string {
  return /^[\w.,:=@/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Reads `0,1,2`. */
function seeds(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\d{1,9}$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (numbers.some(Number.isNaN))
    throw new InvalidArgumentError('must be whole numbers with commas between, e.g. 0,1,2.');
  return numbers;
}
