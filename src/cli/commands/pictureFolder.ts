import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { present, type PredictionInfo, type ResiduaClient } from '../../client/index.js';
import { colourMapPng } from '../report/colourMapPng.js';

/** How anomaly maps are saved: as numbers for programs, or in colours with a legend. */
export const mapKinds = ['16-bit', 'colour'] as const;
export type MapKind = (typeof mapKinds)[number];

/** A folder for anomaly maps and overlays; no two images share a file, whatever they are called. */
export class PictureFolder {
  private readonly taken = new Set<string>();

  constructor(
    private readonly client: Pick<ResiduaClient, 'download'>,
    private readonly folder: string,
    private readonly maps: { kind: MapKind; pixelThreshold: number | null } = { kind: '16-bit', pixelThreshold: null },
  ) {}

  /** @param name of the image; folders in it become part of the file's name. */
  async save(
    name: string,
    prediction: Pick<PredictionInfo, 'anomalyMapUrl' | 'anomalyMapScale' | 'overlayUrl'>,
  ): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const stem = this.freeStem(name);
    await writeFile(join(this.folder, `${stem}_map.png`), await this.mapOf(prediction));
    await writeFile(
      join(this.folder, `${stem}_overlay.png`),
      await this.client.download(present(prediction.overlayUrl, 'overlay')),
    );
  }

  private async mapOf(prediction: Pick<PredictionInfo, 'anomalyMapUrl' | 'anomalyMapScale'>): Promise<Buffer> {
    const map = await this.client.download(present(prediction.anomalyMapUrl, 'anomaly map'));
    const { kind, pixelThreshold } = this.maps;
    if (kind === '16-bit') return Buffer.from(map);
    return colourMapPng(map, present(prediction.anomalyMapScale, 'scale of the anomaly map'), pixelThreshold ?? 0);
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

/** The folder that was asked for, if any. */
export function picturesIn(
  client: Pick<ResiduaClient, 'download'>,
  folder: string | undefined,
  { kind = '16-bit', pixelThreshold }: { kind?: MapKind | undefined; pixelThreshold: number | null },
): PictureFolder | undefined {
  return folder === undefined ? undefined : new PictureFolder(client, folder, { kind, pixelThreshold });
}
