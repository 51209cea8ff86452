import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { BinaryMask } from '../../shared/images.js';
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
  for (const [type, defect] of Object.entries(defectTypes)) {
    await writeDefectiveImages(category, type, defect, size, random.fork());
  }
  const settings = join(folder, 'settings.json');
  await writeFile(settings, JSON.stringify(labelledSettings(size.defectsPerType), null, 1));
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
): Promise<void> {
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
  }
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
function labelledSettings(defectsPerType: number) {
  const labelled = Object.keys(defectTypes).flatMap((type) =>
    Array.from({ length: defectsPerType }, (_, i) => i)
      .filter((i) => i % 3 === 1)
      .map((i) => `${categoryName}/test/${type}/${stem(i)}.png`),
  );
  const train_anomalies = labelled.slice(0, 10);
  return {
    unsupervised: { train_anomalies: [] },
    supervised: { train_anomalies, labels: 'pixel masks under ground_truth' },
    semi_supervised: { train_anomalies, labels: 'boxes only' },
  };
}

function stem(index: number): string {
  return String(index).padStart(3, '0');
}
