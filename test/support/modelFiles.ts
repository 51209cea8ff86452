import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { ModelFile, ModelFileSource } from '../../src/plugin-api/index.js';
import { ModelFiles } from '../../src/plugin-host/index.js';
import { resnetUpTo, wideResnet50 } from '../../src/toolkit/index.js';
import { networkFile } from './onnxFiles.js';
import { randomResnetWeights } from './randomWeights.js';

const folder = path.join(tmpdir(), `residua-models-${process.pid}-${process.env['VITEST_POOL_ID'] ?? ''}`);
const models = new ModelFiles(folder);
let written: Promise<void> | undefined;
// Outside of tests it is left to whoever chose the folder for temporary files.
if (process.env['VITEST'] !== undefined) afterAll(() => rm(folder, { recursive: true, force: true }));

/** A models folder with random weights for every built-in feature extractor that needs a file; made at the first use. */
export async function randomModelFile(source: ModelFileSource): Promise<ModelFile> {
  written ??= (async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, 'wide-resnet50.safetensors'),
      randomResnetWeights(resnetUpTo(wideResnet50, 3), 1),
    );
    await writeFile(path.join(folder, 'network.onnx'), networkFile());
  })();
  await written;
  return models.read(source);
}
