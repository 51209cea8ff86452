import { hostTensor, type tf, type HostTensor, type TrainingContext } from 'residua/plugin-api';
import { imageScores, type FeatureMaps, type NamedTensors } from 'residua/toolkit';
import type { AnomalyParts } from './networks.js';
import type { Params } from './params.js';

/** Names of the scales in a state, each a scalar. */
export const scaleNames = { features: 'scales.features', deformation: 'scales.deformation' } as const;

/** Standard deviations above the mean of normal images that count as 1. */
const deviations = 3;
/** No scale is smaller: where nothing is deformed there is nothing to divide by. */
const leastScale = 1e-6;

/**
 * What each measure of anomaly comes to on normal images: the mean of their maxima and three deviations. Reported as stage `scales`.
 * @param network trained tensors.
 * @param images maps of each.
 * @param partsOf a tensor function of the tensors and the maps of one image.
 */
export async function measureScales(
  { compute, steps }: TrainingContext<Params>,
  network: Readonly<Record<string, HostTensor>>,
  images: readonly FeatureMaps[],
  partsOf: (tensors: NamedTensors, maps: tf.Tensor4D[]) => AnomalyParts,
): Promise<Record<string, HostTensor>> {
  const names = Object.keys(network);
  const specs = images[0]!.map(({ shape }) => ({ shape }));
  const compiled = await compute.compile(
    'scales',
    (...tensors) => {
      const maps = tensors.splice(0, specs.length) as tf.Tensor4D[];
      const { features, deformation } = partsOf(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), maps);
      return [imageScores(features), imageScores(deformation)];
    },
    [...specs, ...Object.values(network)],
  );
  const maxima: [number[], number[]] = [[], []];
  try {
    for (const [i, maps] of images.entries()) {
      steps.signal.throwIfAborted();
      const found = await compiled.run([...maps, ...Object.values(network)]);
      found.forEach(({ data }, part) => maxima[part]!.push(data[0]!));
      steps.report({ stage: 'scales', step: i + 1, totalSteps: images.length });
    }
  } finally {
    await compiled.dispose();
  }
  const [features, deformation] = maxima.map(scaleOf);
  return { [scaleNames.features]: features!, [scaleNames.deformation]: deformation! };
}

function scaleOf(values: readonly number[]): HostTensor {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return hostTensor(Float32Array.of(Math.max(leastScale, mean + deviations * Math.sqrt(variance))), []);
}
