import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PredictionInfo, ResiduaClient } from '../../client/index.js';

/** A folder for anomaly maps and overlays; no two images share a file, whatever they are called. */
export class PictureFolder {
  private readonly taken = new Set<string>();

  constructor(
    private readonly client: Pick<ResiduaClient, 'download'>,
    private readonly folder: string,
  ) {}

  /** @param name of the image; folders in it become part of the file's name. */
  async save(name: string, prediction: Pick<PredictionInfo, 'anomalyMapUrl' | 'overlayUrl'>): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const stem = this.freeStem(name);
    await writeFile(join(this.folder, `${stem}_map.png`), await this.client.download(prediction.anomalyMapUrl));
    await writeFile(join(this.folder, `${stem}_overlay.png`), await this.client.download(prediction.overlayUrl));
  }

  /** `test/pit/0.png` becomes `test_pit_0`, and `test_pit_0-2` when that is taken. */
  private freeStem(name: string): string {
    const stem = name.replace(/\.[^./\\]+$/, '').replaceAll(/[/\\]+/g, '_');
    let free = stem;
    for (let number = 2; this.taken.has(free); number += 1) free = `${stem}-${number}`;
    this.taken.add(free);
    return free;
  }
}
