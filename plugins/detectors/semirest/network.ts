import { hostTensor, type HostTensor, type TrainingContext, type tf } from 'residua/plugin-api';
import { bankDimension, fineContext, initialSwinParameters, swinEmbedding } from 'residua/toolkit';
import { initialLinear, linearHeads } from './window-training/linearHead.js';
import { tokenChannels } from './window-training/tokenScores.js';
import type { ResidualNetwork } from './anomalyMap.js';
import { swinSizes, type SemirestParams as Params, type SemirestUses } from './semirestParams.js';

/** A network to start with; with a distance prior its last layers are zero, so that the prior alone speaks at first. */
export function newNetwork(context: TrainingContext<Params, SemirestUses>): Record<string, HostTensor> {
  const { params } = context;
  return {
    ...(params.head === 'linear' ? {} : newSwin(context)),
    ...(params.head === 'swin' ? {} : initialLinear(inputDimension(params))),
    ...(params.fineLayers > 0 ? initialLinear(fineDimension(context), 'fine-linear') : {}),
  };
}

function newSwin({ params, steps }: TrainingContext<Params, SemirestUses>): Record<string, HostTensor> {
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
  const own = inputDimension(context.params);
  const after: Record<string, number> = {
    [swinEmbedding]: own,
    'linear.weight': own,
    ...(context.params.fineLayers > 0 && { 'fine-linear.weight': fineDimension(context) }),
  };
  const seeing = Object.keys(after).filter((name) => name in parameters);
  return {
    ...parameters,
    ...Object.fromEntries(seeing.map((name) => [name, widenedRows(parameters[name]!, after[name]!)])),
  };
}

function widenedRows(matrix: HostTensor, after: number): HostTensor {
  const [rows, before] = matrix.shape as [number, number];
  if (before === after) return matrix;
  const data = new Float32Array(rows * after);
  for (let row = 0; row < rows; row++) data.set(matrix.data.subarray(row * before, (row + 1) * before), row * after);
  return hostTensor(data, [rows, after]);
}

function inputDimension(params: Params): number {
  return tokenChannels(bankDimension(params) * params.tokenPatchSize ** 2, params);
}

/** What the head of the fine layers sees. */
function fineDimension(context: TrainingContext<Params, SemirestUses>): number {
  const { params } = fineContext(context);
  return tokenChannels(bankDimension(params), params);
}

const swinPrefix = 'swin.';
const [scaleName, fineScaleName] = ['residual-scale', 'fine-residual-scale'] as const;

function isLinear(name: string): boolean {
  return linearHeads.some((head) => name.startsWith(`${head}.`));
}

/** The network's tensors as a state holds them. */
export function networkTensors(
  parameters: Readonly<Record<string, HostTensor>>,
  { scale, fineScale }: { scale: HostTensor; fineScale: HostTensor | undefined },
): Record<string, HostTensor> {
  const tensors: Record<string, HostTensor> = { [scaleName]: scale, ...(fineScale && { [fineScaleName]: fineScale }) };
  for (const [name, value] of Object.entries(parameters)) {
    tensors[isLinear(name) ? name : `${swinPrefix}${name}`] = value;
  }
  return tensors;
}

/** The network's tensors among those of a state, by their names inside the network. */
export function networkParameters<T>(tensors: Readonly<Record<string, T>>): Record<string, T> {
  const parameters: Record<string, T> = {};
  for (const name of Object.keys(tensors)) {
    if (name.startsWith(swinPrefix)) parameters[name.slice(swinPrefix.length)] = tensors[name]!;
    else if (isLinear(name)) parameters[name] = tensors[name]!;
  }
  return parameters;
}

/** The network of a state inside a tensor function. */
export function networkOf(tensors: Readonly<Record<string, tf.Tensor>>): ResidualNetwork {
  return {
    parameters: networkParameters(tensors),
    scale: tensors[scaleName] as tf.Tensor1D,
    fineScale: tensors[fineScaleName] as tf.Tensor1D | undefined,
  };
}

/** The same network, whose probability is a half where its logit was `logit`. */
export function offsetBy(network: Readonly<Record<string, HostTensor>>, logit: number): Record<string, HostTensor> {
  const ofSwin = `${swinPrefix}head.bias`;
  const moved = (name: string, at: number) => {
    const bias = Float32Array.from(network[name]!.data);
    bias[at]! -= logit;
    return { ...network, [name]: hostTensor(bias, [2]) };
  };
  return ofSwin in network ? moved(ofSwin, 1) : moved('linear.bias', 0);
}
