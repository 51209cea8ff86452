import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { Command } from 'commander';
import { accepted, present } from '../client/errors.js';
import type { GraphqlClient } from '../client/graphqlClient.js';
import { predict, type PredictionInfo } from '../client/operations/index.js';
import { uploadFile } from '../client/uploadFile.js';
import { numberText } from '../terminal/jobProgress.js';
import { listTable } from '../terminal/table.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';
import { findModelVersion } from './evaluateCommand.js';

/** `residua predict`. */
export function predictCommand(): Command {
  return withClientOptions(new Command('predict'))
    .description('score images with a model version')
    .argument('<model>', 'name, name@version or name@alias; without version the newest')
    .argument('<images...>', 'image files')
    .option('--out <folder>', 'save anomaly maps and overlays there')
    .addHelpText(
      'after',
      '\nExamples:\n  residua predict tiles part-17.png part-18.png\n  residua predict tiles@champion *.png --out maps --json',
    )
    .action((model: string, images: string[], options: ClientOptions & { out?: string }) =>
      asClient(options, async (client, terminal) => {
        const version = await findModelVersion(client, model);
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
