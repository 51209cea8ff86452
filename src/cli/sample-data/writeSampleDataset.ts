import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { BinaryMask, Box } from '../../shared/images.js';
import { RandomSource } from '../../shared/random.js';
import { brushedSteel, photograph, type Surface } from './brushedSteel.js';
import { pit, scratch, stain, type SurfaceDefect } from './surfaceDefects.js';

/** How much of it to make. */
export interface SampleDatasetSize {
  normalTrain: number;
  normalTest: number;
  /** Of each of the three defect types. */
  defectsPerType: number;
  /** Side of each picture, pixels. */
  imageSize: number;
}

export const sampleDatasetSize: SampleDatasetSize = {
  normalTrain: 60,
  normalTest: 12,
  defectsPerType: 8,
  imageSize: 256,
};

/** Where it was written. */
export interface SampleDataset {
  /** The category's folder, in MVTec-AD layout. */
  category: string;
  /** Which defective images the two settings with labels move to training. */
  settings: string;
}

/** A row of the settings' `boxes`. */
interface FileBox extends Box {
  file: string;
}

const categoryName = 'brushed_steel';
const defectTypes: Readonly<Record<string, SurfaceDefect>> = { pit, scratch, stain };

/**
 * Writes a small procedural data set under `folder`: brushed steel with scratches, pits and stains, exact masks and a
 * `settings.json`. The same seed and size give the same files.
 */
export async function writeSampleDataset(
  folder: string,
  seed: number,
  size: SampleDatasetSize = sampleDatasetSize,
): Promise<SampleDataset> {
  const category = join(folder, categoryName);
  const random = RandomSource.fromSeed(seed);
  await writeNormalImages(join(category, 'train', 'good'), size.normalTrain, size.imageSize, random.fork());
  await writeNormalImages(join(category, 'test', 'good'), size.normalTest, size.imageSize, random.fork());
  const boxes: FileBox[] = [];
  for (const [type, defect] of Object.entries(defectTypes)) {
    boxes.push(...(await writeDefectiveImages(category, type, defect, size, random.fork())));
  }
  const settings = join(folder, 'settings.json');
  await writeFile(settings, JSON.stringify(labelledSettings(boxes), null, 1));
  return { category, settings };
}

async function writeNormalImages(folder: string, count: number, size: number, random: RandomSource): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    await writePhotograph(join(folder, `${stem(i)}.png`), brushedSteel(size, random), random);
  }
}

async function writeDefectiveImages(
  category: string,
  type: string,
  defect: SurfaceDefect,
  { defectsPerType, imageSize }: SampleDatasetSize,
  random: RandomSource,
): Promise<FileBox[]> {
  const boxes: FileBox[] = [];
  const images = join(category, 'test', type);
  const masks = join(category, 'ground_truth', type);
  await Promise.all([mkdir(images, { recursive: true }), mkdir(masks, { recursive: true })]);
  for (let i = 0; i < defectsPerType; i++) {
    const surface = brushedSteel(imageSize, random);
    const mask: BinaryMask = { width: imageSize, height: imageSize, data: new Uint8Array(imageSize * imageSize) };
    // Strengths are spread evenly, so that every type has hard ones and easy ones whatever the seed.
    const strength = (i + random.uniform()) / defectsPerType;
    defect(surface, mask, strength, random);
    await writePhotograph(join(images, `${stem(i)}.png`), surface, random);
    await writeMask(join(masks, `${stem(i)}_mask.png`), mask);
    boxes.push({ file: `${categoryName}/test/${type}/${stem(i)}.png`, ...boundingBox(mask) });
  }
  return boxes;
}

async function writePhotograph(file: string, surface: Surface, random: RandomSource): Promise<void> {
  const { width, height, data } = photograph(surface, random);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
}

async function writeMask(file: string, { width, height, data }: BinaryMask): Promise<void> {
  await sharp(
    data.map((value) => value * 255),
    { raw: { width, height, channels: 1 } },
  )
    .toColourspace('b-w')
    .png()
    .toFile(file);
}

/** Every third defective image of each type has labels to learn from; at most ten, as in the paper. */
function labelledSettings(all: readonly FileBox[]) {
  const boxes = all.filter(({ file }) => Number(/(\d+)\.png$/.exec(file)![1]) % 3 === 1).slice(0, 10);
  const train_anomalies = boxes.map(({ file }) => file);
  return {
    unsupervised: { train_anomalies: [] },
    supervised: { train_anomalies, labels: 'pixel masks under ground_truth' },
    semi_supervised: { train_anomalies, labels: 'boxes only', boxes },
  };
}

/** The smallest box around everything marked. */
function boundingBox({ width, data }: BinaryMask): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  data.forEach((value, index) => {
    if (value === 0) return;
    const [x, y] = [index % width, Math.floor(index / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function stem(index: number): string {
  return String(index).padStart(3, '0');
}
