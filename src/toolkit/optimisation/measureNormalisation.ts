import type { Tensor } from '@tensorflow/tfjs-core';
import type { TrainingSteps } from '../../plugin-api/index.js';
import { hostTensor, type Compute, type HostTensor, type TensorSpec } from '../../shared/compute.js';
import { named, type NamedTensors } from '../layers/namedTensors.js';
import { type ChannelStatistics, type Normalise, recordingStatistics } from '../layers/normalisation.js';

/** A trained network whose batch normalisations shall have statistics of their own. */
export interface NormalisationMeasurement {
  compute: Compute;
  parameters: Readonly<Record<string, HostTensor>>;
  inputs: readonly TensorSpec[];
  /** How many batches; default 8. */
  batches?: number;
  /** Where each batch is reported, as a step; left out: nowhere. */
  steps?: Pick<TrainingSteps, 'signal' | 'report'>;
  /** Name of this measuring in reports; default `normalisation`. */
  stage?: string;
  /** The inputs of one batch, in any arrays. @param index from 0. */
  batch(this: void, index: number): readonly HostTensor[] | Promise<readonly HostTensor[]>;
  /** A tensor function: the network up to its last batch normalisation. */
  forward(this: void, parameters: NamedTensors, inputs: Tensor[], normalise: Normalise): unknown;
}

/**
 * Mean and variance in front of every batch normalisation, over batches that are normalised by their own. A moving average of the
 * parameters has other statistics than the steps of its training, so that they are measured behind it. One that normalises several
 * times in a forward pass, such as images at several scales, has the statistics of all of them together.
 * @returns `<name>.mean` and `<name>.variance` of each, for `byStoredStatistics`: the mean of the batches' means; the mean of their
 * variances and the variance of their means together.
 */
export async function measureNormalisation({
  compute,
  parameters,
  inputs,
  batches = 8,
  steps,
  stage = 'normalisation',
  batch,
  forward,
}: NormalisationMeasurement): Promise<Record<string, HostTensor>> {
  const keys = Object.keys(parameters);
  const found: string[] = [];
  const compiled = await compute.compile(
    'normalisation',
    (...tensors) => {
      const statistics: [string, ChannelStatistics][] = [];
      const network = named(keys, tensors.splice(0, keys.length));
      forward(
        network,
        tensors,
        recordingStatistics((name, of) => statistics.push([name, of])),
      );
      found.splice(0, Infinity, ...statistics.map(([name]) => name));
      return statistics.flatMap(([, { mean, variance }]) => [mean, variance]);
    },
    [...Object.values(parameters), ...inputs],
  );
  const measured: HostTensor[][] = [];
  try {
    for (let i = 0; i < batches; i++) {
      steps?.signal.throwIfAborted();
      measured.push(await compiled.run([...Object.values(parameters), ...(await batch(i))]));
      steps?.report({ stage, step: i + 1, totalSteps: batches });
    }
  } finally {
    await compiled.dispose();
  }
  return Object.assign({}, ...[...new Set(found)].map((name) => joined(name, found, measured))) as Record<
    string,
    HostTensor
  >;
}

/** @param measured of each batch: mean and variance of each of the normalisations that were `found`. */
function joined(name: string, found: readonly string[], measured: readonly HostTensor[][]): Record<string, HostTensor> {
  const [means, variances] = [0, 1].map((part) =>
    measured.flatMap((batch) => batch.filter((_, i) => i % 2 === part && found[(i - part) / 2] === name)),
  );
  const { shape } = means![0]!;
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mean = means![0]!.data.map((_, c) => average(means!.map(({ data }) => data[c]!)));
  const variance = variances![0]!.data.map((_, c) => {
    const spread = average(means!.map(({ data }) => (data[c]! - mean[c]!) ** 2));
    return average(variances!.map(({ data }) => data[c]!)) + spread;
  });
  return { [`${name}.mean`]: hostTensor(mean, shape), [`${name}.variance`]: hostTensor(variance, shape) };
}
