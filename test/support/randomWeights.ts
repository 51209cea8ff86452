import { elementCount, hostTensor } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import { encodeSafetensors, resnetParameterShapes, type ResnetSettings } from '../../src/toolkit/index.js';

/** Random weights of a ResNet that keep its activations of one size, as the bytes of a safetensors file. */
export function randomResnetWeights(settings: ResnetSettings, seed: number): Uint8Array {
  const random = RandomSource.fromSeed(seed);
  // Numbers taken in turns from a table: a hundred times faster than drawing each.
  const table = Float32Array.from({ length: 65_521 }, () => random.normal());
  let place = 0;
  const tensors = Object.entries(resnetParameterShapes(settings)).map(([name, shape]) => {
    const scale = shape.length === 4 ? Math.sqrt(2 / elementCount(shape.slice(1))) : 0.1;
    const offset = /(bn\d|downsample\.1)\.weight$|running_var$/.test(name) ? 1 : 0;
    const data = Float32Array.from({ length: elementCount(shape) }, () => offset + scale * table[place++ % 65_521]!);
    return [name, hostTensor(data, shape)] as const;
  });
  return encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: {} });
}
