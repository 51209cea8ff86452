import type { DetectorChoices, Problem } from 'residua/plugin-api';
import { featureGrid } from 'residua/toolkit';
import type { SemirestParams, SemirestUses } from '../semirestParams.js';

/** Problems of tokens, windows, the Swin's sizes and what a step is made of. `field` is relative to the run's input. */
export function windowProblems(choices: DetectorChoices<SemirestParams, SemirestUses>): Problem[] {
  const { settings, params, supervision, featureLayers, augmentations } = choices;
  const { imageSize } = settings;
  const { tokenPatchSize, windowSize, windowStep, swinWindow, swinHeads, swinDimension } = params;
  const { normalImagesPerStep, syntheticImagesPerStep: synthetic, anomalousImagesPerStep: anomalous } = params;
  const features = featureGrid(settings, featureLayers);
  const tokens = features / tokenPatchSize;
  const labelled = supervision !== 'UNSUPERVISED';
  const rules: [boolean, keyof SemirestParams, string][] = [
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
    [normalImagesPerStep < 1, 'normalImagesPerStep', 'normalImagesPerStep is 0: at least 1 is needed'],
    [
      labelled && anomalous < 1,
      'anomalousImagesPerStep',
      `anomalousImagesPerStep is 0: ${supervision} would not read its labels`,
    ],
    [
      synthetic < 1 && supervision !== 'SUPERVISED',
      'syntheticImagesPerStep',
      `syntheticImagesPerStep is 0: ${supervision} knows no defect for certain but synthetic ones`,
    ],
  ];
  const problems = rules
    .filter(([broken]) => broken)
    .map(([, name, message]): Problem => ({
      code: 'CONFIG_INVALID',
      message,
      field: ['detector', 'params', name],
      item: name,
    }));
  if (synthetic > 0 && augmentations.image === 0) {
    const message = 'augmentations holds none that makes defects in images; add "synthetic-defect"';
    problems.push({ code: 'CONFIG_INVALID', message, field: ['augmentations'] });
  }
  return problems;
}
