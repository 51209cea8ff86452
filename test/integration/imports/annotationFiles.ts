import { expect } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, type BoxPayload, type PixelPayload } from '../../../src/database/entities/index.js';
import { decodeRle } from '../../../src/files/index.js';
import { picture } from '../../unit/files/imageBytes.js';
import type { StartDatasetImport } from '../../../src/services/imports/startImport.js';
import type { Files, Finished, ImportSetting } from './importSetting.js';

/** An image of 32x24 pixels, another for each seed. */
export function image(seed: number): Promise<Buffer> {
  return picture(32, 24, seed).png().toBuffer();
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** What one image of a data set came out as. */
export interface Outcome {
  split: string;
  label: string;
  defectType: string | null;
  boxes?: BoxPayload['boxes'];
  /** Marked pixels as [x, y, width, height] of the smallest box around them, and their count. */
  pixels?: { count: number; around: [number, number, number, number] };
}

/** How an import is to read. */
export type Reading = Pick<StartDatasetImport, 'onProblem' | 'normalNames'>;

/** Imports files in a format, expects success, and answers the images by name. */
export async function imported(setting: ImportSetting, format: string, files: Files, reading: Reading = {}) {
  const dataset = await setting.dataset();
  const path = await setting.folder(files);
  const finished = await setting.import({ datasetId: dataset.id, format, path, ...reading });
  expect(finished.row.problems).toEqual([]);
  expect(finished.job).toMatchObject({ state: 'COMPLETED', failure: null });
  const told = finished.row.warnings.map(({ code, message }) => `${code}: ${message}`);
  return { ...finished, dataset, told, images: await outcomes(setting, dataset.id) };
}

/** Tries files in a dry run and for real, expects the same failure and that nothing shows, and answers the problems. */
export async function refused(setting: ImportSetting, format: string, files: Files): Promise<Finished['row']> {
  const { id } = await setting.dataset();
  const path = await setting.folder(files);
  const dry = await setting.import({ datasetId: id, format, path, dryRun: true });
  const { row, job } = await setting.import({ datasetId: id, format, path });
  expect(job.state).toBe('FAILED');
  expect(job.failure).toEqual(row.problems[0]);
  expect([dry.job.state, dry.row.problems]).toEqual(['FAILED', row.problems]);
  expect((await setting.datasets.counts(everything, [id]))[0]!.images).toBe(0);
  return row;
}

export async function outcomes(setting: ImportSetting, datasetId: string): Promise<Record<string, Outcome>> {
  const { nodes } = await setting.images.page(everything, datasetId, {}, { first: 200 });
  const found: Record<string, Outcome> = {};
  for (const { id, filename, split, label, defectType, width, height } of nodes) {
    const annotations = await setting.dataSource.getRepository(AnnotationEntity).findBy({ imageId: id });
    const payload = (kind: string) => annotations.find((one) => one.kind === kind)?.payload;
    const [boxes, pixels] = [payload('BOX') as BoxPayload, payload('PIXEL') as PixelPayload];
    found[filename] = {
      ...{ split, label, defectType },
      ...(boxes && { boxes: boxes.boxes }),
      ...(pixels && { pixels: marked(pixels, width, height) }),
    };
  }
  return found;
}

function marked({ counts, anomalousPixels }: PixelPayload, width: number, height: number): Outcome['pixels'] {
  const { data } = decodeRle(counts, { width, height });
  const places = [...data].flatMap((value, at) => (value ? [[at % width, Math.floor(at / width)] as const] : []));
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const around: [number, number, number, number] = [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
  expect(places).toHaveLength(anomalousPixels);
  return { count: anomalousPixels, around };
}
