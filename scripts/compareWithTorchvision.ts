/**
 * Compares the feature extractor wide-resnet50 with torchvision's on random weights and a random image: the largest
 * difference of each layer over the layer's largest value must stay below 1e-4. Needs Debian's python3-torchvision, and says
 * so where it is not there. Run it with `npm run compare-torchvision`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { wideResnet50 } from '../plugins/feature-extractors/wide-resnet50.js';
import { createCompute, importOnnx } from '../src/compute/index.js';
import type { tf } from '../src/plugin-api/index.js';
import { ModelFiles } from '../src/plugin-host/index.js';
import { decodeSafetensors } from '../src/toolkit/index.js';

const tolerance = 1e-4;
const run = promisify(execFile);
/** Debian's own: another Python on the path need not have its packages. */
const python = process.env['PYTHON'] ?? '/usr/bin/python3';

async function compare(folder: string): Promise<boolean> {
  const script = fileURLToPath(new URL('torchvision_features.py', import.meta.url));
  const features = path.join(folder, 'features.safetensors');
  const { stdout } = await run(python, [script, path.join(folder, 'random.safetensors'), features]);
  console.log(stdout.trim());
  const { image, layer2, layer3 } = decodeSafetensors(await readFile(features), 'features').tensors;
  const models = new ModelFiles(folder);
  const extractor = await wideResnet50.load(wideResnet50.params.parse({ weights: { file: 'random.safetensors' } }), {
    cacheDirectory: folder,
    modelFile: (source) => models.read(source),
    importOnnx,
    log: { info: console.log, warn: console.warn },
  });
  const compute = await createCompute();
  const compiled = await compute.compile('features', (x) => extractor.features(x as tf.Tensor4D), [image!]);
  const outputs = await compiled.run([image!]);
  await compute.dispose();
  return [layer2!, layer3!].map((expected, i) => report(`layer${i + 2}`, expected, outputs[i]!)).every(Boolean);
}

function report(name: string, expected: { data: ArrayLike<number> }, found: { data: ArrayLike<number> }): boolean {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    difference = Math.max(difference, Math.abs(expected.data[i]! - found.data[i]!));
    largest = Math.max(largest, Math.abs(expected.data[i]!));
  }
  const relative = difference / largest;
  const equal = expected.data.length === found.data.length && relative < tolerance;
  console.log(`${name}: ${expected.data.length} values up to ${largest.toFixed(2)}, relative difference ${relative}`);
  return equal;
}

const missing = await run(python, ['-c', 'import torch, torchvision']).then(
  () => undefined,
  () => `${python} has no torch and torchvision (Debian: apt-get install python3-torchvision)`,
);
if (missing) console.log(`not compared: ${missing}`);
else {
  const folder = await mkdtemp(path.join(tmpdir(), 'residua-torchvision-'));
  const equal = await compare(folder).finally(() => rm(folder, { recursive: true, force: true }));
  console.log(equal ? `equal within ${tolerance}` : `NOT equal within ${tolerance}`);
  process.exitCode = equal ? 0 : 1;
}
