import { basename } from 'node:path';
import { Command, Option } from 'commander';
import {
  accepted,
  type ModelVersionInfo,
  PredictDocument,
  type PredictionInfo,
  present,
  type Problem,
  RefusedError,
  throwIfRefused,
  type ResiduaClient,
} from '../../client/index.js';
import { sendFile } from './sendFile.js';
import { numberText } from '../terminal/jobProgress.js';
import { UsageError } from '../terminal/printError.js';
import type { Terminal } from '../terminal/terminal.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';
import { findModelVersion } from './findModelVersion.js';
import { imagesOf } from './imageArguments.js';
import { mapKinds, picturesIn } from './pictureFolder.js';
import { predictMany, type ManyImages } from './predictMany.js';

/** `residua predict`. */
export function predictCommand(): Command {
  return withClientOptions(new Command('predict'))
    .description('score images with a model version')
    .argument('<model>', 'name, name@version or name@alias; without version the newest')
    .argument('[images...]', 'image files, and folders of them')
    .option('--snapshot <id>', 'instead of files: the images of a snapshot')
    .option('--dataset <name>', 'instead of files: the images of a data set as it is now')
    .addOption(new Option('--split <split>', 'only these of them').choices(['TRAIN', 'VALIDATION', 'TEST']))
    .option('--out <folder>', 'save anomaly maps and overlays there')
    .addOption(
      new Option('--map <kind>', 'how maps are saved: numbers for programs, or colours with a legend')
        .choices(mapKinds)
        .default('16-bit'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  residua predict tiles part-17.png part-18.png\n  residua predict tiles@champion *.png --out maps --json\n  residua predict tiles@champion shift-3/ --out maps --map colour\n  residua predict tiles@champion --dataset plates --split TEST',
    )
    .action((model: string, images: string[], options: ClientOptions & ManyImages) =>
      asClient(options, async (client, terminal) => {
        const many = checkedSource(images, options);
        const version = await findModelVersion(client, model);
        if (many) return predictMany(client, terminal, version, options);
        await predictFiles(client, terminal, version, { ...options, images: await imagesOf(images) });
      }),
    );
}

/**
 * Predicts one file after the other and prints each answer when it is there.
 * @throws RefusedError in the end, with the problems of every file that could not be predicted; the others were.
 */
async function predictFiles(
  client: ResiduaClient,
  terminal: Terminal,
  version: ModelVersionInfo,
  { images, out, map }: Pick<ManyImages, 'out' | 'map'> & { images: readonly string[] },
): Promise<void> {
  const pictures = picturesIn(client, out, { kind: map, ...version });
  const width = Math.max(...images.map(({ length }) => length));
  const say = (image: string, ...cells: string[]) =>
    terminal.json || terminal.say([image.padEnd(width), ...cells.map((cell) => cell.padEnd(9))].join('  ').trimEnd());
  say('IMAGE', 'SCORE', 'VERDICT', 'REGIONS', 'SECONDS');
  const problems: Problem[] = [];
  for (const image of images) {
    const keepPictures = pictures !== undefined || terminal.json;
    const prediction = await predictFile(client, terminal, version, { image, keepPictures }).catch((error: unknown) => {
      if (!(error instanceof RefusedError)) throw error;
      problems.push(...error.problems);
    });
    if (!prediction) continue;
    await pictures?.save(basename(image), prediction);
    if (terminal.json) terminal.emit({ image, ...prediction });
    const { anomalyScore, isAnomalous, regions, seconds } = prediction;
    const verdict = isAnomalous ? 'anomalous' : 'normal';
    say(image, numberText(anomalyScore), verdict, String(regions.length), seconds.toFixed(2));
    const { explanation, warnings } = prediction;
    for (const note of [...(explanation ? [explanation] : []), ...warnings]) say(`  ${note}`);
  }
  throwIfRefused(problems);
}

async function predictFile(
  client: ResiduaClient,
  terminal: Terminal,
  { id: modelVersionId }: ModelVersionInfo,
  { image, keepPictures }: { image: string; keepPictures: boolean },
): Promise<PredictionInfo> {
  const input = { modelVersionId, uploadId: await sendFile(client, terminal, image), keepPictures };
  const payload = accepted((await client.request(PredictDocument, { input })).predict);
  return present(payload.prediction, `prediction of ${image}`);
}

/** Whether the images are the server's. @throws UsageError for files and the server's images together, or neither. */
function checkedSource(files: readonly string[], { snapshot, dataset, split }: ManyImages): boolean {
  if (snapshot !== undefined && dataset !== undefined) throw new UsageError('give --snapshot or --dataset, not both');
  const many = snapshot !== undefined || dataset !== undefined;
  if (many === files.length > 0) {
    throw new UsageError('give image files, or --snapshot or --dataset, not both and not neither');
  }
  if (!many && split !== undefined) throw new UsageError('--split chooses among the images of --snapshot or --dataset');
  return many;
}
