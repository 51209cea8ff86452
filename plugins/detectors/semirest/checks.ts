import type { DetectorChoices, Problem } from 'residua/plugin-api';
import { memoryBankProblems } from 'residua/toolkit';
import { networkMismatches, windowProblems } from './window-training/windowProblems.js';
import type { SemirestParams as Params, SemirestUses } from './semirestParams.js';

/** Everything that is wrong with the choices of a training, known before it starts. */
export function check(choices: DetectorChoices<Params, SemirestUses>): Problem[] {
  return [
    ...memoryBankProblems(choices),
    ...windowProblems(choices),
    ...networkMismatches(choices),
    ...inputMismatches(choices),
    ...unfairOffset(choices),
    ...invertedThresholds(choices),
  ];
}

/** Parameters that say what the network sees and what its logits are added to. */
const inputParams = ['hyperColumn', 'residualScale', 'residualInput', 'distancePrior'] as const;

/** A network goes on with the inputs it was trained with; features may join residuals, but not go. */
function inputMismatches({ params, startFrom }: DetectorChoices<Params, SemirestUses>): Problem[] {
  if (!startFrom) return [];
  const before = startFrom.params;
  const lost = before.featureInput > 0 && params.featureInput === 0 ? (['featureInput'] as const) : [];
  return [...inputParams.filter((name) => params[name] !== before[name]), ...lost].map((name) => ({
    code: 'MODEL_SHAPE_MISMATCH',
    message: `${name} is ${params[name]}, but the model version to continue from was trained with ${before[name]}`,
    field: ['detector', 'params', name],
    item: name,
  }));
}

/** Distances of tokens that meet themselves in the memory bank are none of new images. */
function unfairOffset({
  params: { tokenFalsePositiveRate, leaveOwnImageOut },
}: DetectorChoices<Params, SemirestUses>): Problem[] {
  if (tokenFalsePositiveRate === 0 || leaveOwnImageOut) return [];
  const name = 'tokenFalsePositiveRate';
  const message = `${name} is ${tokenFalsePositiveRate}: it needs leaveOwnImageOut, since tokens that meet themselves in the memory bank have distances that no new image has`;
  return [{ code: 'CONFIG_INVALID', message, field: ['detector', 'params', name], item: name }];
}

function invertedThresholds({ params: { pretraining } }: DetectorChoices<Params, SemirestUses>): Problem[] {
  const { normalBlockThreshold: normal, anomalousBlockThreshold: anomalous } = pretraining;
  if (normal <= anomalous) return [];
  const field = ['detector', 'params', 'pretraining', 'normalBlockThreshold'];
  const message = `pretraining.normalBlockThreshold is ${normal}: it must not exceed pretraining.anomalousBlockThreshold, ${anomalous}`;
  return [{ code: 'CONFIG_INVALID', message, field, item: 'normalBlockThreshold' }];
}
