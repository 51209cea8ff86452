import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompute } from '../../../../../src/compute/index.js';
import { type Compute, hostTensor } from '../../../../../src/shared/compute.js';
import { normaliseColours } from '../../../../../src/toolkit/layers/normaliseColours.js';
import { resnetLayers } from '../../../../../src/toolkit/networks/resnet/resnet.js';
import {
  resnetChannels,
  resnetParameterShapes,
  resnetUpTo,
  wideResnet50,
  type ResnetSettings,
} from '../../../../../src/toolkit/networks/resnet/resnetSettings.js';
import { array, expectGolden, goldenCases, weights, type GoldenCase } from '../../../../golden/golden.js';
import { useCpuBackend } from '../../tensors.js';

let compute: Compute;
beforeAll(async () => {
  await useCpuBackend();
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = goldenCases('13-resnet', 'resnet_features');

function network(golden: GoldenCase) {
  const { config, weights: file, mean, std, image } = golden.inputs;
  const { basePlanes, layers, widthPerGroup } = config as {
    basePlanes: number;
    layers: number[];
    widthPerGroup: number;
  };
  const settings: ResnetSettings = { basePlanes, blocks: layers, widthPerGroup };
  const colours = { scale: 1 / 255, mean: [...array(mean).data], std: [...array(std).data] };
  const parameters = Object.fromEntries(
    [...weights(file)].map(([name, { data, shape }]) => [name, tf.tensor(data, shape)]),
  );
  const run = (images: Tensor) => {
    const normalised = normaliseColours(images as Tensor4D, colours);
    return [normalised, ...resnetLayers(normalised, parameters, settings)];
  };
  const { data, shape } = array(image);
  return { settings, parameters, run, images: hostTensor(data, [1, ...shape]) };
}

const named = (outputs: readonly { data: ArrayLike<number>; shape: readonly number[] }[]) =>
  Object.fromEntries(
    ['normalised', 'layer1', 'layer2', 'layer3'].map((name, i) => [
      name,
      { data: outputs[i]!.data, shape: outputs[i]!.shape.slice(1) },
    ]),
  );

describe('ResNet features (Eq. 1), equal to torchvision', () => {
  test.each(cases)('on the cpu backend: $name', (golden) => {
    const { parameters, run, images } = network(golden);
    const before = tf.memory().numTensors;
    const outputs = run(tf.tensor(images.data, [...images.shape]));
    expect(tf.memory().numTensors).toBe(before + 5);
    expectGolden(golden, named(outputs.map((output) => ({ data: output.dataSync(), shape: output.shape }))));
    tf.dispose([...outputs, ...Object.values(parameters)]);
  });

  test.each(cases)('in a traced graph: $name', async (golden) => {
    const { parameters, run, images } = network(golden);
    const compiled = await compute.compile('resnet', (x) => run(x), [images]);
    expectGolden(golden, named(await compiled.run([images])));
    await compiled.dispose();
    tf.dispose(parameters);
  });

  test.each(cases)('the parameters are those of the file: $name', (golden) => {
    const { settings, parameters } = network(golden);
    const found = Object.entries(parameters)
      .filter(([name]) => !name.endsWith('num_batches_tracked'))
      .map(([name, { shape }]) => [name, shape]);
    expect(resnetParameterShapes(settings)).toEqual(Object.fromEntries(found));
    tf.dispose(parameters);
  });

  test.each([
    ['24.9 million parameters up to layer3', 3, 24_862_528],
    ["torchvision's 68.9 million without the classifier's 2 million", 4, 68_883_240 - 2_049_000],
  ])('WideResNet-50-2 has %s', (_, layers, count) => {
    expect(resnetChannels(wideResnet50)).toEqual([256, 512, 1024, 2048]);
    const shapes = resnetParameterShapes(resnetUpTo(wideResnet50, layers));
    const learned = Object.entries(shapes).filter(([name]) => !name.includes('running'));
    const found = learned.reduce((sum, [, shape]) => sum + shape.reduce((product, size) => product * size, 1), 0);
    expect(found).toBe(count);
  });
});
