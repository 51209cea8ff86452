import type { AnyPlugin } from '../../src/plugin-api/index.js';
import { supervisions as known } from '../../src/shared/training.js';
import type { PluginRegistry } from '../../src/plugin-host/index.js';
import { planTraining, type TrainingChoice } from '../../src/services/training/trainingPlan.js';
import { defectKinds } from '../../src/toolkit/index.js';
import type { Trained } from './resultStore.js';

/** One line of a table: a name and what is trained. */
export interface Row {
  name: string;
  choice: TrainingChoice;
}

/** What a row trains, by a preset of its detector. */
export function planRow(registry: PluginRegistry, { choice }: Row, preset: string): Trained {
  return { plan: planTraining(registry, { preset, ...choice }, []), supervision: choice.supervision };
}

const semirest = (supervision: TrainingChoice['supervision']): TrainingChoice => ({ supervision });

/** The comparison: SemiREST by supervision, and other methods on the same features. */
export const comparison: readonly Row[] = [
  { name: 'PatchCore', choice: { supervision: 'UNSUPERVISED', detector: { id: 'patchcore' } } },
  {
    name: 'PatchCore, no position code',
    choice: { supervision: 'UNSUPERVISED', detector: { id: 'patchcore', params: { positionWeight: 0 } } },
  },
  { name: 'SemiREST, unsupervised', choice: semirest('UNSUPERVISED') },
  { name: 'SemiREST, semi-supervised (boxes)', choice: semirest('SEMI_SUPERVISED') },
  { name: 'SemiREST, supervised', choice: semirest('SUPERVISED') },
  { name: 'PaDiM', choice: { supervision: 'UNSUPERVISED', detector: { id: 'padim' } } },
  { name: 'SimpleNet', choice: { supervision: 'UNSUPERVISED', detector: { id: 'simplenet' } } },
  { name: 'DevNet, supervised', choice: { supervision: 'SUPERVISED', detector: { id: 'devnet' } } },
];

/** Methods whose papers train with labels of defects; without labels too where the method can. */
const labelled: readonly string[] = ['bgad', 'prn', 'dra', 'devnet', 'semirest'];

/** What else the tables of papers call a method: a detector with another value. */
const variants: Readonly<Record<string, { name: string; params: Record<string, unknown> }>> = {
  patchcore: { name: 'without position code', params: { positionWeight: 0 } },
  draem: { name: 'with SSPCAB', params: { sspcab: {} } },
};

/** Every detector without labels, or with masks where it needs some; those of {@link labelled} by every supervision that they state. */
export const methods = (plugins: readonly AnyPlugin[]): Row[] =>
  plugins.flatMap((plugin) => {
    if (plugin.kind !== 'detector') return [];
    const { id, supervisions } = plugin;
    const of = known.filter((each) => supervisions.includes(each));
    const variant = variants[id];
    return (labelled.includes(id) ? of : of.slice(0, 1)).flatMap((supervision) => [
      { name: `${id}, ${supervision}`, choice: { supervision, detector: { id } } },
      ...(variant
        ? [
            {
              name: `${id} ${variant.name}, ${supervision}`,
              choice: { supervision, detector: { id, params: variant.params } },
            },
          ]
        : []),
    ]);
  });

const synthetic = { id: 'synthetic-defect' };
const knn = { id: 'knn-residual' };
const dropout = { id: 'residual-dropout' };
const memsegDefects = { ...synthetic, params: { kinds: ['memseg-structural', 'memseg-textural'] } };
/** Sliding windows and a deeper network, as the paper has them. */
const sliding = { windowSize: 16, windowStep: 8, swinBlocks: 4 };

/** What {@link ablation} says of itself. */
export const ablationBasis =
  "First the paper's modules, one joining the others a row, as in its Table 6: four Swin blocks on sliding windows, no distance prior, " +
  'no features beside residuals. What lets a network learn anything in a hundred steps is in those rows too: residuals divided by ' +
  'their mean and as logarithms, a training image matched without its own features, first weights of the MLPs of gain 2, and with labels a focal loss without ' +
  'its exponent; the semi-supervised ones start from that network without labels. Then the preset, and the preset with one thing changed a row.';

/** Parameters beyond the paper as the paper's modules are measured. */
const paperLike = {
  featureInput: 0,
  boxTightness: 0,
  mixMatch: false,
  distancePrior: 0,
  mlpInitialGain: 2,
  tokenFalsePositiveRate: 0,
};

type Change = [name: string, choice: Partial<TrainingChoice>, params?: Record<string, unknown>];

