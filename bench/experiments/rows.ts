import type { TrainingChoice } from '../../src/services/training/trainingPlan.js';

/** One line of a table: a name and what is trained. */
export interface Row {
  name: string;
  choice: TrainingChoice;
}

const semirest = (supervision: TrainingChoice['supervision']): TrainingChoice => ({ supervision });

/** The comparison: SemiREST by supervision, and other methods on the same features. */
export const comparison: readonly Row[] = [
  { name: 'PatchCore', choice: { supervision: 'UNSUPERVISED', detector: { id: 'patchcore' } } },
  { name: 'SemiREST, unsupervised', choice: semirest('UNSUPERVISED') },
  { name: 'SemiREST, semi-supervised (boxes)', choice: semirest('SEMI_SUPERVISED') },
  { name: 'SemiREST, supervised', choice: semirest('SUPERVISED') },
  { name: 'PaDiM', choice: { supervision: 'UNSUPERVISED', detector: { id: 'padim' } } },
  { name: 'SimpleNet', choice: { supervision: 'UNSUPERVISED', detector: { id: 'simplenet' } } },
  { name: 'DevNet, supervised', choice: { supervision: 'SUPERVISED', detector: { id: 'devnet' } } },
];

const synthetic = { id: 'synthetic-defect' };
const knn = { id: 'knn-residual' };
const dropout = { id: 'residual-dropout' };
/** Sliding windows and a deeper network, as the paper has them. */
const sliding = { windowSize: 16, windowStep: 8, swinBlocks: 4 };
const bare = { ...sliding, positionWeight: 0, bagging: false };
/** What {@link ablation} says of itself. */
export const ablationBasis =
  "The paper's modules stand on the preset's basis: residuals divided by their mean and as logarithms, a training image matched without " +
  'its own features, a distance prior of weight 1, and with labels its loss. What comes before a semi-supervised training is the ' +
  "preset's in every row, dropout included.";

/** Parameters beyond the paper as they are until a row changes them. */
const off = {
  featureInput: 0,
  boxTightness: 0,
  mixMatch: false,
  distancePrior: 1,
  mlpInitialGain: 0,
  tokenFalsePositiveRate: 0,
};

const untouched: Row = {
  name: 'UNSUPERVISED: the preset, its bias as trained',
  choice: { supervision: 'UNSUPERVISED', detector: { id: 'semirest', params: { tokenFalsePositiveRate: 0 } } },
};

/** Table 6, what each module of the paper adds, and then what goes beyond the paper, until the preset itself. */
export const ablation: readonly Row[] = (['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const).flatMap(
  (supervision): Row[] => {
    const boxes = supervision === 'SEMI_SUPERVISED';
    const row = (name: string, choice: Partial<TrainingChoice>, params: Record<string, unknown> = {}): Row => {
      const beyond = { ...off, ...params };
      return {
        name: `${supervision}: ${name}`,
        choice: { supervision, settings: sliding, detector: { id: 'semirest', params: beyond }, ...choice },
      };
    };
    const whole = { augmentations: [synthetic, knn, dropout] };
    const undropped = { augmentations: [synthetic, knn] };
    const paper = { mixMatch: boxes };
    const features = { featureInput: 1 };
    const boxed = boxes ? { ...features, boxTightness: 1 } : features;
    // As in the paper, boxes inherit the modules before MixMatch.
    const modules = boxes
      ? [row('no MixMatch', undropped), row('+ MixMatch', undropped, paper)]
      : [
          row('square residual alone', { settings: bare, augmentations: [synthetic] }),
          row('+ position code', { settings: { ...sliding, bagging: false }, augmentations: [synthetic] }),
          row('+ bagging', { augmentations: [synthetic] }),
          row('+ k-NN augmentation', undropped),
          row('the same with the absolute residual', {
            ...undropped,
            settings: { ...sliding, residual: 'ABSOLUTE' },
          }),
        ];
    return [
      ...modules,
      row('+ dropout: all modules of the paper', whole, paper),
      row('+ features beside residuals', undropped, { ...paper, ...features }),
      ...(boxes ? [row('+ tightness, no MixMatch', undropped, boxed)] : []),
      row('+ prior of weight 4', undropped, { ...boxed, distancePrior: 4 }),
      ...(supervision === 'UNSUPERVISED' ? [untouched] : []),
      { name: `${supervision}: the preset`, choice: { supervision } },
    ];
  },
);
