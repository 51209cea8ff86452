/** Random dropout of residual tokens: SemiREST (Li et al. 2023), section 3.2.2, Eq. 13. */
import { defineAugmentation, z } from 'residua/plugin-api';
import { drawUniform, tokenDropout } from 'residua/toolkit';

/** Eq. 13 as a plugin: see `tokenDropout`. */
export const residualDropout = defineAugmentation({
  id: 'residual-dropout',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: ['a2535562d84a2b22910249e9ee704993ec022ff7b4ae44f75500714454a03936'],
  stage: 'residual',
  title: 'Residual dropout',
  description: 'Sets whole residual tokens to zero at random.',
  reference: 'Li et al. 2023, SemiREST, Eq. 13',
  params: z.strictObject({
    probability: z.number().min(0).lt(1).default(0.25).describe('Share of tokens set to zero (alpha).'),
  }),
  create: ({ probability }) => ({
    stage: 'residual',
    level: 'token',
    neighbours: 1,
    randomInputs: ([, n, rows, columns]) => [{ spec: { shape: [1, n, rows, columns] }, fill: drawUniform }],
    apply: (residuals, [tau]) => tokenDropout(residuals, tau!, probability),
  }),
});
