import { hostTensor, type HostTensor, type TrainingContext, type tf } from 'residua/plugin-api';
import { initialSwinParameters, swinEmbedding } from 'residua/toolkit';
import { tokenChannels } from './window-training/tokenScores.js';
import type { ResidualNetwork } from './anomalyMap.js';
import { swinSizes, type SemirestParams as Params, type SemirestUses } from './semirestParams.js';

/** A network to start with; with a distance prior its last layer is zero, so that the prior alone speaks at first. */
export function newSwin(context: TrainingContext<Params, SemirestUses>): Record<string, HostTensor> {
  const { params, steps } = context;
  const sizes = { inputDimension: inputDimension(params), ...swinSizes(params) };
  const parameters = initialSwinParameters(sizes, steps.random.fork(), params.mlpInitialGain);
  if (params.distancePrior > 0) parameters['head.weight']!.data.fill(0);
  return parameters;
}

/** A network that knows residuals alone, ready to see features as well: they weigh nothing at first. */
export function widened(
  parameters: Readonly<Record<string, HostTensor>>,
  context: TrainingContext<Params, SemirestUses>,
): Record<string, HostTensor> {
  const embedding = parameters[swinEmbedding]!;
  const [rows, before] = embedding.shape as [number, number];
  const after = inputDimension(context.params);
  if (before === after) return { ...parameters };
  const data = new Float32Array(rows * after);
  for (let row = 0; row < rows; row++) data.set(embedding.data.subarray(row * before, (row + 1) * before), row * after);
  return { ...parameters, [swinEmbedding]: hostTensor(data, [rows, after]) };
}

function inputDimension(params: Params): number {
  return tokenChannels(params.featureDimension * params.tokenPatchSize ** 2, params);
}

const swinPrefix = 'swin.';
const scaleName = 'residual-scale';

/** The network's tensors as a state holds them. */
export function networkTensors(
  parameters: Readonly<Record<string, HostTensor>>,
  scale: HostTensor,
): Record<string, HostTensor> {
  const tensors: Record<string, HostTensor> = { [scaleName]: scale };
  for (const [name, value] of Object.entries(parameters)) tensors[`${swinPrefix}${name}`] = value;
  return tensors;
}

/** The Swin's tensors among those of a state, by their names inside the network. */
export function swinParameters<T>(tensors: Readonly<Record<string, T>>): Record<string, T> {
  const parameters: Record<string, T> = {};
  for (const name of Object.keys(tensors)) {
    if (name.startsWith(swinPrefix)) parameters[name.slice(swinPrefix.length)] = tensors[name]!;
  }
  return parameters;
}

/** The network of a state inside a tensor function. */
export function networkOf(tensors: Readonly<Record<string, tf.Tensor>>): ResidualNetwork {
  return { parameters: swinParameters(tensors), scale: tensors[scaleName] as tf.Tensor1D };
}

/** The same network, whose probability is a half where its logit was `logit`. */
export function offsetBy(network: Readonly<Record<string, HostTensor>>, logit: number): Record<string, HostTensor> {
  const bias = `${swinPrefix}head.bias`;
  const [normal, anomalous] = network[bias]!.data as Float32Array;
  return { ...network, [bias]: hostTensor(Float32Array.of(normal!, anomalous! - logit), [2]) };
}
