import { expect, test } from 'vitest';
import { wideResnet50 } from '../../../../plugins/feature-extractors/wide-resnet50.js';
import { planTraining } from '../../../../src/services/training/trainingPlan.js';
import { tf, type PluginContext } from '../../../../src/plugin-api/index.js';
import { importOnnx } from '../../../../src/compute/index.js';
import { PluginRegistry } from '../../../../src/plugin-host/index.js';
import { builtInPlugins } from '../../../../plugins/index.js';
import { resnetUpTo, wideResnet50 as settings } from '../../../../src/toolkit/networks/resnet/resnetSettings.js';
import { randomResnetWeights } from '../../../support/randomWeights.js';
import { useCpuBackend } from '../../toolkit/tensors.js';

/** A file that ends behind layer1. */
const weights = {
  name: 'wide-resnet50.safetensors',
  bytes: randomResnetWeights(resnetUpTo(settings, 1), 1),
  sha256: '0'.repeat(64),
};
const context: PluginContext = {
  ...{ cacheDirectory: '.residua/cache', modelFile: () => Promise.resolve(weights), importOnnx },
  log: { info: () => undefined, warn: () => undefined },
};

test('its layers are those that are asked for, layer2 and layer3 when nobody asks', () => {
  const layersOf = (params: object) => wideResnet50.layers(wideResnet50.params.parse(params));
  expect(layersOf({}).map(({ name }) => name)).toEqual(['layer2', 'layer3']);
  expect(layersOf({ layers: ['layer1', 'layer2', 'layer4'] })).toEqual([
    { name: 'layer1', channels: 256, stride: 4 },
    { name: 'layer2', channels: 512, stride: 8 },
    { name: 'layer4', channels: 2048, stride: 32 },
  ]);
});

test('a layer twice, or a finer one behind a coarser one, is refused by name', () => {
  for (const layers of [['layer2', 'layer2'], ['layer3', 'layer1'], []]) {
    expect(wideResnet50.params.safeParse({ layers }).success).toBe(false);
  }
});

test('it gives what it declares, and reads no weights behind the deepest layer', async () => {
  await useCpuBackend();
  const load = (...layers: string[]) => wideResnet50.load(wideResnet50.params.parse({ layers }), context);
  const extractor = await load('layer1');
  const shapes = tf.tidy(() => extractor.features(tf.zeros([1, 32, 32, 3])).map(({ shape }) => shape));
  extractor.dispose();
  expect(shapes).toEqual([[1, 8, 8, 256]]);
  await expect(load('layer1', 'layer2')).rejects.toThrow('tensor layer2.0.conv1.weight is missing');
});

test('a model version from before it had a choice of layers can be continued', () => {
  const registry = new PluginRegistry(builtInPlugins);
  const choice = { supervision: 'UNSUPERVISED', detector: { id: 'semirest' } } as const;
  const plan = planTraining(registry, { ...choice, featureExtractor: { id: 'wide-resnet50' } }, []);
  const { layers, ...before } = plan.featureExtractor!.params;
  expect(layers).toEqual(['layer2', 'layer3']);
  const { settings, detector } = plan;
  const continued = (now: object) =>
    planTraining(registry, { ...choice, featureExtractor: { id: 'wide-resnet50', params: { ...now } } }, [], {
      ...{ settings, detector, sampleBits: null, modelFiles: [] },
      featureExtractor: { ...plan.featureExtractor!, params: before },
    });
  expect(continued({}).featureExtractor!.params).toEqual(plan.featureExtractor!.params);
  expect(() => continued({ layers: ['layer1', 'layer2'] })).toThrow('needs the same, with the same parameters');
});
