import type { DetectorChoices, Problem } from '../../plugin-api/index.js';
import type { HyperColumnKind } from './featureStage.js';

/** Problems of the feature dimension, d_f: four kinds of position code share it, and plain hyper-columns cannot be widened. */
export function featureDimensionProblems(
  { settings, featureLayers }: Pick<DetectorChoices<unknown>, 'settings' | 'featureLayers'>,
  hyperColumn: HyperColumnKind,
): Problem[] {
  const channels = featureLayers.reduce((sum, layer) => sum + layer.channels, 0);
  const { featureDimension } = settings;
  const rules = [
    featureDimension % 4 !== 0 && 'it must be a multiple of 4',
    featureDimension > channels && hyperColumn === 'plain' && `the feature extractor has only ${channels} channels`,
  ];
  return rules
    .filter((rule) => rule !== false)
    .map((rule) => ({
      code: 'CONFIG_INVALID',
      message: `featureDimension is ${featureDimension}: ${rule}`,
      field: ['settings', 'featureDimension'],
      item: 'featureDimension',
    }));
}
