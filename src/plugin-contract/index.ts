import type { PluginKind } from '../plugin-api/index.js';
import type { PluginRegistry } from '../plugin-host/index.js';
import { augmentationRules } from './augmentationRules.js';
import { detectorRules } from './detectorRules.js';
import { featureExtractorRules } from './featureExtractorRules.js';
import { lossRules } from './lossRules.js';
import { sinkRules } from './sinkRules.js';
import { sourceRules } from './sourceRules.js';
import { checkRules, type ContractRule, type ContractSetting, type RuleOutcome } from './rule.js';

export { augmentationRules } from './augmentationRules.js';
export { detectorRules } from './detectorRules.js';
export { featureExtractorRules } from './featureExtractorRules.js';
export { lossRules } from './lossRules.js';
export { sinkRules } from './sinkRules.js';
export { sourceRules } from './sourceRules.js';
export type { ContractRule, ContractSetting, RuleOutcome } from './rule.js';
export { largestDifference, nonFinite, sampleImage } from './samples.js';

/**
 * Holds a plugin to what its kind promises.
 * @param choice its name and parameters; those left out have their defaults.
 * @throws ProblemError when it is not there or cannot be loaded, PLUGIN_PARAMS_INVALID.
 */
export async function checkContract(
  registry: PluginRegistry,
  kind: PluginKind,
  choice: { id: string; params?: Record<string, unknown> },
  { compute, context }: Omit<ContractSetting, 'params' | 'given'>,
): Promise<RuleOutcome[]> {
  await registry.load(kind, choice.id);
  const { plugin, params } = registry.resolve(kind, choice, []);
  const rules = {
    'feature-extractor': featureExtractorRules,
    augmentation: augmentationRules,
    loss: lossRules,
    detector: detectorRules(registry),
    sink: sinkRules,
    source: sourceRules,
  } as unknown as Record<PluginKind, readonly ContractRule<unknown>[]>;
  return checkRules(rules[kind], plugin, { params, given: choice.params ?? {}, compute, context });
}
