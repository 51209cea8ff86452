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

/** Table 6: what each module adds. */
export const ablation: readonly Row[] = (['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const).flatMap(
  (supervision): Row[] => {
    const bare = { positionWeight: 0, bagging: false };
    const row = (name: string, choice: Partial<TrainingChoice>): Row => ({
      name: `${supervision}: ${name}`,
      choice: { supervision, ...choice },
    });
    const withoutMixMatch = { id: 'semirest', params: { mixMatch: false } };
    const common = [
      row('square residual alone', { settings: bare, augmentations: [synthetic] }),
      row('+ position code', { settings: { bagging: false }, augmentations: [synthetic] }),
      row('+ bagging', { augmentations: [synthetic] }),
    ];
    if (supervision === 'SEMI_SUPERVISED') {
      return [
        row('+ k-NN augmentation, no MixMatch', { augmentations: [synthetic, knn], detector: withoutMixMatch }),
        row('+ MixMatch', { augmentations: [synthetic, knn] }),
        row('+ dropout', { augmentations: [synthetic, knn, dropout] }),
        row('everything, absolute residual', { settings: { residual: 'ABSOLUTE' } }),
      ];
    }
    return [
      ...common,
      row('+ k-NN augmentation', { augmentations: [synthetic, knn] }),
      row('+ dropout', { augmentations: [synthetic, knn, dropout] }),
      row('everything, absolute residual', { settings: { residual: 'ABSOLUTE' } }),
    ];
  },
);
