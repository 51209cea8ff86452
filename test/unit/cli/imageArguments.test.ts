import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imagesOf } from '../../../src/cli/commands/imageArguments.js';

test('a folder stands for its images, those of its folders too, but not for hidden ones', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'residua-images-'));
  try {
    await mkdir(join(folder, 'b/.cache'), { recursive: true });
    await mkdir(join(folder, 'empty'));
    for (const name of ['2.png', '1.JPG', 'notes.txt', '.hidden.png', 'b/3.tif', 'b/.cache/4.png']) {
      await writeFile(join(folder, name), '');
    }
    const inside = ['1.JPG', '2.png', 'b/3.tif'].map((name) => join(folder, name));
    expect(await imagesOf(['x.png', folder])).toEqual(['x.png', ...inside]);
    await expect(imagesOf([join(folder, 'empty')])).rejects.toThrow(/holds no images/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
