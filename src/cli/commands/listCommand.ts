import { Command, Option } from 'commander';
import { collected, type ResiduaClient, WorkersDocument } from '../../client/index.js';
import { listTable } from '../terminal/table.js';
import { metricText } from '../terminal/metricsTable.js';
import type { Terminal } from '../terminal/terminal.js';
import { evaluationsOf } from './evaluationsOf.js';
import { findDataset } from './findDataset.js';
import { allDatasets, allImages, allModelVersions, allTrainingRuns, imageLabels, type ImageChoice } from './lists.js';
import { asClient, splitOption, withClientOptions, type ClientOptions } from './options.js';

/** `residua list`, with what can be listed as subcommands. */
export function listCommand(): Command {
  return new Command('list')
    .description('list what the server holds: data sets, images, models, training runs, evaluations, workers')
    .addCommand(list('datasets', 'list the data sets with their numbers of images', [], datasets))
    .addCommand(imagesCommand())
    .addCommand(list('models', 'list the models with their versions and aliases', [], models))
    .addCommand(list('runs', 'list the training runs, newest first', [], runs))
    .addCommand(list('workers', 'list the workers that are alive, with what they take', [], workers))
    .addCommand(
      list('evaluations', 'list the evaluations of a model version, newest first', ['<model>'], (client, [model]) =>
        evaluations(client, model!),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  residua list datasets\n  residua list images tiles --label ANOMALOUS --split TEST\n  residua list runs --json | jq .id',
    );
}

/** What stands in the table and, for programs, in its lines of JSON. */
interface Listing {
  head: readonly string[];
  rows: readonly { cells: readonly string[]; value: unknown }[];
}

function list(
  name: string,
  description: string,
  parameters: readonly string[],
  read: (client: ResiduaClient, args: readonly string[]) => Promise<Listing>,
): Command {
  const command = withClientOptions(new Command(name)).description(description);
  for (const each of parameters) command.argument(each, 'name, name@version or name@alias');
  return command
    .addHelpText('after', `\nExample:\n  residua list ${name}${parameters.length > 0 ? ' tiles@champion' : ''}`)
    .action((...given: unknown[]) => {
      const args = given.slice(0, parameters.length) as string[];
      return asClient(given[parameters.length] as ClientOptions, async (client, terminal) =>
        show(terminal, await read(client, args)),
      );
    });
}

function imagesCommand(): Command {
  return withClientOptions(new Command('images'))
    .description('list the images of a data set')
    .argument('<dataset>', 'name of the data set')
    .addOption(new Option('--label <label>', 'only these').choices(imageLabels))
    .addOption(splitOption('only these'))
    .option('--defect-type <type>', 'only these')
    .addHelpText('after', '\nExample:\n  residua list images tiles --label ANOMALOUS --split TEST')
    .action((dataset: string, options: ClientOptions & ImageChoice) =>
      asClient(options, async (client, terminal) => {
        const { id } = await findDataset(client, dataset);
        const images = await collected(allImages(client, id, options));
        show(terminal, {
          head: ['IMAGE', 'SPLIT', 'LABEL', 'DEFECT TYPE', 'SIZE', 'LABELLED WITH'],
          rows: images.map((image) => ({
            cells: [
              image.filename,
              image.split,
              image.label,
              image.defectType ?? '',
              `${image.width}x${image.height}`,
              image.annotations.map(({ kind }) => kind).join(', '),
            ],
            value: image,
          })),
        });
      }),
    );
}

async function datasets(client: ResiduaClient): Promise<Listing> {
  const found = await collected(allDatasets(client));
  return {
    head: ['DATA SET', 'IMAGES', 'NORMAL', 'ANOMALOUS', 'TRAIN', 'VALIDATION', 'TEST'],
    rows: found.map((dataset) => {
      const { images, normal, anomalous, train, validation, test } = dataset.counts;
      const numbers = [images, normal, anomalous, train, validation, test].map(String);
      return { cells: [dataset.name, ...numbers], value: dataset };
    }),
  };
}

async function models(client: ResiduaClient): Promise<Listing> {
  const found = await collected(allModelVersions(client));
  return {
    head: ['MODEL', 'ALIASES', 'DETECTOR', 'SUPERVISION', 'TRAINED ON', 'THRESHOLD', 'CREATED'],
    rows: found.map((version) => ({
      cells: [
        `${version.model}@${version.version}`,
        version.aliases.join(', '),
        version.trainingRun.detector.name,
        version.supervision.toLowerCase().replace('_', '-'),
        version.snapshot.dataset.name,
        metricText(version.imageThreshold),
        minuteOf(version.createdAt),
      ],
      value: version,
    })),
  };
}

async function runs(client: ResiduaClient): Promise<Listing> {
  const found = await collected(allTrainingRuns(client));
  return {
    head: ['RUN', 'STATE', 'DETECTOR', 'DATA SET', 'MODEL', 'STARTED'],
    rows: found.map((run) => {
      const { modelVersion: made, state, progress, failure } = run;
      const isOn = state === 'RUNNING' ? ` ${(100 * progress).toFixed(0)} %` : '';
      return {
        cells: [
          run.id,
          `${state}${isOn}`,
          run.detector.name,
          run.snapshot.dataset.name,
          made ? `${made.model.name}@${made.version}` : (failure?.code ?? ''),
          minuteOf(run.createdAt),
        ],
        value: run,
      };
    }),
  };
}

async function evaluations(client: ResiduaClient, model: string): Promise<Listing> {
  const found = await collected(await evaluationsOf(client, model));
  return {
    head: ['EVALUATION', 'STATE', 'SPLIT', 'DATA SET', 'IMAGE AUROC', 'PIXEL AP', 'STARTED'],
    rows: found.map((evaluation) => ({
      cells: [
        evaluation.id,
        evaluation.state,
        evaluation.split,
        evaluation.snapshot.dataset.name,
        metricText(evaluation.metrics?.imageAuroc ?? null),
        metricText(evaluation.metrics?.pixelAp ?? null),
        minuteOf(evaluation.createdAt),
      ],
      value: evaluation,
    })),
  };
}

async function workers(client: ResiduaClient): Promise<Listing> {
  const { server } = await client.request(WorkersDocument);
  return {
    head: ['WORKER', 'DEVICE', 'ENGINE', 'STARTED', 'TAKES'],
    rows: server.workers.map((worker) => ({
      cells: [worker.name, worker.device, worker.engine, minuteOf(worker.startedAt), worker.kinds.join(', ')],
      value: worker,
    })),
  };
}

/** A table for people, a line of JSON for each row for programs. */
function show(terminal: Terminal, { head, rows }: Listing): void {
  if (terminal.json) for (const { value } of rows) terminal.emit(value);
  else if (rows.length === 0) terminal.say('there are none');
  else terminal.say(listTable([head, ...rows.map(({ cells }) => cells)]));
}

/** `2026-01-02 03:04` in UTC. */
function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
