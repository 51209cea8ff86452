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
}
