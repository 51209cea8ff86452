import { hostTensor, type tf, type HostTensor, type TrainingContext } from 'residua/plugin-api';
import type { NamedTensors, TensorBatches } from 'residua/toolkit';
import { byBatchMean, byStoredMean, type VolumeNormalise } from './flow.js';
import type { Params } from './params.js';

/** Name of the mean latent of a level, `[1, h, w, c]`. */
export const templateName = (level: number) => `template.${level}`;

/** Batches over which the means of the volume normalisations are measured. */
const measuredBatches = 16;

/** A flow with all its tensors, and the maps of normal images. */
interface TrainedFlow {
  flow: Readonly<Record<string, HostTensor>>;
  maps: readonly HostTensor[];
}

/** A tensor function: latents of maps. */
type Run = (tensors: NamedTensors, maps: tf.Tensor4D, normalise: VolumeNormalise) => tf.Tensor4D[];

/** `<name>.mean` of each volume normalisation: the mean over batches. Reported as stage `means`. */
export async function measureMeans(
  { compute, steps, params }: TrainingContext<Params>,
  { flow, inputs, batch }: TrainedFlow & TensorBatches,
  run: Run,
): Promise<Record<string, HostTensor>> {
  const names = Object.keys(flow);
  const found: string[] = [];
  const compiled = await compute.compile(
    'means',
    (maps, ...tensors) => {
      const means: [string, tf.Tensor][] = [];
      const normalise = byBatchMean(params.volumeNormalisation, (name, mean) => means.push([name, mean]));
      run(named(names, tensors), maps as tf.Tensor4D, normalise);
      found.splice(0, Infinity, ...means.map(([name]) => `${name}.mean`));
      return means.map(([, mean]) => mean);
    },
    [...inputs, ...Object.values(flow)],
  );
  const mean = new Means();
  try {
    for (let i = 0; i < measuredBatches; i++) {
      steps.signal.throwIfAborted();
      mean.add(await compiled.run([...batch(), ...Object.values(flow)]));
      steps.report({ stage: 'means', step: i + 1, totalSteps: measuredBatches });
    }
  } finally {
    await compiled.dispose();
  }
  return named(found, mean.tensors);
}

/** The mean latents of normal images, one for each level. Reported as stage `template`. */
export async function measureTemplate(
  { compute, steps }: TrainingContext<Params>,
  { flow, maps }: TrainedFlow,
  run: Run,
): Promise<Record<string, HostTensor>> {
  const names = Object.keys(flow);
  const compiled = await compute.compile(
    'template',
    (map, ...tensors) => run(named(names, tensors), map as tf.Tensor4D, byStoredMean),
    [{ shape: maps[0]!.shape }, ...Object.values(flow)],
  );
  const mean = new Means();
  try {
    for (const [i, map] of maps.entries()) {
      steps.signal.throwIfAborted();
      mean.add(await compiled.run([map, ...Object.values(flow)]));
      steps.report({ stage: 'template', step: i + 1, totalSteps: maps.length });
    }
  } finally {
    await compiled.dispose();
  }
  return Object.fromEntries(mean.tensors.map((level, i) => [templateName(i), level]));
}

/** Means of tensors, place by place. */
class Means {
  private count = 0;
  private sums: Float64Array[] = [];
  private shapes: (readonly number[])[] = [];

  add(tensors: readonly HostTensor[]): void {
    if (this.count++ === 0) {
      this.sums = tensors.map(({ data }) => new Float64Array(data.length));
      this.shapes = tensors.map(({ shape }) => shape);
    }
    tensors.forEach(({ data }, i) => data.forEach((value, at) => (this.sums[i]![at]! += value)));
  }

  get tensors(): HostTensor[] {
    return this.sums.map((sum, i) =>
      hostTensor(
        Float32Array.from(sum, (value) => value / this.count),
        this.shapes[i]!,
      ),
    );
  }
}

function named<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}
