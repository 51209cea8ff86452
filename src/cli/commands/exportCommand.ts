import { Command, Option } from 'commander';
import { problem } from '../../shared/errors.js';
import { accepted, present } from '../client/errors.js';
import type { GraphqlClient } from '../client/graphqlClient.js';
import {
  exportDataset,
  exportModel,
  exportOutcome,
  modelExportOutcome,
  modelVersion,
} from '../client/operations/index.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';
import { takeSnapshot } from './takeSnapshot.js';
import { watchJob } from './watchCommand.js';

interface ExportDatasetOptions extends ClientOptions {
  format: string;
  output?: string;
  snapshot?: string;
}

/** `residua export`, with what can be exported as subcommands. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write what the server holds to a file')
    .addCommand(exportDatasetCommand())
    .addCommand(exportModelCommand())
    .addHelpText(
      'after',
      '\nExamples:\n  residua export dataset tiles\n  residua export model tiles champion -o tiles.onnx',
    );
}

/** `residua export dataset`. */
function exportDatasetCommand(): Command {
  return withClientOptions(new Command('dataset'))
    .description('export a data set, or one of its snapshots, as a zip')
    .argument('<dataset>', 'name of the data set; a snapshot of it is taken')
    .option('--format <format>', 'layout of the zip: manifest, coco, voc, mvtec or blocks-csv', 'manifest')
    .option('--output <file>', 'file to write; <dataset>-<format>.zip when left out')
    .option('--snapshot <id>', 'export this snapshot instead of a new one')
    .addHelpText(
      'after',
      '\nmanifest holds everything; docs/formats.md says what the others lose.\n\nExamples:\n  residua export dataset tiles\n  residua export dataset tiles --format coco --output tiles.zip',
    )
    .action((dataset: string, options: ExportDatasetOptions) =>
      asClient(options, async (client, terminal) => {
        const snapshotId = options.snapshot ?? (await takeSnapshot(client, dataset));
        const input = { snapshotId, format: options.format };
        const started = accepted((await client.request(exportDataset, { input })).exportDataset);
        const { id } = present(started.export, 'export');
        await watchJob(client, terminal, id, 'export');
        const { images, imagesLeftOut, artifact } = present((await client.request(exportOutcome, { id })).node, id);
        const { sha256, bytes } = present(artifact, `the zip of ${id}`);
        const file = options.output ?? `${inFileName(dataset)}-${options.format}.zip`;
        await save(client, artifact!, file);
        if (terminal.json) terminal.emit({ export: id, file, bytes, sha256, images, imagesLeftOut });
        else {
          terminal.say(`${images} images are now in ${file} (${(bytes / 1e6).toFixed(1)} MB)`);
          if (imagesLeftOut > 0)
            terminal.say(`${imagesLeftOut} images were left out: the format has no place for them`);
        }
      }),
    );
}

interface ExportModelOptions extends ClientOptions {
  format: 'onnx' | 'bundle';
  output?: string;
}

/** `residua export model`. */
function exportModelCommand(): Command {
  return withClientOptions(new Command('model'))
    .description('export a model version, as one ONNX file or as a bundle')
    .argument('<model>', 'name of the model')
    .argument('<version>', 'a number or an alias')
    .addOption(
      new Option('--format <format>', 'onnx: predicts by itself; bundle: for another Residua')
        .choices(['onnx', 'bundle'])
        .default('onnx'),
    )
    .option('-o, --output <file>', 'file to write; <model>-<version>.onnx or .zip when left out')
    .addHelpText(
      'after',
      '\ndocs/export.md says what is in them.\n\nExamples:\n  residua export model tiles champion -o tiles.onnx\n  residua export model tiles 3 --format bundle',
    )
    .action((model: string, version: string, options: ExportModelOptions) =>
      asClient(options, async (client, terminal) => {
        const { format } = options;
        const found = (await client.request(modelVersion, { model, version })).modelVersion;
        const { id: modelVersionId } = present(found, `version ${version} of model ${model}`);
        const started = accepted(
          (await client.request(exportModel, { input: { modelVersionId, format } })).exportModel,
        );
        const { id } = present(started.export, 'export');
        await watchJob(client, terminal, id, 'export');
        const { artifact } = present((await client.request(modelExportOutcome, { id })).node, id);
        const { sha256, bytes } = present(artifact, `the file of ${id}`);
        const ending = format === 'onnx' ? 'onnx' : 'zip';
        const file = options.output ?? `${inFileName(model)}-${inFileName(version)}.${ending}`;
        await save(client, artifact!, file);
        if (terminal.json) terminal.emit({ export: id, file, bytes, sha256 });
        else terminal.say(`${model} version ${version} is now in ${file} (${(bytes / 1e6).toFixed(1)} MB)`);
      }),
    );
}

/** @throws ProblemError ARTIFACT_CORRUPT when the file does not arrive as it was sent. */
async function save(client: GraphqlClient, { url, sha256 }: { url: string; sha256: string }, file: string) {
  const found = await client.save(url, file);
  if (found === sha256) return;
  const message = `${file} arrived damaged: expected sha256 ${sha256}, found ${found}`;
  throw problem('ARTIFACT_CORRUPT', message, { item: file });
}

function inFileName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '_');
}
