import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { hostTensor, type Compute, type HostTensor } from '../../src/shared/compute.js';
import type { NamedTensors } from '../../src/toolkit/layers/namedTensors.js';
import { lossAndGradients } from '../../src/toolkit/optimisation/gradients.js';
import { weights, type GoldenCase } from './golden.js';

/** Weights of an original by our names. */
export interface OriginalWeights {
  parameters: Record<string, HostTensor>;
  /** Without the statistics of normalisations. */
  trainable: Record<string, HostTensor>;
  /** The original's name of each. */
  originals: Record<string, string>;
}

const statistics: Record<string, string> = { running_mean: 'mean', running_var: 'variance' };

/**
 * The weights of a golden case. Statistics of a normalisation are called `mean` and `variance` here.
 * @param rename the original's name to ours; undefined for what has no part in the case.
 */
export function originalWeights(
  { inputs }: GoldenCase,
  rename: (name: string) => string | undefined = (name) => name,
): OriginalWeights {
  const found: OriginalWeights = { parameters: {}, trainable: {}, originals: {} };
  for (const [original, { data, shape }] of weights(inputs['weights'])) {
    const name = original.endsWith('num_batches_tracked') ? undefined : rename(original);
    if (name === undefined) continue;
    const ours = name.replace(/running_(mean|var)$/, (part) => statistics[part]!);
    found.parameters[ours] = hostTensor(data, shape);
    found.originals[ours] = original;
    if (ours === name) found.trainable[ours] = hostTensor(data, shape);
  }
  return found;
}

/** Runs a tensor function of inputs and named parameters through the tracer and ONNX Runtime. */
export async function traced<Input extends Tensor>(
  compute: Compute,
  inputs: readonly HostTensor[],
  parameters: Readonly<Record<string, HostTensor>>,
  fn: (inputs: Input[], parameters: NamedTensors) => Record<string, Tensor>,
): Promise<Record<string, HostTensor>> {
  const names = Object.keys(parameters);
  let outputs: string[] = [];
  const compiled = await compute.compile(
    'golden',
    (...tensors) => {
      const given = tensors.splice(0, inputs.length) as Input[];
      const results = fn(given, Object.fromEntries(names.map((name, i) => [name, tensors[i]!])));
      outputs = Object.keys(results);
      return Object.values(results);
    },
    [...inputs, ...Object.values(parameters)],
  );
  const results = await compiled.run([...inputs, ...Object.values(parameters)]);
  await compiled.dispose();
  return Object.fromEntries(outputs.map((name, i) => [name, results[i]!]));
}

/** Gradients of a loss as golden cases have them: `grad.<the original's name>`. */
export function originalGradients(
  parameters: NamedTensors,
  loss: (current: NamedTensors) => Scalar,
  originals: Readonly<Record<string, string>> = {},
): Record<string, Tensor> {
  const { gradients } = lossAndGradients(parameters, loss);
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [`grad.${originals[name] ?? name}`, gradient]),
  );
}
