import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInPlugins } from '../../../plugins/index.js';
import { trainingPlanner } from '../../../src/main/trainingPlanner.js';
import { inspectPlugin, PluginRegistry } from '../../../src/plugin-host/index.js';
import type { TrainingChoice } from '../../../src/services/training/trainingPlan.js';
import { extractorSource, writePlugin } from '../../support/pluginPackages.js';

const example = fileURLToPath(new URL('../../../examples/gabor-features', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-plugins-'));
});
afterAll(() => rm(folder, { recursive: true }));

const registryOf = async (source: string) => new PluginRegistry(builtInPlugins, [await inspectPlugin(source)]);
const choice = (id: string, params = {}): TrainingChoice => ({
  supervision: 'UNSUPERVISED',
  detector: { id: 'patchcore' },
  featureExtractor: { id, params },
});

describe('a process that loads no outside plugin', () => {
  let registry: PluginRegistry;
  beforeAll(async () => {
    await cp(example, path.join(folder, 'gabor'), { recursive: true });
    registry = await registryOf(path.join(folder, 'gabor'));
  });

  it('plans trainings with one all the same', async () => {
    const { plan, blocks } = await trainingPlanner(registry)(choice('gabor', { orientations: 12 }), ['input']);
    expect(plan.featureExtractor).toMatchObject({ id: 'gabor', params: { orientations: 12, wavelength: 4 } });
    expect(plan.detector.params).toMatchObject({ featureDimension: 48 });
    expect(blocks).toBeUndefined();
  });

  it('tells every problem of a choice as if the plugin were built in', async () => {
    const planned = trainingPlanner(registry)(choice('gabor', { orientations: 99, colour: 'red' }), ['input']);
    const problems = await planned.then(
      () => [],
      (error: { problems: { code: string; field: string[] }[] }) => error.problems,
    );
    expect(problems.map(({ code, field }) => [code, field.join('.')])).toContainEqual([
      'PLUGIN_PARAMS_INVALID',
      'input.featureExtractor.params.orientations',
    ]);
    expect(problems).toHaveLength(2);
  });
});

it('a plugin that computes without end while a choice is checked fails that choice alone', async () => {
  const source = extractorSource('endless', '').replace(
    'layers: () =>',
    'layers: () => { for (;;); },\n  unused: () =>',
  );
  const registry = await registryOf(await writePlugin(folder, 'feature-extractor', 'endless', source));
  await expect(trainingPlanner(registry, 500)(choice('endless'), ['input'])).rejects.toThrow(
    /PLUGIN_CRASHED.*feature-extractor plugin endless did not come back within 0\.5 s/,
  );
});

it('a plugin whose files changed after it was tried is not loaded', async () => {
  const source = extractorSource('changed', 'return [images];');
  const place = await writePlugin(folder, 'feature-extractor', 'changed', source);
  const registry = await registryOf(place);
  await writePlugin(folder, 'feature-extractor', 'changed', `${source}\n`);
  await expect(registry.load('feature-extractor', 'changed')).rejects.toThrow(/PLUGIN_LOAD_FAILED.*changed since/);
});
