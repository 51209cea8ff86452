import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import type { PluginContext, RgbImage } from '../../src/plugin-api/index.js';
import { RandomSource } from '../../src/plugin-api/index.js';
import { randomModelFile } from '../support/modelFiles.js';
import { PluginRegistry } from '../../src/plugin-host/index.js';

/** Every plugin that comes with Residua; each contract test runs over all of its kind. */
export const registry = new PluginRegistry(builtInPlugins);

export const compute = await createCompute();

export const pluginContext: PluginContext = {
  cacheDirectory: '.residua/cache',
  modelFile: randomModelFile,
  importOnnx,
  log: { info: () => undefined, warn: () => undefined },
};

/** A smooth surface with noise: every pixel differs, so that a mixed-up axis shows. */
export function sampleImage(width: number, height: number, seed: number): RgbImage {
  const random = RandomSource.fromSeed(seed);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const grey = 110 + 40 * Math.sin((i % width) / 9) + 20 * Math.cos(Math.floor(i / width) / 5) + 8 * random.normal();
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.max(0, Math.min(255, Math.round(grey + 6 * c)));
  }
  return { width, height, data };
}

/** Number of values that are NaN or infinite. */
export function nonFinite(values: ArrayLike<number>): number {
  return Array.from(values).filter((value) => !Number.isFinite(value)).length;
}

/** Largest absolute difference of two arrays of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
