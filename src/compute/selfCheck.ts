import * as tf from '@tensorflow/tfjs-core';
import { hostTensor, type Compute, type HostTensor, type TensorFunction } from '../shared/compute.js';
import { RandomSource } from '../shared/random.js';

/** Largest difference from the processor's values, relative to the largest of them, that is taken for rounding. */
const tolerance = 1e-3;
/** Runs that are timed; the fastest counts. */
const timedRuns = 3;

const shapes = {
  image: [4, 32, 32, 16],
  filter: [3, 3, 16, 32],
  eachChannel: [3, 3, 16, 2],
  weights: [512, 512],
} as const;

/** A little of what detectors do: convolutions, pooling, attention, normalisation, and the gradients of them. */
const sample: TensorFunction = (image, filter, eachChannel, weights) => {
  const loss = (x: tf.Tensor, f: tf.Tensor, d: tf.Tensor, w: tf.Tensor) => {
    const convolved = tf.relu(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'));
    const apart = tf.depthwiseConv2d(x as tf.Tensor4D, d as tf.Tensor4D, 2, 'same');
    const pooled = tf.maxPool(tf.add<tf.Tensor4D>(convolved, apart), 3, 2, 'same');
    const tokens = tf.matMul(tf.reshape(pooled, [64, 128]), tf.reshape(w, [128, 2048]));
    const attention = tf.softmax(tf.mul(tf.matMul(tokens, tokens, false, true), 1e-3));
    const { mean, variance } = tf.moments(tf.matMul(attention, tokens), 1, true);
    return tf.mean<tf.Scalar>(tf.div(tf.square(mean), tf.sqrt(tf.add(variance, 1))));
  };
  return [loss(image, filter, eachChannel, weights), ...tf.grads(loss)([image, filter, eachChannel, weights])];
};

/** What became of a check. */
export interface SelfCheck {
  /** Why the engine must not be used; undefined where it computes as the processor does. */
  problem: string | undefined;
  /** Of the fastest run. */
  milliseconds: number;
}

/** Compares an engine with one that is known to be right, on a sample of what detectors compute. @param reference its values. */
export async function selfCheck(
  engine: Compute,
  reference?: readonly HostTensor[],
): Promise<SelfCheck & { values: HostTensor[] }> {
  const inputs = drawn();
  const compiled = await engine.compile('self-check', sample, inputs);
  try {
    const values = await compiled.run(inputs);
    let milliseconds = Infinity;
    for (let i = 0; i < timedRuns; i++) {
      const begun = performance.now();
      await compiled.run(inputs);
      milliseconds = Math.min(milliseconds, performance.now() - begun);
    }
    return { values, milliseconds, problem: reference && differenceOf(values, reference) };
  } finally {
    await compiled.dispose();
  }
}

function drawn(): HostTensor[] {
  const random = RandomSource.fromSeed(1);
  return Object.values(shapes).map((shape) =>
    hostTensor(
      Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => random.normal()),
      shape,
    ),
  );
}

function differenceOf(values: readonly HostTensor[], reference: readonly HostTensor[]): string | undefined {
  for (const [output, { data }] of values.entries()) {
    const expected = Array.from(reference[output]!.data);
    const scale = largest(expected.map(Math.abs)) || 1;
    const differences = expected.map((value, i) => Math.abs(data[i]! - value));
    const off = largest(differences.map((each) => (Number.isFinite(each) ? each : Infinity)));
    if (off > tolerance * scale) {
      return `its results differ from the processor's by ${(off / scale).toPrecision(2)} of the largest (output ${output})`;
    }
  }
  return undefined;
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);
