import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { everything } from '../src/access/index.js';
import { createDataSource, migrate, startEmbeddedPostgres } from '../src/database/index.js';
import { encodeRle } from '../src/files/index.js';
import { readConfig } from '../src/main/config.js';
import { openRuntime, type Runtime } from '../src/main/runtime.js';
import { runDatasetImportJob } from '../src/worker/import/datasetImportJob.js';

/*
 * How fast images are imported, and in how much memory. Makes a manifest of images with masks and boxes, imports it in a
 * process of its own, on an embedded PostgreSQL, and tells images a second and the most memory that process ever had.
 *
 *   npm run bench:imports                  2,000 images of 256x256
 *   npm run bench:imports -- 20000 32      20,000 images of 32x32
 */
const [count = '2000', side = '256', home] = process.argv.slice(2);
if (home === undefined) await generateAndMeasure(Number(count), Number(side));
else await measure(home);

async function generateAndMeasure(images: number, pixels: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'residua-bench-'));
  try {
    await writeImages(join(folder, 'set'), images, pixels);
    const flags = ['--conditions=residua-source', '--import', 'tsx', fileURLToPath(import.meta.url)];
    const { status } = spawnSync(process.execPath, [...flags, count, side, folder], { stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each image differs from the others in its noise; every other one is anomalous, with a mask and boxes. */
async function writeImages(folder: string, images: number, pixels: number): Promise<void> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const data = new Uint8Array(pixels * pixels);
  data.fill(1, 0, pixels * 3 + 2);
  const counts = encodeRle({ width: pixels, height: pixels, data });
  const raw = { width: pixels, height: pixels, channels: 3 } as const;
  let state = 1;
  for (let number = 0; number < images; number += 1) {
    const noise = Uint8Array.from({ length: pixels * pixels * 3 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return 96 + (state >>> 26);
    });
    const file = `images/${number}.png`;
    await writeFile(join(folder, file), await sharp(noise, { raw }).png({ compressionLevel: 3 }).toBuffer());
    const marks = {
      pixels: { width: pixels, height: pixels, counts },
      boxes: [{ x: 1, y: 0, width: 3, height: pixels }],
    };
    const labels = number % 2 === 0 ? { label: 'NORMAL' } : { label: 'ANOMALOUS', defectType: 'scratch', ...marks };
    await appendFile(join(folder, 'manifest.jsonl'), `${JSON.stringify({ file, ...labels })}\n`);
  }
}

async function measure(folder: string): Promise<void> {
  const postgres = await startEmbeddedPostgres(join(folder, 'postgres'));
  const runtime = await open(folder, postgres.url);
  try {
    await runtime.queue.work(['DATASET_IMPORT'], (attempt) => runDatasetImportJob(runtime, attempt));
    const { id: datasetId } = await runtime.services.datasets.create(everything, { name: 'bench' });
    for (const dryRun of [true, false]) {
      const start = performance.now();
      const { jobId } = await runtime.services.datasetImports.start(everything, {
        datasetId,
        format: 'manifest',
        path: 'set',
        dryRun,
      });
      for await (const { payload } of runtime.feed.follow(jobId, 0))
        if ('message' in payload) console.log(payload.message);
      const seconds = (performance.now() - start) / 1000;
      const [row] = await runtime.services.datasetImports.byIds(everything, [jobId]);
      const peak = Math.round(process.resourceUsage().maxRSS / 1024);
      const rate = (row!.imagesImported / seconds).toFixed(1);
      const found = `${row!.imagesImported} images and ${row!.annotationsImported} annotations, ${row!.totalProblems} problems`;
      console.log(
        `${dryRun ? 'dry run' : 'import'}: ${found}, ${seconds.toFixed(1)} s, ${rate} images/s, peak ${peak} MB`,
      );
    }
    console.log(`${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}`);
  } finally {
    await runtime.stop();
    await postgres.stop();
  }
  process.exit();
}

async function open(folder: string, databaseUrl: string): Promise<Runtime> {
  const dataSource = await createDataSource(databaseUrl).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  const environment = { RESIDUA_HOME: join(folder, 'home'), RESIDUA_IMPORT_ROOTS: folder };
  return openRuntime({ ...readConfig(environment), databaseUrl });
}
