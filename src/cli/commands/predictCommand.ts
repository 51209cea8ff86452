import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { Command, Option } from 'commander';
import { problem } from '../../shared/errors.js';
import { accepted, present } from '../client/errors.js';
import type { GraphqlClient } from '../client/graphqlClient.js';
import { predict, type PredictionInfo } from '../client/operations/index.js';
import { uploadFile } from '../client/uploadFile.js';
import { numberText } from '../terminal/jobProgress.js';
import { listTable } from '../terminal/table.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';
import { findModelVersion } from './evaluateCommand.js';
import { predictMany, type ManyImages } from './predictMany.js';

/** `residua predict`. */
export function predictCommand(): Command {
  return withClientOptions(new Command('predict'))
    .description('score images with a model version')
    .argument('<model>', 'name, name@version or name@alias; without version the newest')
    .argument('[images...]', 'image files')
    .option('--snapshot <id>', 'instead of files: the images of a snapshot')
    .option('--dataset <name>', 'instead of files: the images of a data set as it is now')
    .addOption(new Option('--split <split>', 'only these of them').choices(['TRAIN', 'VALIDATION', 'TEST']))
    .option('--out <folder>', 'save anomaly maps and overlays there')
    .addHelpText(
      'after',
      '\nExamples:\n  residua predict tiles part-17.png part-18.png\n  residua predict tiles@champion *.png --out maps --json\n  residua predict tiles@champion --dataset plates --split TEST',
    )
    .action((model: string, images: string[], options: ClientOptions & ManyImages & { out?: string }) =>
      asClient(options, async (client, terminal) => {
        const many = options.snapshot !== undefined || options.dataset !== undefined;
        if (many === images.length > 0) {
          throw problem('BAD_USER_INPUT', 'give image files, or --snapshot or --dataset, not both and not neither');
        }
        const version = await findModelVersion(client, model);
        if (many) return predictMany(client, terminal, version, options);
        const rows = [['IMAGE', 'SCORE', 'VERDICT', 'REGIONS', 'SECONDS']];
        for (const image of images) {
          const uploadId = await uploadFile(client, image);
          const payload = accepted(
            (await client.request(predict, { input: { modelVersionId: version.id, uploadId } })).predict,
          );
          const prediction = present(payload.prediction, `prediction of ${image}`);
          if (options.out !== undefined) await savePictures(client, prediction, options.out, image);
          if (terminal.json) terminal.emit({ image, ...prediction });
          const verdict = prediction.isAnomalous ? 'anomalous' : 'normal';
          rows.push([
            image,
            numberText(prediction.anomalyScore),
            verdict,
            String(prediction.regions.length),
            prediction.seconds.toFixed(2),
          ]);
        }
        if (!terminal.json) terminal.say(listTable(rows));
      }),
    );
}

async function savePictures(
  client: GraphqlClient,
  prediction: PredictionInfo,
  folder: string,
  image: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const stem = parse(basename(image)).name;
  await writeFile(join(folder, `${stem}_map.png`), await client.download(prediction.anomalyMapUrl));
  await writeFile(join(folder, `${stem}_overlay.png`), await client.download(prediction.overlayUrl));
}
