/** Sizes of the Swin Transformer (Eq. 9). */
export interface SwinSettings {
  /** d_t: channels of a token. */
  inputDimension: number;
  /** Embedding size, a multiple of `heads`. */
  dimension: number;
  heads: number;
  /** Attention window, tokens per side. */
  window: number;
  blocks: number;
  /** Hidden size of a block's MLP over the embedding size. Default 4. */
  mlpRatio?: number;
}

/** Every parameter's shape by its name, in a fixed order. Names and layouts are torchvision's: Linear is `[out, in]`. */
export type SwinParameterShapes = Readonly<Record<string, readonly number[]>>;

/** Name of the matrix that embeds tokens, `[dimension, inputDimension]`. */
export const swinEmbedding = 'features.0.0.weight';

/** Name of a parameter of block `index`. */
export function blockParameter(index: number, name: string): string {
  return `features.1.${index}.${name}`;
}

/**
 * Shapes of all parameters.
 * @throws RangeError when a size is no positive integer or the heads do not divide the embedding.
 */
export function swinParameterShapes(settings: SwinSettings): SwinParameterShapes {
  const { inputDimension, dimension, heads, window, blocks, mlpRatio = 4 } = settings;
  for (const [name, value] of Object.entries({ inputDimension, dimension, heads, window, blocks })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} of a Swin is a positive integer, got ${value}`);
  }
  if (dimension % heads !== 0)
    throw new RangeError(`${heads} heads do not divide an embedding of ${dimension} dimensions`);
  const hidden = Math.round(dimension * mlpRatio);
  const shapes: Record<string, readonly number[]> = {};
  const linear = (name: string, outputs: number, inputs: number) => {
    shapes[`${name}.weight`] = [outputs, inputs];
    shapes[`${name}.bias`] = [outputs];
  };
  const norm = (name: string) => {
    shapes[`${name}.weight`] = [dimension];
    shapes[`${name}.bias`] = [dimension];
  };
  linear('features.0.0', dimension, inputDimension);
  norm('features.0.2');
  for (let i = 0; i < blocks; i++) {
    norm(blockParameter(i, 'norm1'));
    shapes[blockParameter(i, 'attn.relative_position_bias_table')] = [(2 * window - 1) ** 2, heads];
    linear(blockParameter(i, 'attn.qkv'), 3 * dimension, dimension);
    linear(blockParameter(i, 'attn.proj'), dimension, dimension);
    norm(blockParameter(i, 'norm2'));
    linear(blockParameter(i, 'mlp.0'), hidden, dimension);
    linear(blockParameter(i, 'mlp.3'), dimension, hidden);
  }
  norm('norm');
  linear('head', 2, dimension);
  return shapes;
}
