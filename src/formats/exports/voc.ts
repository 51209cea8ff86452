import xmlbuilder from 'xmlbuilder';
import type { Box } from '../../shared/images.js';
import { entryNames, sameStem } from './entryNames.js';
import type { ExportFormat, ExportSource } from '../exportFormat.js';
import type { FrozenImage } from './frozenImages.js';
import { imageFile, textFile } from './imageFile.js';
import { namesFile } from './originalNames.js';

const lists = { TRAIN: 'train', VALIDATION: 'val', TEST: 'test' } as const;

/** Pascal VOC: boxes by their edges, and in elements of our own what VOC has no place for. */
export const voc: ExportFormat = {
  id: 'voc',
  description: 'Pascal VOC: splits, labels, defect types and boxes; no pixels, no blocks',
  keeps: ['BOX'],
  plan: (source) => {
    const { names, notes } = entryNames(source.images.list, undefined, sameStem);
    const files = source.images.list.flatMap((image, index) => {
      const name = names[index]!;
      return [
        textFile(`Annotations/${withoutExtension(name)}.xml`, () => annotation(source, index, name)),
        imageFile(`JPEGImages/${name}`, image, source),
      ];
    });
    const splits = Object.entries(lists).map(([split, list]) =>
      textFile(`ImageSets/Main/${list}.txt`, () => members(source.images.list, names, split)),
    );
    const original = namesFile(source.images.list, names, 'JPEGImages/');
    return { files: [...splits, ...files, ...original], imagesLeftOut: 0, notes };
  },
};

function withoutExtension(name: string): string {
  return name.replace(/\.[^./]*$/, '');
}

async function* members(
  images: readonly FrozenImage[],
  names: readonly string[],
  split: string,
): AsyncGenerator<string> {
  for (const [index, image] of images.entries()) {
    if (image.split === split) yield `${withoutExtension(names[index]!)}\n`;
    await Promise.resolve();
  }
}

async function* annotation({ images }: ExportSource, index: number, name: string): AsyncGenerator<string> {
  const { width, height, split, label, defectType } = images.list[index]!;
  const { BOX } = await images.labelsOf(index);
  const content = {
    filename: name,
    size: { width, height, depth: 3 },
    residua: { split, label, ...(defectType !== null && { defectType }) },
    object: (BOX?.boxes ?? []).map(objectOf),
  };
  yield xmlbuilder.create({ annotation: content }).end({ pretty: true });
}

function objectOf({ x, y, width, height, defectType }: Box): object {
  return {
    name: defectType ?? 'defect',
    ...{ pose: 'Unspecified', truncated: 0, difficult: 0 },
    bndbox: { xmin: x, ymin: y, xmax: x + width, ymax: y + height },
    ...(!defectType && { residua: { untyped: true } }),
  };
}
