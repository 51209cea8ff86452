import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PictureFolder } from '../../../src/cli/commands/pictureFolder.js';

test('no two images share a file, and none leaves the folder', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'residua-pictures-'));
  try {
    const folder = new PictureFolder({ download: (url) => Promise.resolve(Buffer.from(url)) }, join(parent, 'maps'));
    for (const name of ['test/pit/0.png', 'test_pit_0.jpg', '0.png', '../../0.png', '0.jpg']) {
      await folder.save(name, {
        anomalyMapUrl: `map of ${name}`,
        anomalyMapScale: 1,
        overlayUrl: `overlay of ${name}`,
      });
    }
    const stems = ['.._.._0', '0', '0-2', 'test_pit_0', 'test_pit_0-2'];
    const names = stems.flatMap((stem) => [`${stem}_map.png`, `${stem}_overlay.png`]);
    expect((await readdir(join(parent, 'maps'))).sort()).toEqual(names.sort());
    expect(await readdir(parent)).toEqual(['maps']);
    expect(await readFile(join(parent, 'maps', 'test_pit_0-2_map.png'), 'utf8')).toBe('map of test_pit_0.jpg');
  } finally {
    await rm(parent, { recursive: true });
  }
});
