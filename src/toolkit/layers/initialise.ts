import { elementCount, hostTensor, type HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';

/** Makes the initial values of a weight, `[out, in]` or `[out, in, kh, kw]`. */
export type Initialise = (this: void, shape: readonly number[], random: RandomSource) => HostTensor;

/** All of one value. */
export function filled(shape: readonly number[], value: number): HostTensor {
  return hostTensor(new Float32Array(elementCount(shape)).fill(value), shape);
}

/** N(0, deviation). */
export function normalWeights(deviation: number): Initialise {
  return (shape, random) => drawn(shape, () => deviation * random.normal());
}

/** Xavier's (Glorot and Bengio 2010): N(0, 2 / (fan in + fan out)). */
export const xavierNormal: Initialise = (shape, random) => {
  const { fanIn, fanOut } = fans(shape);
  return normalWeights(Math.sqrt(2 / (fanIn + fanOut)))(shape, random);
};

/** He's for ReLU (He et al. 2015), by the fan out: N(0, 2 / fan out). */
export const heNormal: Initialise = (shape, random) => normalWeights(Math.sqrt(2 / fans(shape).fanOut))(shape, random);

/** PyTorch's default of linear layers and convolutions: uniform within 1 / sqrt(fan in) of zero. */
export const uniformByFanIn: Initialise = (shape, random) => {
  const bound = 1 / Math.sqrt(fans(shape).fanIn);
  return drawn(shape, () => random.between(-bound, bound));
};

/** What a convolution has to learn. */
export interface ConvolutionShape {
  inputs: number;
  outputs: number;
  /** Side of the kernel; default 3. */
  kernel?: number;
  /** Default true; of zeros. */
  bias?: boolean;
}

/** `<name>.weight` and `<name>.bias` of a convolution. */
export function convolutionParameters(
  name: string,
  { inputs, outputs, kernel = 3, bias = true }: ConvolutionShape,
  initialise: Initialise,
  random: RandomSource,
): Record<string, HostTensor> {
  const weight = initialise([outputs, inputs, kernel, kernel], random);
  return { [`${name}.weight`]: weight, ...(bias && { [`${name}.bias`]: filled([outputs], 0) }) };
}

/** `<name>.weight`, ones, and `<name>.bias`, zeros, of a normalisation. */
export function normalisationParameters(name: string, channels: number): Record<string, HostTensor> {
  return { [`${name}.weight`]: filled([channels], 1), [`${name}.bias`]: filled([channels], 0) };
}

function fans([outputs, inputs, ...kernel]: readonly number[]): { fanIn: number; fanOut: number } {
  const places = elementCount(kernel);
  return { fanIn: inputs! * places, fanOut: outputs! * places };
}

function drawn(shape: readonly number[], draw: () => number): HostTensor {
  return hostTensor(Float32Array.from({ length: elementCount(shape) }, draw), shape);
}
