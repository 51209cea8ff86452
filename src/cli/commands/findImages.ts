import {
  collected,
  throwIfRefused,
  type DatasetInfo,
  type ListedImage,
  type ResiduaClient,
} from '../../client/index.js';
import { allImages } from './lists.js';

/** The images of these names, in their order. @throws RefusedError NOT_FOUND with every name the data set lacks. */
export async function findImages(
  client: ResiduaClient,
  dataset: DatasetInfo,
  names: readonly string[],
): Promise<ListedImage[]> {
  const images = new Map((await collected(allImages(client, dataset.id))).map((image) => [image.filename, image]));
  // Names are kept composed; those of files on a Mac may not be.
  const kept = names.map((name) => name.normalize('NFC'));
  throwIfRefused(
    kept
      .filter((name) => !images.has(name))
      .map((name) => ({ code: 'NOT_FOUND', message: `${dataset.name} has no image ${name}`, item: name })),
  );
  return kept.map((name) => images.get(name)!);
}
