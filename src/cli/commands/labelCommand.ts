import { Command, Option } from 'commander';
import {
  accepted,
  UpdateImagesDocument,
  type BoxInput,
  type ImageLabel,
  type ResiduaClient,
  type Split,
} from '../../client/index.js';
import { UsageError } from '../terminal/printError.js';
import { findDataset } from './findDataset.js';
import { findImages } from './findImages.js';
import { importBoxes } from './importBoxes.js';
import { imageLabels } from './lists.js';
import { asClient, decimal, splitOption, withClientOptions, type ClientOptions } from './options.js';
import { saveBoxes, type BoxAuthor } from './saveBoxes.js';

/** `residua label`, with what can be said of images as subcommands. */
export function labelCommand(): Command {
  return new Command('label')
    .description('say what images show: normal or anomalous, in which split, and where their defects are')
    .addCommand(labelImageCommand())
    .addCommand(labelBoxCommand())
    .addCommand(labelImportCommand())
    .addHelpText(
      'after',
      '\nExamples:\n  residua label image tiles test/pit/3.png --split TRAIN\n  residua label box tiles test/pit/3.png 10,20,40,30\n  residua label import tiles boxes.csv',
    );
}

interface ImageOptions extends ClientOptions {
  label?: ImageLabel;
  split?: Split;
  defectType?: string;
}

/** `residua label image`. */
function labelImageCommand(): Command {
  return withClientOptions(new Command('image'))
    .description('set label, split or kind of defect of images, all or none')
    .argument('<dataset>', 'name of the data set')
    .argument('<image...>', 'their names in the data set, as "residua list images" shows them')
    .addOption(new Option('--label <label>', 'what they show').choices(imageLabels))
    .addOption(splitOption('what they are used for'))
    .option('--defect-type <type>', 'kind of defect')
    .addHelpText(
      'after',
      '\nExamples:\n  residua label image tiles test/pit/3.png test/pit/4.png --split TRAIN\n  residua label image tiles new/7.png --label ANOMALOUS --defect-type pit',
    )
    .action((dataset: string, names: string[], options: ImageOptions) =>
      asClient(options, async (client, terminal) => {
        const { label, split, defectType } = options;
        if ((label ?? split ?? defectType) === undefined) {
          throw new UsageError('say what to set: --label, --split or --defect-type');
        }
        const images = await findImages(client, await findDataset(client, dataset), names);
        const input = { ids: images.map(({ id }) => id), label, split, defectType };
        accepted((await client.request(UpdateImagesDocument, { input })).updateImages);
        if (terminal.json) terminal.emit({ images: images.map(({ filename }) => filename), label, split, defectType });
        else terminal.say(`${images.length} images of ${dataset} are changed`);
      }),
    );
}

interface BoxOptions extends ClientOptions, BoxAuthor {
  defectType?: string;
  add?: boolean;
}

/** `residua label box`. */
function labelBoxCommand(): Command {
  return withAuthor(withClientOptions(new Command('box')))
    .description('draw boxes around the defects of one image; every save is a new revision')
    .argument('<dataset>', 'name of the data set')
    .argument('<image>', 'its name in the data set')
    .argument('<box...>', 'x,y,width,height in pixels from the top left', boxes)
    .option('--defect-type <type>', 'kind of defect in them')
    .option('--add', 'keep the boxes that are there')
    .addHelpText(
      'after',
      '\nDraw them tight. They take the place of the boxes the image had, whose revision stays in its history.\n\nExample:\n  residua label box tiles test/pit/3.png 10,20,40,30 80,15,12,9 --author Ada --seconds 6',
    )
    .action((dataset: string, name: string, drawn: BoxInput[], options: BoxOptions) =>
      asClient(options, async (client, terminal) => {
        const [image] = await findImages(client, await findDataset(client, dataset), [name]);
        const typed = drawn.map((box) => ({ ...box, ...(options.defectType && { defectType: options.defectType }) }));
        const saved = await saveBoxes(client, image!, typed, options);
        for (const warning of saved.warnings) terminal.say(`warning ${warning.code}: ${warning.message}`);
        if (terminal.json) terminal.emit({ image: name, ...saved });
        else terminal.say(`boxes of ${name}: ${saved.boxes}, revision ${saved.revision}`);
        if (image!.label === 'UNLABELLED') {
          terminal.say(
            `nobody said yet that it is anomalous: residua label image ${dataset} ${name} --label ANOMALOUS`,
          );
        }
      }),
    );
}

/** `residua label import`. */
function labelImportCommand(): Command {
  return withAuthor(withClientOptions(new Command('import')))
    .description('read boxes of images that are there from a CSV or JSON file')
    .argument('<dataset>', 'name of the data set')
    .argument('<file>', 'rows with file, x, y, width, height and, where known, defectType')
    .option('--dry-run', 'check everything, keep nothing')
    .addHelpText(
      'after',
      '\nA CSV has these names in its first line; a JSON file is a list of objects, or {"boxes": [...]}. The boxes of an image take\nthe place of those it had. Annotation files of other tools are imported with "residua import".\n\nExample:\n  residua label import tiles boxes.csv --dry-run',
    )
    .action((dataset: string, file: string, options: ClientOptions & BoxAuthor & { dryRun?: boolean }) =>
      asClient(options, (client, terminal) => labelFromFile(client, terminal, { dataset, file, ...options })),
    );
}

async function labelFromFile(
  client: ResiduaClient,
  terminal: Parameters<typeof importBoxes>[1],
  { dataset, ...options }: BoxAuthor & { dataset: string; file: string; dryRun?: boolean },
): Promise<void> {
  const { images, boxes: count } = await importBoxes(client, terminal, await findDataset(client, dataset), options);
  if (terminal.json) terminal.emit({ dataset, images, boxes: count, dryRun: options.dryRun ?? false });
  else if (options.dryRun) terminal.say(`${count} boxes of ${images} images can be stored; nothing was kept`);
  else terminal.say(`${count} boxes of ${images} images of ${dataset} are stored`);
}

function withAuthor(command: Command): Command {
  return command
    .option('--author <name>', 'who drew them')
    .option('--seconds <number>', 'how long it took for each image, without pauses', decimal(0, 86_400));
}

/** Collects `x,y,width,height`. */
function boxes(text: string, previous: BoxInput[] = []): BoxInput[] {
  const [x, y, width, height, ...more] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const numbers = [x, y, width, height];
  if (more.length > 0 || !numbers.every((each) => Number.isFinite(each))) {
    throw new UsageError(`"${text}" is no box: write x,y,width,height, e.g. 10,20,40,30`);
  }
  return [...previous, { x: x!, y: y!, width: width!, height: height! }];
}
