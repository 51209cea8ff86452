import {
  hostTensor,
  tf,
  type Compute,
  type FeatureExtractor,
  type FeatureExtractorPlugin,
  type HostTensor,
  type z,
} from '../plugin-api/index.js';
import { unless, type ContractRule, type ContractSetting } from './rule.js';
import { largestDifference, nonFinite, sampleImage } from './samples.js';

type Plugin = FeatureExtractorPlugin<z.ZodObject>;

/** Sides of the images, in multiples that the extractor takes. */
function sidesFor({ sizeMultiple }: Plugin): { width: number; height: number } {
  const least = (side: number) => Math.ceil(side / sizeMultiple) * sizeMultiple;
  return { width: least(96), height: least(64) };
}

function batchOf(plugin: Plugin, ...seeds: number[]): HostTensor {
  const { width, height } = sidesFor(plugin);
  const data = seeds.flatMap((seed) => Array.from(sampleImage(width, height, seed).data));
  return hostTensor(Float32Array.from(data), [seeds.length, height, width, 3]);
}

async function run(compute: Compute, extractor: FeatureExtractor, images: HostTensor): Promise<HostTensor[]> {
  const compiled = await compute.compile('features', (x) => extractor.features(x as tf.Tensor4D), [images]);
  const outputs = await compiled.run([images]);
  await compiled.dispose();
  return outputs;
}

type Features = (...seeds: number[]) => Promise<HostTensor[]>;

const rule = (
  name: string,
  check: (
    features: Features,
    plugin: Plugin,
    setting: ContractSetting,
    extractor: FeatureExtractor,
  ) => Promise<string[]>,
) => ({
  name,
  check: async (plugin: Plugin, setting: ContractSetting) => {
    const extractor = await plugin.load(setting.params, setting.context);
    try {
      const features: Features = (...seeds) => run(setting.compute, extractor, batchOf(plugin, ...seeds));
      return await check(features, plugin, setting, extractor);
    } finally {
      extractor.dispose();
    }
  },
});

const shapes = (maps: readonly { shape: readonly number[] }[]) =>
  maps.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ');

/** What every feature extractor keeps. */
export const featureExtractorRules: readonly ContractRule<Plugin>[] = [
  rule('gives maps of the declared channels and strides, finest first', async (features, plugin, { params }) => {
    const declared = plugin.layers(params);
    const { width, height } = sidesFor(plugin);
    const wanted = shapes(
      declared.map(({ channels, stride }) => ({ shape: [1, height / stride, width / stride, channels] })),
    );
    const found = shapes(await features(1));
    const strides = declared.map(({ stride }) => stride);
    return unless(
      [found === wanted, `for an image of ${width} x ${height} it gives ${found}; declared is ${wanted}`],
      [strides.every((stride, i) => i === 0 || stride >= strides[i - 1]!), `its strides are ${strides.join(', ')}`],
    );
  }),
  rule('gives finite values that vary with the image, and the same ones for the same image', async (features) => {
    const [first, again, other] = [await features(1), await features(1), await features(2)];
    return first.flatMap((map, i) =>
      unless(
        [nonFinite(map.data) === 0, `map ${i + 1} has ${nonFinite(map.data)} values that are not finite`],
        [largestDifference(map.data, again[i]!.data) === 0, `map ${i + 1} differs for the same image`],
        [largestDifference(map.data, other[i]!.data) > 1e-3, `map ${i + 1} is the same for two images`],
      ),
    );
  }),
  rule('treats a batch of two as two of one', async (features) => {
    const [pair, left, right] = [await features(1, 2), await features(1), await features(2)];
    return pair.flatMap((map, i) => {
      const half = map.data.length / 2;
      const apart = Math.max(
        largestDifference(map.data.subarray(0, half), left[i]!.data),
        largestDifference(map.data.subarray(half), right[i]!.data),
      );
      return unless([apart < 1e-3, `map ${i + 1} of two images differs by ${apart} from those of each`]);
    });
  }),
  {
    name: 'gives back every tensor when disposed',
    check: async (plugin, { params, context, compute }) => {
      const before = tf.memory().numTensors;
      const extractor = await plugin.load(params, context);
      await run(compute, extractor, batchOf(plugin, 1));
      extractor.dispose();
      const kept = tf.memory().numTensors - before;
      return unless([kept === 0, `it keeps ${kept}`]);
    },
  },
  rule('states the digest of its weights', async (_, __, ___, { weightsDigest }) =>
    unless([
      /^[0-9a-f]{64}$/.test(weightsDigest),
      `weightsDigest is "${weightsDigest}"; it must be a sha256, 64 hexadecimal digits`,
    ]),
  ),
];
