/**
 * What a provider of ONNX Runtime lacks or does wrongly. Kernels that would need it write other nodes that mean the same; a file that is
 * exported is written without gaps.
 */
export interface Gaps {
  /** `MaxPool` says where its maxima stand. */
  readonly maxPoolIndices?: true;
  /** `ConvTranspose` with groups of several inputs. */
  readonly groupedConvTranspose?: true;
  /** `Pow` of two operands that are both broadcast. */
  readonly broadcastPow?: true;
  /** `Sum`. */
  readonly sum?: true;
  /** `Conv` of one group for the numbers of channels that {@link missingChannels} names. It is not refused: the results are wrong. */
  readonly convChannels?: true;
}

/**
 * Channels that are added to data and filter, all zeros, for a provider with the gap `convChannels`: it computes wrongly from more than 3 input
 * channels that are divisible by 3 and not by 4 to output channels that are divisible by 4, e.g. from 6 to 4.
 */
export function missingChannels(inputs: number, outputs: number): number {
  const isWrong = inputs > 3 && inputs % 3 === 0 && inputs % 4 !== 0 && outputs % 4 === 0;
  return isWrong ? 4 - (inputs % 4) : 0;
}
