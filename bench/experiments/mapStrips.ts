import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { encodePng } from '../../src/files/index.js';
import type { AnomalyMap, BinaryMask, RgbImage } from '../../src/shared/images.js';
import { colourMap, quantile } from '../../src/toolkit/index.js';
import type { Pack, PackChoice, PackImage } from './packs.js';

/** Pixels of a map's side, and between two maps. */
const [side, gap] = [128, 4];
/** Of a strip among others, pixels: its height, and the width of its name. */
const [low, nameWidth] = [64, 270];

/** Test images to show: of each defect type the one whose defect is of middling size. */
export function shownImages({ test }: Pack, { validation, manyLabels }: PackChoice): PackImage[] {
  // Another half of them is tested by each seed.
  if (validation || manyLabels) return [];
  const types = [...new Set(test.flatMap(({ defectType }) => defectType ?? []))].sort();
  return types.map((type) => {
    const ofType = test.filter(({ defectType }) => defectType === type).sort((a, b) => defectArea(a) - defectArea(b));
    return ofType[Math.floor(ofType.length / 2)]!;
  });
}

/** Where the strip of a row lies in a folder of strips. */
export function stripName(row: string): string {
  return `${row.replaceAll(/\W+/g, '-')}.png`;
}

/**
 * Writes anomaly maps side by side as `<folder>/<row>.png`: colours go from the median of these maps to their highest score. No
 * pixel of an image is in it, since the packs' licences do not let everyone pass those on.
 */
export async function writeMaps(folder: string, row: string, maps: readonly AnomalyMap[]): Promise<void> {
  const scores = Float32Array.from(maps.flatMap(({ data }) => [...data])).sort();
  const range = { low: quantile(scores.length, (i) => scores[i]!, 0.5), high: scores.at(-1)! };
  await writeStrip(
    join(folder, stripName(row)),
    maps.map((map) => colourMap(map, range)),
  );
}

/** Name of the file that {@link writeStrips} writes. */
export const stripsName = 'all.png';

/** Writes strips that lie in a folder below each other as one picture, each behind its name. */
export async function writeStrips(folder: string, rows: readonly string[]): Promise<void> {
  const strips = await Promise.all(
    rows.map((row) =>
      sharp(join(folder, stripName(row)))
        .resize({ height: low })
        .toBuffer(),
    ),
  );
  const { width } = await sharp(strips[0]).metadata();
  const top = (i: number) => i * (low + gap);
  const names = rows.map((row, i) => `<text x="0" y="${top(i) + low / 2}" dominant-baseline="middle">${row}</text>`);
  const [wide, high] = [nameWidth + width, top(rows.length) - gap];
  const text = `<svg width="${wide}" height="${high}" font-family="sans-serif" font-size="13">${names.join('')}</svg>`;
  const placed = strips.map((input, i) => ({ input, left: nameWidth, top: top(i) }));
  const picture = sharp({ create: { width: wide, height: high, channels: 3, background: 'white' } })
    .composite([...placed, { input: Buffer.from(text), left: 0, top: 0 }])
    .png({ palette: true });
  await writeFile(join(folder, stripsName), await picture.toBuffer());
}

/** Writes the ground truth of the same images. */
export async function writeTruth(folder: string, images: readonly PackImage[]): Promise<void> {
  await writeStrip(
    join(folder, stripName('ground truth')),
    images.map(({ mask }) => maskPicture(mask!)),
  );
}

async function writeStrip(file: string, pictures: readonly RgbImage[]): Promise<void> {
  const scaled = pictures.map(async (picture, i) => ({
    input: await sharp(await encodePng(picture))
      .resize(side, side, { fit: 'fill' })
      .png()
      .toBuffer(),
    left: i * (side + gap),
    top: 0,
  }));
  const blank = {
    width: pictures.length * (side + gap) - gap,
    height: side,
    channels: 3 as const,
    background: 'white',
  };
  const strip = sharp({ create: blank }).composite(await Promise.all(scaled));
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, await strip.png({ palette: true }).toBuffer());
}

function maskPicture({ width, height, data }: BinaryMask): RgbImage {
  return {
    width,
    height,
    data: Uint8Array.from({ length: 3 * data.length }, (_, i) => 255 * data[Math.floor(i / 3)]!),
  };
}

function defectArea({ mask }: PackImage): number {
  return mask!.data.reduce((sum, value) => sum + value, 0);
}
