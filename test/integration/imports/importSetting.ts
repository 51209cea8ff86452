import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { type DatasetImportEntity, type DatasetEntity, type JobEntity } from '../../../src/database/entities/index.js';
import { LocalBlobStore } from '../../../src/files/index.js';
import { DatasetsService } from '../../../src/services/datasets.service.js';
import { ImagesService } from '../../../src/services/images.service.js';
import { DatasetImportsService } from '../../../src/services/dataset-imports.service.js';
import type { StartDatasetImport } from '../../../src/services/imports/startImport.js';
import { PixelProcesses } from '../../../src/services/pixel-process/pixelProcesses.js';
import { ProjectsService } from '../../../src/services/projects.service.js';
import { QuotasService } from '../../../src/services/quotas.service.js';
import type { UploadEntity } from '../../../src/services/records.js';
import { UploadsService } from '../../../src/services/uploads.service.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { runDatasetImportJob } from '../../../src/worker/import/datasetImportJob.js';
import { useDatabase } from '../../support/database.js';
import { startJobs, type TestJobs } from '../../support/jobs.js';
import { greyPng, picture } from '../../unit/files/imageBytes.js';
import { zipOf } from '../../unit/files/zipBytes.js';

/** Paths inside a category and their bytes. */
export type Files = Record<string, Uint8Array>;

/** How an import ended. */
export interface Finished {
  row: DatasetImportEntity;
  job: JobEntity;
  logs: string[];
  /** Steps reported in the stage `import`. */
  steps: number[];
}

/** Real images beside the project; may be absent. */
export const packs = new URL('../../../../shared/data/', import.meta.url).pathname;

/** Services on a real database, queue and blob folder, with one import root. */
export interface ImportSetting {
  dataSource: DataSource;
  root: string;
  blobFolder: string;
  blobs: LocalBlobStore;
  datasets: DatasetsService;
  uploads: UploadsService;
  images: ImagesService;
  imports: DatasetImportsService;
  jobs: TestJobs;
  /** What the uploads service takes for now; may be moved. */
  clock: { now: Date };
  dataset(): Promise<DatasetEntity>;
  /** Writes files below the import root. @returns the folder's path relative to it. */
  folder(files: Files): Promise<string>;
  upload(filename: string, bytes: Uint8Array, contentType?: string): Promise<UploadEntity>;
  /** Starts an import (`mvtec` unless said otherwise) and waits for its end. */
  import(input: Omit<StartDatasetImport, 'format'> & { format?: string }): Promise<Finished>;
}

/** Gives the file's tests one setting; read its members inside tests and hooks only. */
export function useImports(): ImportSetting {
  const database = useDatabase();
  const setting = {} as ImportSetting;
  let home: string;
  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'residua-import-')));
    Object.assign(setting, await openSetting(home, database.dataSource));
  });
  afterAll(async () => {
    await setting.jobs.stop();
    await rm(home, { recursive: true });
  });
  return setting;
}

async function openSetting(home: string, dataSource: DataSource): Promise<ImportSetting> {
  const [root, blobFolder] = [join(home, 'root'), join(home, 'blobs')];
  await mkdir(root);
  const clock = { now: new Date() };
  const jobs = await startJobs(dataSource);
  const blobs = await LocalBlobStore.open(blobFolder);
  const projects = new ProjectsService(dataSource);
  const quotas = new QuotasService(dataSource);
  const datasets = new DatasetsService(dataSource, projects);
  const uploads = new UploadsService(dataSource, projects, quotas, blobs, defaultLimits, () => clock.now);
  const pixels = new PixelProcesses(defaultLimits);
  const images = new ImagesService({
    dataSource,
    blobs,
    uploads,
    datasets,
    quotas,
    pixels,
    limits: defaultLimits,
  });
  const parts = { dataSource, queue: jobs.queue, blobs, datasets, uploads, quotas, pixels };
  const imports = new DatasetImportsService({ ...parts, importRoots: [root, packs], limits: defaultLimits });
  await jobs.queue.work(['DATASET_IMPORT'], (attempt) =>
    runDatasetImportJob({ services: { datasetImports: imports } }, attempt),
  );
  let [sets, folders] = [0, 0];
  const upload: ImportSetting['upload'] = async (filename, bytes, contentType = 'application/zip') => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { id } = await uploads.create(everything, { filename, bytes: bytes.byteLength, sha256, contentType });
    return uploads.receive(everything, id, inPieces(bytes));
  };
  return {
    ...{ dataSource, root, blobFolder, blobs, datasets, uploads, images, imports, jobs, clock, upload },
    dataset: () => datasets.create(everything, { name: `set ${(sets += 1)}` }),
    folder: async (files) => {
      const name = `category-${(folders += 1)}`;
      for (const [path, bytes] of Object.entries(files)) {
        await mkdir(dirname(join(root, name, path)), { recursive: true });
        await writeFile(join(root, name, path), bytes);
      }
      return name;
    },
    import: async (input) => {
      const { jobId } = await imports.start(everything, { format: 'mvtec', ...input });
      const events = await jobs.history(jobId);
      const [row] = await imports.byIds(everything, [jobId]);
      const payloads = events.map(({ payload }) => payload);
      const logs = payloads.flatMap((one) => ('message' in one ? [`${one.level} ${one.message}`] : []));
      const steps = payloads.flatMap((one) => ('stage' in one && one.stage === 'import' ? [one.step] : []));
      return { row: row!, job: await jobs.job(jobId), logs, steps };
    },
  };
}

/** Bytes as they arrive over a network. */
export async function* inPieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    await Promise.resolve();
  }
}

/** A small honest category: 3 normal for training, 2 normal and 2 defective for testing. */
export async function category(): Promise<Files> {
  const image = (seed: number) => picture(32, 24, seed).png().toBuffer();
  return {
    'train/good/000.png': await image(1),
    'train/good/001.png': await image(2),
    'train/good/002.png': await image(3),
    'test/good/000.png': await image(4),
    'test/good/001.jpg': await picture(32, 24, 5).jpeg().toBuffer(),
    'test/scratch/000.png': await image(6),
    'test/scratch/exp1 num 1.jpg': await picture(32, 24, 7).jpeg().toBuffer(),
    'ground_truth/scratch/000_mask.png': mask(32, 24, 5),
    'ground_truth/scratch/exp1 num 1_mask.png': mask(32, 24, 9),
  };
}

/** A mask whose first pixels are marked, column by column. */
export function mask(width: number, height: number, marked: number, value = 255): Buffer {
  const at = (i: number) => (i % width) * height + Math.floor(i / width);
  return greyPng(
    width,
    height,
    Array.from({ length: width * height }, (_, i) => (at(i) < marked ? value : 0)),
  );
}

/** The same as a zip, inside `prefix`. */
export function zipped(files: Files, prefix = ''): Buffer {
  return zipOf(Object.entries(files).map(([path, data]) => ({ name: `${prefix}${path}`, data })));
}
