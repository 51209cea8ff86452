import { existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { problem } from '../../shared/errors.js';
import { exportFormatIds, type ExportFormatId } from '../../shared/exportFormats.js';
import {
  accepted,
  ExportDatasetDocument,
  ExportModelDocument,
  ExportOutcomeDocument,
  nodeOf,
  ModelExportOutcomeDocument,
  ModelVersionDocument,
  present,
  type ResiduaClient,
} from '../../client/index.js';
import { saveFile } from '../../client/node/index.js';
import { UsageError } from '../terminal/printError.js';
import type { Terminal } from '../terminal/terminal.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';
import { onSnapshot } from './onSnapshot.js';
import { watchJob } from './watchCommand.js';

interface ExportDatasetOptions extends ClientOptions {
  format: ExportFormatId;
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
    .addOption(new Option('--format <format>', 'layout of the zip').choices(exportFormatIds).default('manifest'))
    .option('-o, --output <file>', 'file to write; <dataset>-<format>.zip when left out')
    .option('--snapshot <id>', 'export this snapshot instead of a new one')
    .addHelpText(
      'after',
      '\nmanifest holds everything; docs/formats.md says what the others lose.\n\nExamples:\n  residua export dataset tiles\n  residua export dataset tiles --format coco -o tiles.zip',
    )
    .action((dataset: string, options: ExportDatasetOptions) =>
      asClient(options, async (client, terminal) => {
        const file = options.output ?? `${inFileName(dataset)}-${options.format}.zip`;
        checkOutput(file);
        const { snapshot, format } = options;
        const start = async (snapshotId: string) =>
          accepted((await client.request(ExportDatasetDocument, { input: { snapshotId, format } })).exportDataset);
        const started = await (snapshot === undefined ? onSnapshot(client, dataset, start) : start(snapshot));
        const { id } = present(started.export, 'export');
        await watchJob(client, terminal, id, 'export');
        const { images, imagesLeftOut, artifact } = nodeOf(
          (await client.request(ExportOutcomeDocument, { id })).node,
          id,
        );
        const { sha256, bytes } = present(artifact, `the zip of ${id}`);
        await save(client, terminal, artifact!, file);
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
        const ending = format === 'onnx' ? 'onnx' : 'zip';
        const file = options.output ?? `${inFileName(model)}-${inFileName(version)}.${ending}`;
        checkOutput(file);
        const found = (await client.request(ModelVersionDocument, { model, version })).modelVersion;
        const { id: modelVersionId } = present(found, `version ${version} of model ${model}`);
        const started = accepted(
          (await client.request(ExportModelDocument, { input: { modelVersionId, format } })).exportModel,
        );
        const { id } = present(started.export, 'export');
        await watchJob(client, terminal, id, 'export');
        const { artifact } = nodeOf((await client.request(ModelExportOutcomeDocument, { id })).node, id);
        const { sha256, bytes } = present(artifact, `the file of ${id}`);
        await save(client, terminal, artifact!, file);
        if (terminal.json) terminal.emit({ export: id, file, bytes, sha256 });
        else terminal.say(`${model} version ${version} is now in ${file} (${(bytes / 1e6).toFixed(1)} MB)`);
      }),
    );
}

interface Artifact {
  url: string;
  sha256: string;
  bytes: number;
}

/** What has the file's name is the whole file. @throws ProblemError ARTIFACT_CORRUPT when it does not arrive as it was sent. */
async function save(client: ResiduaClient, terminal: Terminal, { url, sha256, bytes }: Artifact, file: string) {
  const part = `${file}.part`;
  const progress = terminal.transfer(file, bytes);
  try {
    const found = await saveFile(client, url, part, (received) => progress.show(received, bytes));
    const message = `${file} arrived damaged: expected sha256 ${sha256}, found ${found}`;
    if (found !== sha256) throw problem('ARTIFACT_CORRUPT', message, { item: file });
    await rename(part, file);
  } finally {
    progress.end();
    await rm(part, { force: true });
  }
}

/** Said before the work begins, not after it. @throws UsageError when the file's folder is not there. */
function checkOutput(file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder} to write ${basename(file)} into`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${file} is a folder`);
}

function inFileName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '_');
}
