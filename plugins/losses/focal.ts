/** Focal loss over tokens: Lin et al. 2017; weights as in SemiREST (Li et al. 2023), Eq. 11. */
import { defineLoss, z } from 'residua/plugin-api';
import { focalLoss } from 'residua/toolkit';

/** The focal loss on token probabilities: see `focalLoss`. */
export const focal = defineLoss({
  id: 'focal',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: ['61b45a75c47f019768125ef9873744d54f7c1d1d5bce465f3dd22356f50dc991'],
  title: 'Focal loss',
  description: 'Cross entropy that plays down tokens already right; normal and anomalous tokens are averaged apart.',
  reference: 'Li et al. 2023, SemiREST, Eq. 11',
  params: z.strictObject({
    alpha: z.number().gt(0).lt(1).default(0.25).describe('Weight of anomalous tokens; normal ones have 1 - alpha.'),
    gamma: z.number().min(0).max(10).default(4).describe('Exponent that plays down tokens already right.'),
  }),
  create: (params) => (probabilities, labels) => focalLoss(probabilities, labels, params),
});
