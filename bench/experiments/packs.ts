import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { decodeMask, decodeRgb, inspectImage } from '../../src/files/index.js';
import { readLabelledImages } from '../../src/cli/quickstart/labelledImages.js';
import type { BinaryMask, Box } from '../../src/shared/images.js';
import { boxesFromMask } from '../../src/toolkit/index.js';

/** A data set to experiment with: where it lies in the folder of packs, and how it is used. */
export interface PackChoice {
  name: string;
  folder: string;
  category: string;
  exclude: readonly string[];
  /** Side of the overlapping squares an image is cut into, pixels; undefined: it is scaled whole. */
  tile?: number;
  /** Most normal training images (or tiles), evenly chosen. */
  normalImages?: number;
  /** No preset was chosen by looking at it; out of the averages. */
  unseen?: true;
  /** Its test images are left alone: see {@link validationOf}. */
  validation?: true;
  /** Half of its test images train: see {@link manyLabelsOf}. */
  manyLabels?: true;
}

export const packChoices: readonly PackChoice[] = [
  { name: 'magnetic-tile', folder: 'magnetic-tile', category: 'magnetic_tile', exclude: [] },
  { name: 'magnetic-tile-without-uneven', folder: 'magnetic-tile', category: 'magnetic_tile', exclude: ['uneven'] },
  { name: 'kolektorsdd', folder: 'kolektorsdd', category: 'kolektorsdd', exclude: [], tile: 250, normalImages: 160 },
  { name: 'mvtec-screw', folder: 'mvtec-screw', category: 'screw', exclude: [], tile: 256, normalImages: 160 },
  { name: 'bsdata', folder: 'bsdata', category: 'ball_screw', exclude: [], tile: 256, normalImages: 160 },
  { name: 'deeppcb', folder: 'deeppcb', category: 'pcb', exclude: [], tile: 320, normalImages: 160, unseen: true },
];

/** An image or a tile of one, encoded, with its ground truth at its own size. */
export interface PackImage {
  /** Unique within the pack. */
  name: string;
  /** The file that it is, or was cut from. */
  file: string;
  defectType: string | null;
  bytes: Buffer;
  mask: BinaryMask | null;
  /** In pixels of the image; of a tile, as tight as somebody would draw them on it. */
  boxes: readonly Box[];
}

export interface Pack {
  normal: PackImage[];
  /** The defective ones that train with labels, and are never tested. */
  anomalous: PackImage[];
  /** Tiles of those images without a defect, which only {@link validationOf} reads. */
  spare: PackImage[];
  test: PackImage[];
}

/**
 * Reads a pack. The images that `settings.json` names for training are out of the test, whatever the row.
 * @param seed of a training; matters where it says which images are tested.
 */
export async function readPack(packs: string, choice: PackChoice, seed = 0): Promise<Pack> {
  const pack = await readWhole(packs, choice);
  if (choice.validation) return validationOf(pack, seed);
  return choice.manyLabels ? manyLabelsOf(pack, seed) : pack;
}

async function readWhole(packs: string, choice: PackChoice): Promise<Pack> {
  const root = join(packs, choice.folder);
  const category = join(root, choice.category);
  const settings = join(root, 'settings.json');
  const labelled = await readLabelledImages(settings, 'SEMI_SUPERVISED', choice.exclude);
  const normal = await readFolder(join(category, 'train', 'good'), null, choice.tile);
  const pack: Pack = { normal: thinned(normal, choice.normalImages), anomalous: [], spare: [], test: [] };
  const types = (await readdir(join(category, 'test'))).filter((type) => !choice.exclude.includes(type)).sort();
  for (const type of types) {
    const defectType = type === 'good' ? null : type;
    for (const file of (await readdir(join(category, 'test', type))).sort()) {
      const path = join('test', type, file);
      const boxes = labelled.boxes.get(path) ?? [];
      const images = await readImage(join(category, path), { defectType, boxes, category, tile: choice.tile });
      const trains = labelled.files.includes(path);
      for (const image of images) {
        const isDefective = image.mask?.data.includes(1);
        (trains ? (isDefective ? pack.anomalous : pack.spare) : pack.test).push(image);
      }
    }
  }
  return pack;
}

