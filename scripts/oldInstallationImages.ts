import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

const side = 64;
/** The defect: a dark square in the middle. */
const box = { x: 24, y: 24, width: 16, height: 16 };
const isDark = (x: number, y: number) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;

/** A striped surface that differs a little from image to image. */
function surface(seed: number, isDefective: boolean): Uint8Array {
  return Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    const grain = (x * 7 + y * 13 + seed * 29 + ((x * y * (seed + 3)) % 17)) % 16;
    return isDefective && isDark(x, y) ? 10 + (grain % 4) : 120 + 40 * Math.sin(x / 9 + seed / 10) + grain;
  });
}

/**
 * Writes a small data set in Residua's own layout (`manifest.jsonl`): normal and defective surfaces for training, the latter with
 * masks, boxes and a type, and some of both for testing.
 */
export async function writeSurfaces(folder: string): Promise<void> {
  const mask = Buffer.from(
    Uint8Array.from({ length: side * side }, (_, i) => (isDark(i % side, Math.floor(i / side)) ? 255 : 0)),
  );
  const rows: object[] = [];
  const add = async (filename: string, seed: number, isDefective: boolean) => {
    const file = path.join(folder, filename);
    await mkdir(path.dirname(file), { recursive: true });
    const raw = { width: side, height: side, channels: 3 as const };
    await writeFile(file, await sharp(surface(seed, isDefective), { raw }).png().toBuffer());
    const split = filename.startsWith('test/') ? 'TEST' : 'TRAIN';
    const labels = { label: 'ANOMALOUS', defectType: 'pit', mask: 'mask.png', boxes: [box] };
    rows.push({ file: filename, split, ...(isDefective ? labels : { label: 'NORMAL' }) });
  };
  for (let i = 0; i < 6; i++) await add(`train/good/${i}.png`, i, false);
  for (let i = 0; i < 2; i++) await add(`train/pit/${i}.png`, 20 + i, true);
  for (let i = 0; i < 2; i++) await add(`test/good/${i}.png`, 40 + i, false);
  for (let i = 0; i < 2; i++) await add(`test/pit/${i}.png`, 60 + i, true);
  const grey = { width: side, height: side, channels: 1 as const };
  await writeFile(path.join(folder, 'mask.png'), await sharp(mask, { raw: grey }).png().toBuffer());
  await writeFile(path.join(folder, 'manifest.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
