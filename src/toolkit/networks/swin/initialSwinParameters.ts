import { elementCount, hostTensor, type HostTensor } from '../../../shared/compute.js';
import type { RandomSource } from '../../../shared/random.js';
import { swinParameterShapes, type SwinSettings } from './swinSettings.js';

const usualDeviation = 0.02;

/**
 * Parameters to start training with: matrices and position tables from a normal distribution cut at two deviations, biases 0,
 * LayerNorm scales 1. The deviation is 0.02; that of the MLPs is `mlpGain / sqrt(their inputs)` where a gain is given, with which
 * short trainings get further.
 * @throws RangeError as `swinParameterShapes`.
 */
export function initialSwinParameters(
  settings: SwinSettings,
  random: RandomSource,
  mlpGain = 0,
): Record<string, HostTensor> {
  const parameters: Record<string, HostTensor> = {};
  for (const [name, shape] of Object.entries(swinParameterShapes(settings))) {
    const data = new Float32Array(elementCount(shape));
    if (shape.length === 2) {
      const deviation = mlpGain > 0 && name.includes('.mlp.') ? mlpGain / Math.sqrt(shape[1]!) : usualDeviation;
      for (let i = 0; i < data.length; i++) data[i] = deviation * truncatedNormal(random);
    } else if (name.endsWith('weight')) {
      data.fill(1);
    }
    parameters[name] = hostTensor(data, shape);
  }
  return parameters;
}

function truncatedNormal(random: RandomSource): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= 2) return value;
  }
}
