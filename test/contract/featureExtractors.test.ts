import { afterAll, describe, expect, it } from 'vitest';
import { hostTensor, tf, type FeatureExtractor, type HostTensor } from '../../src/plugin-api/index.js';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { networkLayers } from '../support/onnxFiles.js';
import { compute, largestDifference, nonFinite, pluginContext, registry, sampleImage } from './plugins.js';

afterAll(() => compute.dispose());

/** Parameters without a default, for the files of `randomModelFile`. */
const neededParams: Partial<Record<string, Record<string, unknown>>> = {
  onnx: { model: { file: 'network.onnx' }, layers: networkLayers },
};

const batchOf = (...seeds: number[]): HostTensor => {
  const [width, height] = [96, 64];
  const data = seeds.flatMap((seed) => Array.from(sampleImage(width, height, seed).data));
  return hostTensor(Float32Array.from(data), [seeds.length, height, width, 3]);
};

async function run(extractor: FeatureExtractor, images: HostTensor): Promise<HostTensor[]> {
  const compiled = await compute.compile('features', (x) => extractor.features(x as tf.Tensor4D), [images]);
  const outputs = await compiled.run([images]);
  await compiled.dispose();
  return outputs;
}

describe.each(registry.plugins('feature-extractor').map((plugin) => [plugin.id, plugin] as const))(
  'feature extractor %s',
  (_, plugin) => {
    const choice = { id: plugin.id, params: neededParams[plugin.id] ?? {} };
    const params = plugin.params.parse(choice.params);

    it('gives maps of the declared channels and strides, finest first', async () => {
      const extractor = await plugin.load(params, pluginContext);
      const outputs = await run(extractor, batchOf(1));
      const declared = plugin.layers(params);
      expect(outputs.map(({ shape }) => [...shape])).toEqual(
        declared.map(({ channels, stride }) => [1, 64 / stride, 96 / stride, channels]),
      );
      expect([...declared].sort((a, b) => a.stride - b.stride)).toEqual(declared);
      extractor.dispose();
    });

    it('gives finite values that vary with the image, and the same ones for the same image', async () => {
      const extractor = await plugin.load(params, pluginContext);
      const [first, again, other] = [
        await run(extractor, batchOf(1)),
        await run(extractor, batchOf(1)),
        await run(extractor, batchOf(2)),
      ];
      for (const [i, map] of first.entries()) {
        expect(nonFinite(map.data)).toBe(0);
        expect(largestDifference(map.data, again[i]!.data)).toBe(0);
        expect(largestDifference(map.data, other[i]!.data)).toBeGreaterThan(1e-3);
      }
      extractor.dispose();
    });

    it('treats a batch of two as two of one', async () => {
      const extractor = await plugin.load(params, pluginContext);
      const [pair, left, right] = [
        await run(extractor, batchOf(1, 2)),
        await run(extractor, batchOf(1)),
        await run(extractor, batchOf(2)),
      ];
      for (const [i, map] of pair.entries()) {
        const half = map.data.length / 2;
        expect(largestDifference(map.data.subarray(0, half), left[i]!.data)).toBeLessThan(1e-3);
        expect(largestDifference(map.data.subarray(half), right[i]!.data)).toBeLessThan(1e-3);
      }
      extractor.dispose();
    });

    it('gives back every tensor when disposed', async () => {
      const before = tf.memory().numTensors;
      const extractor = await plugin.load(params, pluginContext);
      await run(extractor, batchOf(1));
      extractor.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('states the digest of its weights', async () => {
      const extractor = await plugin.load(params, pluginContext);
      expect(extractor.weightsDigest).toMatch(/^[0-9a-f]{64}$/);
      extractor.dispose();
    });

    it('has image sizes that it cannot take refused with a hint', () => {
      const imageSize = 8 * plugin.sizeMultiple + 1;
      const plan = () =>
        planTraining(registry, { supervision: 'UNSUPERVISED', featureExtractor: choice, settings: { imageSize } }, []);
      expect(plan).toThrow(`needs a multiple of ${plugin.sizeMultiple}`);
    });
  },
);
