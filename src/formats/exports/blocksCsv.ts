import { stringify } from 'csv-stringify/sync';
import type { BlockLabelName, BlockPayload } from '../../shared/labels.js';
import { entryNames } from './entryNames.js';
import type { ExportFormat, ExportSource } from '../exportFormat.js';
import { imageFile, textFile } from './imageFile.js';

const letters: Record<BlockLabelName, string> = { NORMAL: 'N', ANOMALOUS: 'A', IGNORED: 'I', UNKNOWN: 'U' };

/** Blocks as a table, one row an image; read back as a `manifest`. */
export const blocksCsv: ExportFormat = {
  id: 'blocks-csv',
  description: 'manifest.csv and the images: splits, labels, defect types and blocks',
  keeps: ['BLOCK'],
  plan: (source) => {
    const { names, notes } = entryNames(source.images.list, ({ filename }) => `images/${filename}`);
    const images = source.images.list.map((image, index) => imageFile(names[index]!, image, source));
    return { files: [textFile('manifest.csv', () => rows(source, names)), ...images], imagesLeftOut: 0, notes };
  },
};

async function* rows({ images }: ExportSource, names: readonly string[]): AsyncGenerator<string> {
  yield stringify([['file', 'filename', 'split', 'label', 'defectType', 'blockSize', 'blocks']]);
  for await (const { image, labels, index } of images.all()) {
    const { filename, split, label, defectType } = image;
    const blocks = labels.BLOCK;
    yield stringify([[names[index], filename, split, label, defectType, blocks?.blockSize, blocks && grid(blocks)]]);
  }
}

function grid({ rows: height, columns, labels }: BlockPayload): string {
  const row = (r: number) => labels.slice(r * columns, (r + 1) * columns).map((label) => letters[label]);
  return Array.from({ length: height }, (_, r) => row(r).join('')).join('/');
}
