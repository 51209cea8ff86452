import type { DetectorChoices, Problem } from 'residua/plugin-api';
import { bankFeatureProblems } from 'residua/toolkit';
import { networkParams, type SemirestParams as Params, type SemirestUses } from './semirestParams.js';
import { windowProblems } from './window-training/windowProblems.js';

type Choices = DetectorChoices<Params, SemirestUses>;

/** Everything that is wrong with the choices of a training, known before it starts. */
export function check(choices: Choices): Problem[] {
  const ofFeatures = bankFeatureProblems(choices);
  // Without a hyper-column there is no grid to speak of.
  if (choices.params.fineLayers >= choices.featureLayers.length) return ofFeatures;
  return [
    ...ofFeatures,
    ...fineRules(choices),
    ...windowProblems(choices),
    ...networkMismatches(choices),
    ...unfairOffset(choices),
    ...invertedThresholds(choices.params, []),
    ...invertedThresholds(choices.params.pretraining, ['pretraining']),
  ];
}

/** A network goes on in the shape and with the inputs it was trained with; features may join residuals, but not go. */
function networkMismatches({ params, startFrom }: Choices): Problem[] {
  if (!startFrom) return [];
  const before = startFrom.params;
  const lost = before.featureInput > 0 && params.featureInput === 0 ? (['featureInput'] as const) : [];
  return [...networkParams.filter((name) => params[name] !== before[name]), ...lost].map((name) => ({
    code: 'MODEL_SHAPE_MISMATCH',
    message: `${name} is ${params[name]}, but the model version to continue from was trained with ${before[name]}`,
    field: ['detector', 'params', name],
    item: name,
  }));
}

/** What fine layers go together with: each of their places is a token of a linear head, which MixMatch does not mix. */
function fineRules({ params, supervision }: Choices): Problem[] {
  if (params.fineLayers === 0) return [];
  const mixes = supervision === 'SEMI_SUPERVISED' && params.mixMatch;
  const rules = [
    ...(params.head === 'swin' ? [['head', "with fine layers it must be 'linear' or 'both'"] as const] : []),
    ...(params.tokenPatchSize > 1 ? [['tokenPatchSize', 'with fine layers it must be 1'] as const] : []),
    ...(mixes ? [['mixMatch', 'with fine layers it must be false: boxTightness reads boxes'] as const] : []),
  ];
  return rules.map(([name, rule]) => ({
    code: 'CONFIG_INVALID',
    message: `${name} is ${params[name]}: ${rule}`,
    field: ['detector', 'params', name],
    item: name,
  }));
}

/** Distances of tokens that meet themselves in the memory bank are none of new images. */
function unfairOffset({ params: { tokenFalsePositiveRate, leaveOwnImageOut } }: Choices): Problem[] {
  if (tokenFalsePositiveRate === 0 || leaveOwnImageOut) return [];
  const name = 'tokenFalsePositiveRate';
  const message = `${name} is ${tokenFalsePositiveRate}: it needs leaveOwnImageOut, since tokens that meet themselves in the memory bank have distances that no new image has`;
  return [{ code: 'CONFIG_INVALID', message, field: ['detector', 'params', name], item: name }];
}

/** @param group the parameters that the thresholds stand in. */
function invertedThresholds(
  {
    normalBlockThreshold: normal,
    anomalousBlockThreshold: anomalous,
  }: Pick<Params, 'normalBlockThreshold' | 'anomalousBlockThreshold'>,
  group: readonly string[],
): Problem[] {
  if (normal <= anomalous) return [];
  const [low, high] = ['normalBlockThreshold', 'anomalousBlockThreshold'] as const;
  const named = (name: string) => [...group, name].join('.');
  const message = `${named(low)} is ${normal}: it must not exceed ${named(high)}, ${anomalous}`;
  return [{ code: 'CONFIG_INVALID', message, field: ['detector', 'params', ...group, low], item: low }];
}
