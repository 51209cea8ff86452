import { z } from 'zod';
import { blockKinds } from '../networks/residual/residualBlock.js';

/** Parameters of every method with a decoder that rebuilds a teacher's maps: spread them into its own. */
export const reverseParams = {
  block: z
    .enum(blockKinds)
    .default('basic')
    .describe('Residual blocks: basic as in ResNet-18, bottleneck as in WideResNet-50.'),
  width: z
    .int()
    .min(0)
    .max(4096)
    .default(64)
    .describe(
      'Most channels of the networks at the finest map, twice as many at each octave below; 0: as many as the layer has, as in the paper.',
    ),
  embedding: z.int().min(2).max(8192).default(256).describe("Channels of the one-class embedding; the paper's: 2048."),
  embeddingBlocks: z.int().min(1).max(16).default(1).describe("Blocks that make the embedding; the paper's: 3."),
  decoderBlocks: z
    .array(z.int().min(1).max(16))
    .min(1)
    .max(8)
    .default([1])
    .describe(
      "Blocks of the decoder for each map, coarsest first; the last number holds for the rest. The paper's: 3, 4, 6.",
    ),
};
/** {@link reverseParams} with their defaults filled in. */
export type ReverseParams = z.output<z.ZodObject<typeof reverseParams>>;
