import { Command } from 'commander';
import {
  accepted,
  DatasetByNameDocument,
  DatasetImagesDocument,
  DeleteDatasetDocument,
  DeleteImagesDocument,
  DeleteJobDocument,
  DeleteModelDocument,
  DeleteModelVersionDocument,
  DeleteSnapshotDocument,
  eachOf,
  ModelByNameDocument,
  nodeOf,
  present,
  RefusedError,
  type ResiduaClient,
} from '../../client/index.js';
import { findModelVersion } from './findModelVersion.js';
import { asClient, modelReference, withClientOptions, type ClientOptions } from './options.js';

/** Names of one request, and images of one mutation. */
const imagesPerRequest = 500;

/** `residua delete`. */
export function deleteCommand(): Command {
  return new Command('delete')
    .description('delete images, snapshots, data sets, ended jobs or models; what is in use is refused, and by what')
    .addCommand(
      deletion('dataset', '<name>', 'a data set with its images, labels and snapshots', async (client, name) => {
        const { id } = present((await client.request(DatasetByNameDocument, { name })).dataset, `data set ${name}`);
        accepted((await client.request(DeleteDatasetDocument, { input: { id } })).deleteDataset);
      }),
    )
    .addCommand(deleteImagesCommand())
    .addCommand(
      deletion('snapshot', '<id>', 'a snapshot; the images of the data set stay', async (client, id) => {
        accepted((await client.request(DeleteSnapshotDocument, { input: { id } })).deleteSnapshot);
      }),
    )
    .addCommand(
      deletion(
        'job',
        '<id>',
        'a training, evaluation, prediction, import or export that has ended',
        async (client, id) => {
          accepted((await client.request(DeleteJobDocument, { input: { id } })).deleteJob);
        },
      ),
    )
    .addCommand(deletion('model', '<model>', 'a model with all its versions, or name@version alone', deleteModel))
    .addHelpText(
      'after',
      '\nExamples:\n  residua delete images tiles test/scratch/004.png\n  residua delete model tiles@3\n  residua delete dataset tiles',
    );
}

/** A subcommand that deletes one thing. */
function deletion(
  what: string,
  argument: string,
  description: string,
  remove: (client: ResiduaClient, name: string) => Promise<void>,
): Command {
  return withClientOptions(new Command(what))
    .description(description)
    .argument(argument)
    .action((name: string, options: ClientOptions) =>
      asClient(options, async (client, terminal) => {
        await remove(client, name);
        if (terminal.json) terminal.emit({ deleted: name });
        else terminal.say(`${what} ${name} is deleted`);
      }),
    );
}

async function deleteModel(client: ResiduaClient, reference: string): Promise<void> {
  const { model: name, version } = modelReference(reference);
  if (version !== undefined) {
    const { id } = await findModelVersion(client, reference);
    accepted((await client.request(DeleteModelVersionDocument, { input: { id } })).deleteModelVersion);
    return;
  }
  const { id } = present((await client.request(ModelByNameDocument, { name })).model, `model ${name}`);
  accepted((await client.request(DeleteModelDocument, { input: { id } })).deleteModel);
}

function deleteImagesCommand(): Command {
  return withClientOptions(new Command('images'))
    .description('take images out of a data set; snapshots that hold them keep them')
    .argument('<dataset>', 'name of the data set')
    .argument('<name...>', 'names of images in it, e.g. test/scratch/004.png')
    .action((dataset: string, names: string[], options: ClientOptions) =>
      asClient(options, async (client, terminal) => {
        const ids = await idsOf(client, dataset, [...new Set(names)]);
        let keptInSnapshots = 0;
        for (let at = 0; at < ids.length; at += imagesPerRequest) {
          const input = { ids: ids.slice(at, at + imagesPerRequest) };
          keptInSnapshots += accepted(
            (await client.request(DeleteImagesDocument, { input })).deleteImages,
          ).keptInSnapshots;
        }
        const kept = keptInSnapshots > 0 ? `; ${keptInSnapshots} of them stay in snapshots` : '';
        if (terminal.json) terminal.emit({ deleted: ids.length, keptInSnapshots });
        else terminal.say(`${ids.length} images are no longer in ${dataset}${kept}`);
      }),
    );
}

/** @throws RefusedError NOT_FOUND for each name that the data set has not. */
async function idsOf(client: ResiduaClient, dataset: string, names: readonly string[]): Promise<string[]> {
  const { id } = present(
    (await client.request(DatasetByNameDocument, { name: dataset })).dataset,
    `data set ${dataset}`,
  );
  const found = new Map<string, string>();
  for (let at = 0; at < names.length; at += imagesPerRequest) {
    const filter = { filenames: names.slice(at, at + imagesPerRequest) };
    const page = async (after?: string) =>
      nodeOf((await client.request(DatasetImagesDocument, { id, filter, after })).node, dataset).images;
    for await (const image of eachOf(page)) found.set(image.filename, image.id);
  }
  const [missing, ...more] = names.filter((name) => !found.has(name)).map((item) => notThere(dataset, item));
  if (missing) throw new RefusedError([missing, ...more]);
  return [...found.values()];
}

function notThere(dataset: string, item: string) {
  return { code: 'NOT_FOUND' as const, message: `there is no image ${item} in ${dataset}`, item };
}
