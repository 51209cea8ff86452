import { Readable } from 'node:stream';
import { decodeRle, encodeMaskPng, type ZipFileContent } from '../../files/index.js';
import { entryNames, sameName, sameStem } from './entryNames.js';
import type { ExportFormat, ExportSource } from '../exportFormat.js';
import type { FrozenImage, FrozenImages } from './frozenImages.js';
import { imageFile } from './imageFile.js';
import { namesFile } from './originalNames.js';

/** The layout of MVTec AD. It knows good training images, test images, and a mask for a defect where there is one; all else is left out. */
export const mvtec: ExportFormat = {
  id: 'mvtec',
  description:
    'MVTec AD: good training images, test images, defect types, and masks of 0 and 255 where there are any; nothing else',
  keeps: ['PIXEL'],
  plan: (source) => {
    const { list } = source.images;
    const kept = list.flatMap((image, index) => (leftOutBecause(image) ? [] : [{ image, index }]));
    const { names, notes } = entryNames(
      kept.map(({ image }) => image),
      pathOf,
      keyOf,
    );
    const files = kept.flatMap(({ image, index }, at) => [
      imageFile(names[at]!, image, source),
      ...(image.label === 'ANOMALOUS' && image.marksPixels ? [maskFile(names[at]!, index, source)] : []),
    ]);
    const original = namesFile(
      kept.map(({ image }) => image),
      names,
    );
    return {
      files: [...files, ...original],
      imagesLeftOut: list.length - kept.length,
      notes: [...reasons(list), ...notes],
    };
  },
};

/** Why the layout has no place for an image; undefined when it has one. */
function leftOutBecause({ split, label }: FrozenImage): string | undefined {
  if (label === 'UNLABELLED') return 'are not labelled';
  if (split === 'VALIDATION') return 'are for validation';
  return label === 'ANOMALOUS' && split === 'TRAIN' ? 'show a defect and are for training' : undefined;
}

const isDefective = ({ label }: FrozenImage) => label === 'ANOMALOUS';

/** What does not travel, or not whole. */
function reasons(images: readonly FrozenImage[]): string[] {
  const counts = new Map<string, number>();
  for (const image of images) {
    const reason = leftOutBecause(image);
    if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const unmasked = images.filter((image) => isDefective(image) && !leftOutBecause(image) && !image.marksPixels).length;
  return [
    ...[...counts].map(([reason, count]) => `${count} images ${reason}: this layout has no place for them`),
    ...(unmasked > 0 ? [`${unmasked} images show a defect and have no mask: only their label is written`] : []),
  ];
}

/** The filename where it follows the layout already, otherwise its parts joined to one name. */
function pathOf({ filename, split, label, defectType }: FrozenImage): string {
  const type = label === 'NORMAL' ? 'good' : folderOf(defectType);
  const folder = `${split === 'TRAIN' ? 'train' : 'test'}/${type}/`;
  const rest = filename.slice(folder.length);
  const follows = filename.startsWith(folder) && !rest.includes('/');
  return follows ? filename : folder + filename.replaceAll('/', '_');
}

function folderOf(defectType: string | null): string {
  const name = (defectType ?? 'anomalous').replaceAll(/[/\\\0]/g, '_');
  return ['good', '.', '..'].includes(name.toLowerCase()) ? `defect_${name.replaceAll('.', '_')}` : name;
}

/** Masks are named after the stem; good images have none. */
function keyOf(path: string): string {
  return /^(train|test)\/good\//.test(path) ? sameName(path) : sameStem(path);
}

function maskFile(imagePath: string, index: number, { images }: ExportSource): ZipFileContent {
  const path = imagePath.replace(/^test\//, 'ground_truth/').replace(/(\.[^./]*)?$/, '_mask.png');
  return { path, open: () => maskOf(images, index), compress: false };
}

async function maskOf(images: FrozenImages, index: number): Promise<Readable> {
  const { PIXEL } = await images.labelsOf(index);
  return Readable.from([await encodeMaskPng(decodeRle(PIXEL!.counts, images.list[index]!))]);
}
