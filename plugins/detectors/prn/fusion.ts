import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  depthwiseConvolution,
  uniformByFanIn,
  type NamedTensors,
} from 'residua/toolkit';

/** A map among those that are fused. */
export interface FusedLevel {
  /** Places a side. */
  side: number;
  channels: number;
}

/** How often the finer of two levels is halved to the coarser. */
const octavesBetween = (finer: FusedLevel, coarser: FusedLevel) => Math.round(Math.log2(finer.side / coarser.side));

/** Every ordered pair of different levels, and the name of what leads from one to the other. */
function pairs(name: string, levels: readonly FusedLevel[]) {
  return levels.flatMap((to, j) =>
    levels.flatMap((from, i) => (i === j ? [] : [{ name: `${name}.${i}to${j}`, i, j, from, to }])),
  );
}

/** Parameters of a fusion, with PyTorch's initial weights. */
export function fusionParameters(
  name: string,
  levels: readonly FusedLevel[],
  random: RandomSource,
): Record<string, HostTensor> {
  const of = pairs(name, levels).map(({ name: pair, from, to }) => {
    const halved = octavesBetween(from, to);
    const shape =
      halved > 0
        ? { inputs: 1, outputs: to.channels, kernel: 2 ** halved + 1 }
        : { inputs: from.channels, outputs: to.channels, kernel: 1 };
    return convolutionParameters(pair, shape, uniformByFanIn, random);
  });
  return Object.assign({}, ...of) as Record<string, HostTensor>;
}

/**
 * Multi-scale fusion (Zhang et al. 2023): to every level all others are added, coarser ones enlarged and mixed by a 1x1
 * convolution, finer ones halved by a convolution for each channel. A tensor function.
 * @param maps `[n, side, side, channels]` of each level, finest first; channels of a coarser level are a multiple of a finer one's.
 * @returns the same shapes.
 */
export function fuse(parameters: NamedTensors, name: string, maps: readonly tf.Tensor4D[]): tf.Tensor4D[] {
  const levels = maps.map(({ shape }) => ({ side: shape[1], channels: shape[3] }));
  const sums = [...maps];
  for (const { name: pair, i, j, from, to } of pairs(name, levels)) {
    const halved = octavesBetween(from, to);
    const brought =
      halved > 0
        ? depthwiseConvolution(parameters, pair, maps[i]!, { stride: 2 ** halved, padding: 2 ** (halved - 1) })
        : convolution(parameters, pair, tf.image.resizeBilinear(maps[i]!, [to.side, to.side], true));
    sums[j] = tf.add(sums[j]!, brought);
  }
  return sums;
}
