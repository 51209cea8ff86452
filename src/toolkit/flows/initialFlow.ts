import { hostTensor, type HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import { filled, uniformByFanIn } from '../layers/initialise.js';
import { randomOrthonormal } from '../layers/randomOrthonormal.js';

/** Size of a flow. */
export interface FlowSettings {
  /** c, at least 2. */
  channels: number;
  /** Numbers of the condition; 0: none. */
  condition: number;
  blocks: number;
}

/** Tensors of a flow before training. */
export interface InitialFlow {
  /** To be trained. */
  parameters: Record<string, HostTensor>;
  /** That stay as they are: the rotation of the channels behind each block, or their order. */
  fixed: Record<string, HostTensor>;
}

/** A rotation of more channels costs more than the rest of a block: their order is changed at random instead. */
const mostRotated = 512;
/** Makes the scale of all channels 1: 0.2 log(1 + exp(x / 2)) = 1. */
const unitScale = 2 * Math.log(Math.exp(5) - 1);

/** @param name what the names of its tensors begin with. */
export function initialFlow(name: string, settings: FlowSettings, random: RandomSource): InitialFlow {
  const { channels, blocks } = settings;
  const initial: InitialFlow = { parameters: {}, fixed: {} };
  for (let i = 0; i < blocks; i++) {
    const block = `${name}.${i}`;
    Object.assign(initial.parameters, {
      ...subnetwork(block, settings, random),
      [`${block}.scale`]: filled([channels], unitScale),
      [`${block}.offset`]: filled([channels], 0),
    });
    if (channels <= mostRotated) initial.fixed[`${block}.rotation`] = randomOrthonormal(channels, channels, random);
    else initial.fixed[`${block}.order`] = randomOrder(channels, random);
  }
  return initial;
}

/** Two layers with PyTorch's initial values; the middle is twice as wide as what goes in. */
function subnetwork(block: string, { channels, condition }: FlowSettings, random: RandomSource) {
  const second = Math.floor(channels / 2);
  const inputs = channels - second + condition;
  return {
    ...layer(`${block}.hidden`, inputs, 2 * inputs, random),
    ...layer(`${block}.output`, 2 * inputs, 2 * second, random),
  };
}

function layer(name: string, inputs: number, outputs: number, random: RandomSource): Record<string, HostTensor> {
  const bound = 1 / Math.sqrt(inputs);
  const bias = Float32Array.from({ length: outputs }, () => random.between(-bound, bound));
  return {
    [`${name}.weight`]: uniformByFanIn([outputs, inputs], random),
    [`${name}.bias`]: hostTensor(bias, [outputs]),
  };
}

function randomOrder(channels: number, random: RandomSource): HostTensor {
  return hostTensor(Float32Array.from(random.shuffle([...Array(channels).keys()])), [channels]);
}
