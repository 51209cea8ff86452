import { z } from 'zod';

const share = z.number().min(0).max(1);

/** Parameters of every detector that learns from labels of blocks: spread them into its own. */
export const blockLabelParams = {
  anomalousBlockThreshold: share
    .default(0.25)
    .describe('A block with a larger share of anomalous pixels is ANOMALOUS, eps+ of Eq. 14.'),
  normalBlockThreshold: share
    .default(0.08)
    .describe('A block with a smaller share of anomalous pixels is NORMAL, eps- of Eq. 14.'),
  unknownBlockThreshold: share
    .default(0.5)
    .describe('A block with a larger share of pixels inside boxes is UNKNOWN, upsilon of Eq. 15.'),
};
/** {@link blockLabelParams} with their defaults filled in. */
export type BlockLabelParams = z.output<z.ZodObject<typeof blockLabelParams>>;
