import type { DetectorChoices, Problem, TrainingSettings } from 'residua/plugin-api';
import { featureGrid } from 'residua/toolkit';

/** Problems of tokens, windows, the Swin's sizes and what a step is made of. `field` is relative to the run's input. */
export function windowProblems(choices: DetectorChoices<unknown>): Problem[] {
  const { settings, supervision, featureLayers, augmentations } = choices;
  const { imageSize, tokenPatchSize, windowSize, swinWindow, swinHeads, swinDimension } = settings;
  const { normalImagesPerStep, syntheticImagesPerStep: synthetic, anomalousImagesPerStep: anomalous } = settings;
  const features = featureGrid(settings, featureLayers);
  const tokens = features / tokenPatchSize;
  const labelled = supervision !== 'UNSUPERVISED';
  const rules: [boolean, keyof TrainingSettings, string][] = [
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
    .map(([, name, message]): Problem => ({ code: 'CONFIG_INVALID', message, field: ['settings', name], item: name }));
  if (synthetic > 0 && augmentations.image === 0) {
    const message = 'augmentations holds none that makes defects in images; add "synthetic-defect"';
    problems.push({ code: 'CONFIG_INVALID', message, field: ['augmentations'] });
  }
  return problems;
}

/** Settings that give the network its shape and its inputs. */
const networkSettings = [
  'featureDimension',
  'positionWeight',
  'residual',
  'tokenPatchSize',
  'swinBlocks',
  'swinWindow',
  'swinHeads',
  'swinDimension',
] as const satisfies readonly (keyof TrainingSettings)[];

/** MODEL_SHAPE_MISMATCH for each setting in which a run differs from the version it continues from. */
export function networkMismatches({ settings, startFrom }: DetectorChoices<unknown>): Problem[] {
  if (!startFrom) return [];
  return networkSettings
    .filter((name) => settings[name] !== startFrom.settings[name])
    .map((name) => ({
      code: 'MODEL_SHAPE_MISMATCH',
      message: `${name} is ${settings[name]}, but the model version to continue from was trained with ${startFrom.settings[name]}`,
      field: ['settings', name],
      item: name,
    }));
}
