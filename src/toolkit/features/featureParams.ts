import { z } from 'zod';
import type { DetectorChoices, ParamsToFit, Problem } from '../../plugin-api/index.js';

/** The orders of pooling and concatenation there are. */
export const hyperColumnKinds = ['plain', 'patchcore'] as const;
/** Order of pooling and concatenation: `plain` concatenates first, `patchcore` pools each layer first. */
export type HyperColumnKind = (typeof hyperColumnKinds)[number];

/** Parameters of every detector on hyper-columns: spread them into its own. */
export const hyperColumnParams = {
  hyperColumn: z.enum(hyperColumnKinds).default('plain').describe('Order of pooling and concatenating the layers.'),
  featureDimension: z.int().min(4).max(8192).default(720).describe('Channels of a pooled feature, d_f.'),
};
/** {@link hyperColumnParams} with their defaults filled in. */
export type HyperColumnParams = z.output<z.ZodObject<typeof hyperColumnParams>>;

/** What {@link positionConstrainedFeatures} depends on; without a weight there is no position code. */
export interface FeatureParams extends HyperColumnParams {
  /** lambda_PE of Eq. 2. */
  positionWeight?: number;
  /** rho of Eq. 7: the position code is that of a patch of so many features a side. */
  tokenPatchSize?: number;
}

/** What plain hyper-columns have. */
function channelsOf({ featureLayers }: Pick<ParamsToFit<FeatureParams>, 'featureLayers'>): number {
  return featureLayers.reduce((sum, layer) => sum + layer.channels, 0);
}

/**
 * The feature dimension of plain hyper-columns that have fewer channels than it: as many as the position code allows. Nothing where
 * it fits, or where they have fewer channels than any feature dimension.
 */
export function fitFeatureDimension(choices: ParamsToFit<FeatureParams>): { featureDimension?: number } {
  const channels = channelsOf(choices);
  const { featureDimension, hyperColumn, positionWeight = 0 } = choices.params;
  if (hyperColumn !== 'plain' || featureDimension <= channels) return {};
  const fitted = positionWeight > 0 ? channels - (channels % 4) : channels;
  return hyperColumnParams.featureDimension.safeParse(fitted).success ? { featureDimension: fitted } : {};
}

/** Problems of the feature dimension, d_f: four kinds of position code share it, and plain hyper-columns cannot be widened. */
export function hyperColumnProblems(choices: DetectorChoices<FeatureParams>): Problem[] {
  const channels = channelsOf(choices);
  const { featureDimension, hyperColumn, positionWeight = 0 } = choices.params;
  const rules = [
    positionWeight > 0 && featureDimension % 4 !== 0 && 'with a position code it must be a multiple of 4',
    featureDimension > channels && hyperColumn === 'plain' && `the feature extractor has only ${channels} channels`,
  ];
  return rules
    .filter((rule) => rule !== false)
    .map((rule) => ({
      code: 'CONFIG_INVALID',
      message: `featureDimension is ${featureDimension}: ${rule}`,
      field: ['detector', 'params', 'featureDimension'],
      item: 'featureDimension',
    }));
}