/**
 * What presets are chosen by: tested are a quarter of the normal training images and half of the labelled ones, which then train nothing. Two
 * seeds test both halves. Tiles of one file stay together, since they overlap.
 */
export function validationOf({ normal, anomalous, spare }: Pack, seed: number): Pack {
  const [isNormalOut, isLabelledOut] = [isOut(normal, 4, seed), isOut(anomalous, 2, seed)];
  return {
    normal: normal.filter((image) => !isNormalOut(image)),
    anomalous: anomalous.filter((image) => !isLabelledOut(image)),
    spare: [],
    test: [...normal.filter(isNormalOut), ...[...anomalous, ...spare].filter(isLabelledOut)],
  };
}

/** What the same features and heads reach when labels are no matter: half of the test images are labelled as well, the others are tested. Two seeds test both halves. */
export function manyLabelsOf({ normal, anomalous, spare, test }: Pack, seed: number): Pack {
  const isTested = isOut(test, 2, seed);
  const labelled = test.filter((image) => !isTested(image) && image.mask?.data.includes(1));
  return { normal, anomalous: [...anomalous, ...labelled], spare, test: test.filter(isTested) };
}

/** Whether an image is of every nth file, other ones for each seed. */
function isOut(images: readonly PackImage[], n: number, seed: number): (image: PackImage) => boolean {
  const files = new Set([...new Set(images.map(({ file }) => file))].filter((_, i) => i % n === seed % n));
  return ({ file }) => files.has(file);
}

async function readFolder(folder: string, defectType: string | null, tile: number | undefined): Promise<PackImage[]> {
  const images: PackImage[] = [];
  for (const file of (await readdir(folder)).sort()) {
    images.push(...(await readImage(join(folder, file), { defectType, boxes: [], category: '', tile })));
  }
  return images;
}

async function readImage(
  path: string,
  {
    defectType,
    boxes,
    category,
    tile,
  }: Pick<PackImage, 'defectType' | 'boxes'> & { category: string; tile: number | undefined },
): Promise<PackImage[]> {
  const bytes = await readFile(path);
  const mask = defectType === null ? null : await readMask(category, defectType, path);
  const whole: PackImage = { name: path, file: path, defectType, bytes, mask, boxes };
  return tile === undefined ? [whole] : cut(whole, tile);
}

async function readMask(category: string, defectType: string, image: string): Promise<BinaryMask> {
  const stem = basename(image).replace(/\.[^.]+$/, '');
  const file = join(category, 'ground_truth', defectType, `${stem}_mask.png`);
  // Some packs draw their masks with soft edges.
  return decodeMask(await readFile(file), { threshold: 128, item: file });
}

/** Overlapping squares that cover the image. */
async function cut(whole: PackImage, side: number): Promise<PackImage[]> {
  const { width, height } = await inspectImage(whole.bytes, { item: whole.name });
  const tiles: PackImage[] = [];
  for (const top of starts(height, side)) {
    for (const left of starts(width, side)) {
      const cropped = whole.mask && cropMask(whole.mask, left, top, side);
      const mask = cropped?.data.includes(1) ? cropped : null;
      tiles.push({
        name: `${whole.name} ${left},${top}`,
        file: whole.file,
        defectType: mask ? whole.defectType : null,
        bytes: await sharp(whole.bytes).extract({ left, top, width: side, height: side }).png().toBuffer(),
        mask,
        // Boxes of the whole image, cut, would hold rows and columns without any defect.
        boxes: mask ? boxesFromMask(mask) : [],
      });
    }
  }
  return tiles;
}

function starts(length: number, side: number): number[] {
  const count = Math.ceil(length / side);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (length - side)) / (count - 1))));
}

function cropMask({ width, data }: BinaryMask, left: number, top: number, side: number): BinaryMask {
  const cropped = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    const from = (top + y) * width + left;
    cropped.set(data.subarray(from, from + side), y * side);
  }
  return { width: side, height: side, data: cropped };
}

function thinned<T>(items: T[], most: number | undefined): T[] {
  if (most === undefined || items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);
}

/** An image scaled to a square, as detectors see it. */
export function scaledImage({ bytes, name }: PackImage, size: number) {
  return decodeRgb(bytes, { width: size, height: size }, { item: name });
}
