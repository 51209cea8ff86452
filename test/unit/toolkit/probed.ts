import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Compute } from '../../../src/shared/compute.js';
import { hostTensor, type HostTensor } from '../../../src/shared/compute.js';
import { lossAndGradients } from '../../../src/toolkit/optimisation/gradients.js';
import { array } from '../../golden/golden.js';

/** An array of a golden file on the host. */
export function host(value: unknown): HostTensor {
  const { data, shape } = array(value);
  return hostTensor(data, shape);
}

/**
 * Output and gradients of sum(output * probe), as golden vectors have them, through the tracer and ONNX Runtime.
 * @param inputs what the gradients are asked of, by name.
 * @returns `output` and `grad.<name>`.
 */
export async function probed(
  compute: Compute,
  inputs: Readonly<Record<string, HostTensor>>,
  probe: HostTensor,
  fn: (inputs: Readonly<Record<string, Tensor>>) => Tensor,
): Promise<Record<string, HostTensor>> {
  const names = Object.keys(inputs);
  const compiled = await compute.compile(
    'probed',
    (probed, ...given) => {
      const named = Object.fromEntries(names.map((name, i) => [name, given[i]!]));
      const { gradients } = lossAndGradients(named, (current) => tf.sum(tf.mul(fn(current), probed)));
      return [fn(named), ...names.map((name) => gradients[name]!)];
    },
    [probe, ...Object.values(inputs)],
  );
  const [output, ...gradients] = await compiled.run([probe, ...Object.values(inputs)]);
  await compiled.dispose();
  return { output: output!, ...Object.fromEntries(names.map((name, i) => [`grad.${name}`, gradients[i]!])) };
}
