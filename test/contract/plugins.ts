import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import type { PluginContext } from '../../src/plugin-api/index.js';
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

export { largestDifference, nonFinite, sampleImage } from '../../src/plugin-contract/index.js';
