import { Command } from 'commander';
import { problem } from '../../shared/errors.js';
import { accepted, present } from '../client/errors.js';
import { exportDataset, exportOutcome } from '../client/operations/index.js';
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
    .addHelpText('after', '\nExamples:\n  residua export dataset tiles');
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
        const { url, sha256, bytes } = present(artifact, `the zip of ${id}`);
        const file = options.output ?? `${dataset.replaceAll(/[^\w.-]+/g, '_')}-${options.format}.zip`;
        const found = await client.save(url, file);
        if (found !== sha256) {
          throw problem('ARTIFACT_CORRUPT', `${file} arrived damaged: expected sha256 ${sha256}, found ${found}`, {
            item: file,
          });
        }
        if (terminal.json) terminal.emit({ export: id, file, bytes, sha256, images, imagesLeftOut });
        else {
          terminal.say(`${images} images are now in ${file} (${(bytes / 1e6).toFixed(1)} MB)`);
          if (imagesLeftOut > 0)
            terminal.say(`${imagesLeftOut} images were left out: the format has no place for them`);
        }
      }),
    );
}