const rowsOf = (supervision: TrainingChoice['supervision'], changes: readonly Change[]): Row[] =>
  changes.map(([name, choice, params]) => ({
    name: `${supervision}: ${name}`,
    choice: { supervision, ...(params && { detector: { id: 'semirest', params } }), ...choice },
  }));

const withKnn = { augmentations: [synthetic, knn] };
const withAll = { augmentations: [synthetic, knn, dropout] };

/** The training before a semi-supervised one. */
const before = {
  ...{ steps: 120, learningRate: 3e-4, windowSamplingRatio: 1 / 4, anomalousBlockThreshold: 0.25 },
  ...{ normalBlockThreshold: 0.08, normalImagesPerStep: 3, syntheticImagesPerStep: 3 },
};
/** The Swin as `cpu-small` had it before it had a linear head, by supervision: what modules of the paper are added to and taken from. */
const swin = {
  fineLayers: 0,
  ...{ head: 'swin', headPenalty: 0, whitening: 0, residualScale: 'mean', distancePrior: 4, temperature: 1 },
  ...{ imageScore: 'map', learningRate: 3e-4, steps: 120, featureInput: 0 },
  pretraining: before,
};
const swinWithLabels = {
  ...{ ...swin, learningRate: 1e-3, steps: 150, featureInput: 1, syntheticShare: undefined },
  crossValidation: { folds: 0 },
  ...{ normalImagesPerStep: 2, syntheticImagesPerStep: 2 },
};
const swinBasis: Readonly<
  Record<TrainingChoice['supervision'], { basis?: Partial<TrainingChoice>; values: Record<string, unknown> }>
> = {
  UNSUPERVISED: { basis: { ...withAll, loss: { id: 'focal' } }, values: swin },
  SUPERVISED: { values: { ...swinWithLabels, mlpInitialGain: 2 } },
  SEMI_SUPERVISED: { values: { ...swinWithLabels, pretraining: { ...before, focal: {}, dropout: {} } } },
};

/** The layers of a hyper-column alone. */
const coarse = { featureExtractor: { id: 'mobilenet-v3' } };

const swinRowsOf = (supervision: TrainingChoice['supervision'], changes: readonly Change[]): Row[] => {
  const { basis, values } = swinBasis[supervision];
  return rowsOf(
    supervision,
    changes.map(([name, choice, params]) => [name, { ...coarse, ...basis, ...choice }, { ...values, ...params }]),
  );
};

/** Each with those before it. */
const modules: readonly Change[] = [
  [
    'square residual alone',
    { augmentations: [synthetic] },
    { ...sliding, ...paperLike, positionWeight: 0, bagging: false },
  ],
  ['+ position code', { augmentations: [synthetic] }, { ...sliding, ...paperLike, bagging: false }],
  ['+ bagging', { augmentations: [synthetic] }, { ...sliding, ...paperLike }],
  ['+ k-NN augmentation', withKnn, { ...sliding, ...paperLike }],
  ['the same with the absolute residual', withKnn, { ...sliding, ...paperLike, residual: 'absolute' }],
  ['+ dropout: all modules of the paper', withAll, { ...sliding, ...paperLike }],
];

/** Boxes inherit the modules before, as in the paper. */
const boxModules: readonly Change[] = [
  ['the modules above, no MixMatch', withKnn, { ...sliding, ...paperLike }],
  ['+ MixMatch', withKnn, { ...sliding, ...paperLike, mixMatch: true }],
  ['+ dropout: all modules of the paper', withAll, { ...sliding, ...paperLike, mixMatch: true }],
];

/** Of every preset. */
const changed: readonly Change[] = [
  ['the preset', {}],
  ['a distance prior of weight 1', {}, { distancePrior: 1 }],
  ['no distance prior', {}, { distancePrior: 0 }],
  ['residuals as they are', {}, { residualScale: 'none', residualInput: 'linear' }],
  ['windows drawn evenly', {}, { anomalousWindowsFirst: false }],
  ['four blocks, sliding windows', {}, sliding],
];
const withLabels: readonly Change[] = [
  ['no features beside residuals', {}, { featureInput: 0 }],
  ['the loss of the paper', { loss: { id: 'focal' } }],
];

/** Table 6, what each module of the paper adds, and what each of ours does for the preset. */
export const ablation: readonly Row[] = [
  ...swinRowsOf('UNSUPERVISED', [
    ...modules,
    ...changed,
    ['own features matched too, the bias as trained', {}, { leaveOwnImageOut: false, tokenFalsePositiveRate: 0 }],
    ['the bias as trained', {}, { tokenFalsePositiveRate: 0 }],
    ["MemSeg's defects alone", { augmentations: [memsegDefects, knn, dropout] }],
  ]),
  ...swinRowsOf('SUPERVISED', [
    ...modules,
    ...changed,
    ...withLabels,
    ['first weights of 0.02', {}, { mlpInitialGain: 0 }],
    ['residual dropout', withAll],
  ]),
  ...swinRowsOf('SEMI_SUPERVISED', [
    ...boxModules,
    ...changed,
    ...withLabels,
    ['MixMatch for tightness', {}, { boxTightness: 0, mixMatch: true }],
  ]),
];

