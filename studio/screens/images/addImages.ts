import { accepted, AddImagesDocument, type ImageLabel, type Split } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { uploadDropped } from '../../api/uploads.js';

/** What dropped images are said to be. */
export interface Destination {
  datasetId: string;
  label: ImageLabel;
  split: Split;
}

/** A file that did not become an image, and why. */
export interface RefusedFile {
  name: string;
  error: unknown;
}

/** How far it has got. */
export interface AddingProgress {
  total: number;
  added: number;
  refused: readonly RefusedFile[];
}

/** Files under way at once: more would only wait for each other. */
const atOnce = 3;

/**
 * Adds each file on its own, so that one that is refused keeps no other out.
 * @param onProgress is told after each file.
 */
export async function addFiles(
  files: readonly File[],
  destination: Destination,
  onProgress: (progress: AddingProgress) => void,
): Promise<AddingProgress> {
  const waiting = [...files];
  let progress: AddingProgress = { total: files.length, added: 0, refused: [] };
  const tell = (next: Partial<AddingProgress>) => onProgress((progress = { ...progress, ...next }));
  tell({});
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const { name } = file;
      try {
        await addFile(file, destination);
        tell({ added: progress.added + 1 });
      } catch (error) {
        tell({ refused: [...progress.refused, { name, error }] });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return progress;
}

async function addFile(file: File, { datasetId, label, split }: Destination): Promise<void> {
  const uploadId = await uploadDropped(file, { datasetId });
  const input = { datasetId, images: [{ uploadId, label, split }] };
  accepted((await client.request(AddImagesDocument, { input })).addImages);
}
