import type { DetectorChoices, Problem } from 'residua/plugin-api';
import { hyperColumnGrid } from 'residua/toolkit';
import type { SemirestParams, SemirestUses } from '../semirestParams.js';

type Choices = DetectorChoices<SemirestParams, SemirestUses>;
type Rule = [broken: boolean, name: keyof SemirestParams, message: string];

/** Problems of tokens, windows, the Swin's sizes and what a step is made of. `field` is relative to the run's input. */
export function windowProblems(choices: Choices): Problem[] {
  const problems = [...sizeRules(choices), ...stepRules(choices)]
    .filter(([broken]) => broken)
    .map(([, name, message]): Problem => {
      return { code: 'CONFIG_INVALID', message, field: ['detector', 'params', name], item: name };
    });
  if (choices.params.syntheticImagesPerStep > 0 && choices.augmentations.image === 0) {
    const message = 'augmentations holds none that makes defects in images; add "synthetic-defect"';
    problems.push({ code: 'CONFIG_INVALID', message, field: ['augmentations'] });
  }
  return problems;
}

function sizeRules(choices: Choices): Rule[] {
  const { params } = choices;
  const { imageSize } = choices.settings;
  const { tokenPatchSize, windowSize, windowStep, swinWindow, swinHeads, swinDimension } = params;
  const features = hyperColumnGrid(choices);
  const tokens = features / tokenPatchSize;
  return [
    [
      !Number.isInteger(tokens),
      'tokenPatchSize',
      `tokenPatchSize is ${tokenPatchSize}: it must divide the ${features} features per side that imageSize ${imageSize} gives`,
    ],
    [
      windowSize > tokens,
      'windowSize',
      `windowSize is ${windowSize}: imageSize ${imageSize} gives only ${tokens} tokens per side`,
    ],
    [
      windowStep > windowSize,
      'windowStep',
      `windowStep is ${windowStep}: it must not exceed windowSize, ${windowSize}`,
    ],
    [
      windowSize % swinWindow !== 0,
      'swinWindow',
      `swinWindow is ${swinWindow}: it must divide windowSize, ${windowSize}`,
    ],
    [
      swinDimension % swinHeads !== 0,
      'swinHeads',
      `swinHeads is ${swinHeads}: it must divide swinDimension, ${swinDimension}`,
    ],
  ];
}

function stepRules({ params, supervision }: Choices): Rule[] {
  const { normalImagesPerStep: normal, syntheticImagesPerStep: synthetic, anomalousImagesPerStep: anomalous } = params;
  return [
    [normal < 1, 'normalImagesPerStep', 'normalImagesPerStep is 0: at least 1 is needed'],
    [
      supervision !== 'UNSUPERVISED' && anomalous < 1,
      'anomalousImagesPerStep',
      `anomalousImagesPerStep is 0: ${supervision} would not read its labels`,
    ],
    [
      supervision === 'SEMI_SUPERVISED' && params.syntheticShare === 0,
      'syntheticShare',
      'syntheticShare is 0: SEMI_SUPERVISED knows no defect for certain but synthetic ones',
    ],
    [
      supervision !== 'SUPERVISED' && synthetic < 1,
      'syntheticImagesPerStep',
      `syntheticImagesPerStep is 0: ${supervision} knows no defect for certain but synthetic ones`,
    ],
  ];
}