/** Of the linear head of the preset. */
const linear: readonly Change[] = [
  ['the preset', {}],
  ['no fine layers', coarse, { fineLayers: 0 }],
  ['the fine layers in the hyper-column', {}, { fineLayers: 0, featureDimension: 792 }],
  ['fine layers at half their weight', {}, { fineWeight: 0.15 }],
  ['fine layers at twice their weight', {}, { fineWeight: 0.6 }],
  ['features as they are', {}, { whitening: 0 }],
  ['whitened by 0.5', {}, { whitening: 0.5 }],
  ['no penalty', {}, { headPenalty: 0, crossValidation: { folds: 0 } }],
  ['tokens alone', {}, { headNeighbourhood: 1 }],
  ['a distance prior of 2', {}, { distancePrior: 2 }],
  ['a distance prior of 4', {}, { distancePrior: 4 }],
  ['logits as they are', {}, { temperature: 1 }],
  ['the Swin beside it', {}, { head: 'both', learningRate: 1e-3 }],
];

/** The same, of what masks are learned by. */
const linearWithMasks: readonly Change[] = [
  ['no cross-validation', {}, { crossValidation: { folds: 0 } }],
  ['all defects averaged together', {}, { crossValidation: { folds: 0 }, syntheticShare: undefined }],
];

/** Synthetic defects of one kind each: which of them teach a head without labels to find the real ones of a surface. */
export const kinds: readonly Row[] = rowsOf('UNSUPERVISED', [
  ['all kinds', {}],
  ...defectKinds.map((kind): Change => [kind, { augmentations: [{ ...synthetic, params: { kinds: [kind] } }, knn] }]),
]);

const noFine = { fineLayers: 0 };

/** What the inside of a box teaches: its tightness, MixMatch, both or neither. MixMatch has no fine layers. */
export const boxes: readonly Row[] = rowsOf('SEMI_SUPERVISED', [
  ['the preset', {}],
  ['no fine layers', coarse, noFine],
  ['no fine layers, MixMatch instead of tightness', coarse, { ...noFine, boxTightness: 0, mixMatch: true }],
  ['no fine layers, MixMatch beside tightness', coarse, { ...noFine, mixMatch: true }],
  ['no fine layers, neither', coarse, { ...noFine, boxTightness: 0 }],
]);

/** What more pixels bring and cost: presets by their size, whatever preset the table is of. */
export const sizes: readonly Row[] = ['cpu-small', 'cpu-medium', 'cpu-large', 'cpu-tiles'].flatMap((preset): Row[] => [
  { name: `PatchCore, ${preset}`, choice: { supervision: 'UNSUPERVISED', preset, detector: { id: 'patchcore' } } },
  { name: `SemiREST, supervised, ${preset}`, choice: { ...semirest('SUPERVISED'), preset } },
]);

/** What the presets reach where half of the test images train with masks as well: as far as their features and heads go. */
export const bound: readonly Row[] = [
  { name: 'PatchCore', choice: { supervision: 'UNSUPERVISED', detector: { id: 'patchcore' } } },
  { name: 'SemiREST, supervised, many labels', choice: semirest('SUPERVISED') },
];
/** What {@link bound} says of itself. */
export const boundBasis =
  'An upper bound, not a result: half of the test images train with their masks as well, and the other half alone is tested, so that two seeds test each half once.';

/** What goes beyond the papers in features and heads, as the preset has it and with one thing changed a row; and the Swin instead. */
export const beyond: readonly Row[] = [
  ...([0, 0.5, 1] as const).map((whitening) => ({
    name: `PatchCore: whitened by ${whitening}`,
    choice: { supervision: 'UNSUPERVISED' as const, detector: { id: 'patchcore', params: { whitening } } },
  })),
  {
    name: 'PatchCore: no fine layers',
    choice: { supervision: 'UNSUPERVISED', ...coarse, detector: { id: 'patchcore', params: { fineLayers: 0 } } },
  },
  ...(['UNSUPERVISED', 'SUPERVISED'] as const).flatMap((supervision) => [
    ...rowsOf(supervision, supervision === 'SUPERVISED' ? [...linear, ...linearWithMasks] : linear),
    ...swinRowsOf(supervision, [['the Swin instead', {}]]),
  ]),
];
