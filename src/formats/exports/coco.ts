import type { Box } from '../../shared/images.js';
import { decodeRle } from '../../files/index.js';
import { boundsOfMask } from '../planning/regions.js';
import { entryNames } from './entryNames.js';
import type { ExportFormat, ExportSource } from '../exportFormat.js';
import type { FrozenImage, FrozenLabels } from './frozenImages.js';
import { imageFile, textFile } from './imageFile.js';
import { namesFile } from './originalNames.js';

/** Category of what has no defect type. */
const untypedName = 'defect';

/** COCO: pixels as compressed run lengths, boxes, and in members of our own what COCO has no place for. */
export const coco: ExportFormat = {
  id: 'coco',
  description: 'COCO annotations.json and the images: splits, labels, defect types, pixels and boxes; no blocks',
  keeps: ['PIXEL', 'BOX'],
  plan: (source) => {
    const { names, notes } = entryNames(source.images.list);
    const images = source.images.list.map((image, index) => imageFile(`images/${names[index]!}`, image, source));
    const files = [textFile('annotations.json', () => json(source, names)), ...images];
    return { files: [...files, ...namesFile(source.images.list, names, 'images/')], imagesLeftOut: 0, notes };
  },
};

/** Categories come last: which there are is known when everything was read. */
async function* json({ images }: ExportSource, names: readonly string[]): AsyncGenerator<string> {
  yield '{"info":{"description":"Exported by Residua"},\n"images":[';
  for (const [index, image] of images.list.entries()) {
    const { width, height, split, label, defectType } = image;
    const entry = { id: index + 1, file_name: names[index], width, height, residua: { split, label, defectType } };
    yield `${index > 0 ? ',' : ''}\n${JSON.stringify(entry)}`;
  }
  yield '],\n"annotations":[';
  const categories = new Categories();
  let count = 0;
  for await (const { image, labels, index } of images.all()) {
    for (const annotation of annotationsOf(image, labels, categories)) {
      const entry = { id: ++count, image_id: index + 1, iscrowd: 0, ...annotation };
      yield `${count > 1 ? ',' : ''}\n${JSON.stringify(entry)}`;
    }
  }
  yield `],\n"categories":${JSON.stringify(categories.list)}}\n`;
}

function annotationsOf(image: FrozenImage, { PIXEL, BOX }: FrozenLabels, categories: Categories): object[] {
  const boxes = (BOX?.boxes ?? []).map((box) => ({
    category_id: categories.idOf(box.defectType ?? null),
    ...{ bbox: coordinates(box), area: box.width * box.height, segmentation: [], residua: { kind: 'BOX' } },
  }));
  if (!PIXEL || PIXEL.anomalousPixels === 0) return boxes;
  const { counts, anomalousPixels } = PIXEL;
  const pixels = {
    category_id: categories.idOf(image.defectType),
    segmentation: { size: [image.height, image.width], counts },
    ...{
      bbox: coordinates(boundsOfMask(decodeRle(counts, image))),
      area: anomalousPixels,
      residua: { kind: 'PIXEL' },
    },
  };
  return [pixels, ...boxes];
}

function coordinates({ x, y, width, height }: Omit<Box, 'defectType'>): number[] {
  return [x, y, width, height];
}

/** Gives each defect type an id when it is first met. */
class Categories {
  readonly list: { id: number; name: string; supercategory: string; residua?: { untyped: true } }[] = [];
  private readonly ids = new Map<string | null, number>();

  idOf(defectType: string | null): number {
    const known = this.ids.get(defectType);
    if (known !== undefined) return known;
    const id = this.list.length + 1;
    const untyped = defectType === null ? { residua: { untyped: true as const } } : {};
    this.list.push({ id, name: defectType ?? untypedName, supercategory: 'defect', ...untyped });
    this.ids.set(defectType, id);
    return id;
  }
}
