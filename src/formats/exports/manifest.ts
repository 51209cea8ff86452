import { entryNames } from './entryNames.js';
import type { ExportFormat, ExportSource } from '../exportFormat.js';
import { imageFile, textFile } from './imageFile.js';

/** Our own list, with everything a snapshot holds. */
export const manifest: ExportFormat = {
  id: 'manifest',
  description: 'manifest.jsonl and the images: everything the snapshot holds',
  keeps: ['PIXEL', 'BLOCK', 'BOX'],
  plan: (source) => {
    const { names, notes } = entryNames(source.images.list, ({ filename }) => `images/${filename}`);
    const images = source.images.list.map((image, index) => imageFile(names[index]!, image, source));
    return { files: [textFile('manifest.jsonl', () => lines(source, names)), ...images], imagesLeftOut: 0, notes };
  },
};

async function* lines({ images }: ExportSource, names: readonly string[]): AsyncGenerator<string> {
  for await (const { image, labels, index } of images.all()) {
    const { filename, split, label, defectType, width, height } = image;
    const { PIXEL: pixels, BOX: boxes, BLOCK: blocks } = labels;
    const line = {
      ...{ file: names[index], filename, split, label, defectType },
      ...(pixels && { pixels: { width, height, counts: pixels.counts } }),
      ...(boxes && { boxes: boxes.boxes }),
      ...(blocks && {
        blocks: { blockSize: blocks.blockSize, rows: blocks.rows, columns: blocks.columns, labels: blocks.labels },
      }),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}
