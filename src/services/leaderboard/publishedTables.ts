import type { AnnotationKind } from '../../database/entities/index.js';
import type { Supervision } from '../../shared/training.js';

/** The data sets of the paper. */
export const publishedDatasets = ['MVTEC_AD', 'BTAD', 'KOLEKTOR_SDD2'] as const;
/** A data set that papers report on. */
export type PublishedDataset = (typeof publishedDatasets)[number];

/** One table as printed: a column a method, a row a category, each cell AP/PRO/pixel AUROC in percent, "-" where not reported. */
export interface PublishedTable {
  dataset: PublishedDataset;
  /** Its number in the paper. */
  table: number;
  methods: readonly PublishedMethod[];
  /** The last row is the average over all categories. */
  rows: string;
}

/** What a paper reports of a method. */
export interface PublishedMethod {
  method: string;
  supervision: Supervision;
  /** Local labels it read; null for none, or for labels of whole images only. */
  labels: AnnotationKind | null;
}

const unsupervised = (method: string): PublishedMethod => ({ method, supervision: 'UNSUPERVISED', labels: null });
const supervised = (method: string, labels: AnnotationKind | null): PublishedMethod => ({
  ...{ method, supervision: 'SUPERVISED', labels },
});
const semirest = {
  supervised: supervised('SemiREST', 'BLOCK'),
  semiSupervised: { method: 'SemiREST', supervision: 'SEMI_SUPERVISED', labels: 'BOX' },
} as const satisfies Record<string, PublishedMethod>;

/** Seconds to label one image of MVTec-AD as section 4.7 has them: about 5 and 17, and more than 32. */
export const publishedSeconds: Record<AnnotationKind, number> = { BOX: 5, BLOCK: 17, PIXEL: 32 };

/**
 * Tables 1 to 5 of Li et al. 2023, "Efficient Anomaly Detection with Budget Annotation Using Semi-Supervised Residual
 * Transformer"; the averages over MVTec-AD's textures and objects alone are left out.
 */
export const publishedTables: readonly PublishedTable[] = [
  {
    dataset: 'MVTEC_AD',
    table: 1,
    methods: [
      'PatchCore',
      'DRAEM',
      'RD',
      'SSPCAB',
      'NFAD',
      'DMAD',
      'SimpleNet',
      'DeSTSeg',
      'PyramidFlow',
      'RD++',
      'SemiREST',
    ].map(unsupervised),
    rows: `
carpet     64.1/95.1/99.1 53.5/92.9/95.5 56.5/95.4/98.9 48.6/86.4/92.6 74.1/98.2/99.4 63.8/95.9/99.0 44.1/92.0/97.7 72.8/-/96.1    -/97.2/97.4    -/97.7/99.2    84.2/98.7/99.6
grid       30.9/93.6/98.8 65.7/98.3/99.7 15.8/94.2/98.3 57.9/98.0/99.5 51.9/97.9/99.3 47.0/97.3/99.2 39.6/94.6/98.7 61.5/-/99.1    -/94.3/95.7    -/97.7/99.3    65.5/97.9/99.5
leather    45.9/97.2/99.3 75.3/97.4/98.6 47.6/98.2/99.4 60.7/94.0/96.3 70.1/99.4/99.7 53.1/98.0/99.4 48.0/97.5/99.2 75.6/-/99.7    -/99.2/98.7    -/99.2/99.4    79.3/99.4/99.8
tile       54.9/80.2/95.7 92.3/98.2/99.2 54.1/85.6/95.7 96.1/98.1/99.4 63.0/91.8/96.7 56.5/84.3/95.8 63.5/78.3/93.9 90.0/-/98.0    -/97.2/97.1    -/92.4/96.6    96.4/98.5/99.7
wood       50.0/88.3/95.0 77.7/90.3/96.4 48.3/91.4/95.8 78.9/92.8/96.5 62.9/95.6/96.9 45.5/89.3/94.8 48.8/83.9/93.9 81.9/-/97.7    -/97.9/97.0    -/93.3/95.8    79.4/96.5/97.7
bottle     77.7/94.7/98.5 86.5/96.8/99.1 78.0/96.3/98.8 89.4/96.3/99.2 77.9/96.6/98.9 79.6/96.4/98.8 73.0/91.5/98.0 90.3/-/99.2    -/95.5/97.8    -/97.0/98.8    94.1/98.6/99.6
cable      66.3/93.2/98.4 52.4/81.0/94.7 52.6/94.1/97.2 52.0/80.4/95.1 65.7/95.9/98.0 58.9/92.2/97.9 69.3/89.7/97.5 60.4/-/97.3    -/90.3/91.8    -/93.9/98.4    81.1/95.3/99.1
capsule    44.7/94.8/99.0 49.4/82.7/94.3 47.2/95.5/98.7 46.4/92.5/90.2 58.7/96.0/99.2 42.2/91.6/98.1 44.7/92.8/98.9 56.3/-/99.1    -/98.3/98.6    -/96.4/98.8    57.2/96.9/98.8
hazelnut   53.5/95.2/98.7 92.9/98.5/99.7 93.4/98.2/99.7 60.0/95.2/98.6 65.3/97.6/98.6 63.4/95.9/99.1 48.3/92.2/97.6 88.4/-/99.6    -/98.1/98.1    -/96.3/99.2    87.8/96.1/99.6
metal_nut  86.9/94.0/98.3 96.3/97.0/99.5 78.6/94.9/97.3 94.7/97.7/99.4 76.6/94.9/97.7 79.0/94.2/97.1 92.6/91.3/98.7 93.5/-/98.6    -/91.4/97.2    -/93.0/98.1    96.6/97.5/99.5
pill       77.9/95.0/97.8 48.5/88.4/97.6 76.5/96.7/98.1 48.3/89.6/97.2 72.6/98.1/98.0 79.7/96.9/98.5 80.1/93.9/98.5 83.1/-/98.7    -/96.1/96.1    -/97.0/98.3    85.9/98.4/99.2
screw      36.1/97.1/99.5 58.2/95.0/97.6 52.1/98.5/99.7 61.7/95.2/99.0 47.4/96.3/99.2 47.9/96.5/99.3 38.8/95.2/99.2 58.7/-/98.5    -/94.7/94.6    -/98.6/99.7    65.9/97.9/99.7
toothbrush 38.3/89.4/98.6 44.7/85.6/98.1 51.1/92.3/99.1 39.3/85.5/97.3 38.8/92.3/98.7 71.4/91.5/99.3 51.7/88.7/98.6 75.2/-/99.3    -/97.9/98.5    -/94.2/99.1    74.5/96.2/99.5
transistor 66.4/92.4/96.3 50.7/70.4/90.9 54.1/83.3/92.3 38.1/62.5/84.8 56.0/82.0/94.0 58.5/85.2/94.1 69.0/93.2/96.8 64.8/-/89.1    -/94.7/96.9    -/81.8/94.3    79.4/96.0/98.0
zipper     62.8/95.8/98.9 81.5/96.8/98.8 57.5/95.3/98.3 76.4/95.2/98.4 56.0/95.7/98.6 50.1/93.8/97.9 60.0/91.2/97.8 85.2/-/99.1    -/95.4/96.6    -/96.3/98.8    90.2/98.9/99.7
average    57.1/93.1/98.1 68.4/91.3/97.3 55.4/93.9/97.8 65.5/90.8/96.3 62.5/95.2/98.2 59.8/93.3/97.9 58.1/91.1/97.7 75.8/-/97.9    -/95.9/96.8    -/95.0/98.3    81.2/97.5/99.3`,
  },
  {
    dataset: 'MVTEC_AD',
    table: 2,
    methods: [
      supervised('PRN', 'PIXEL'),
      supervised('BGAD', 'PIXEL'),
      supervised('DevNet', null),
      supervised('DRA', null),
      semirest.supervised,
      semirest.semiSupervised,
    ],
    rows: `
carpet     82.0/97.0/99.0 83.2/98.9/99.6 45.7/85.8/97.2 52.3/92.2/98.2 89.1/99.1/99.7 88.9/99.1/99.7
grid       45.7/95.9/98.4 59.2/98.7/98.4 25.5/79.8/87.9 26.8/71.5/86.0 66.4/97.0/99.4 71.5/98.5/99.7
leather    69.7/99.2/99.7 75.5/99.5/99.8 8.1/88.5/94.2  5.6/84.0/93.8  81.7/99.7/99.9 82.0/99.6/99.9
tile       96.5/98.2/99.6 94.0/97.9/99.3 52.3/78.9/92.7 57.6/81.5/92.3 96.9/98.9/99.7 96.6/98.7/99.7
wood       82.6/95.9/97.8 78.7/96.8/98.0 25.1/75.4/86.4 22.7/69.7/82.9 88.7/97.9/99.2 86.2/97.1/98.6
bottle     92.3/97.0/99.4 87.1/97.1/99.3 51.5/83.5/93.9 41.2/77.6/91.3 93.6/98.5/99.5 93.6/98.4/99.5
cable      78.9/97.2/98.8 81.4/97.7/98.5 36.0/80.9/88.8 34.7/77.7/86.6 89.5/95.9/99.2 86.5/96.3/99.3
capsule    62.2/92.5/98.5 58.3/96.8/98.8 15.5/83.6/91.8 11.7/79.1/89.3 60.0/97.0/98.8 58.4/97.6/99.1
hazelnut   93.8/97.4/99.7 82.4/98.6/99.4 22.1/83.6/91.1 22.5/86.9/89.6 92.2/98.3/99.8 86.0/97.3/99.7
metal_nut  98.0/95.8/99.7 97.3/96.8/99.6 35.6/76.9/77.8 29.9/76.7/79.5 99.1/98.2/99.9 98.3/98.1/99.8
pill       91.3/97.2/99.5 92.1/98.7/99.5 14.6/69.2/82.6 21.6/77.0/84.5 86.1/98.9/99.3 89.6/98.9/99.5
screw      44.9/92.4/97.5 55.3/96.8/99.3 1.4/31.1/60.3  5.0/30.1/54.0  72.1/98.8/99.8 67.9/98.6/99.8
toothbrush 78.1/95.6/99.6 71.3/96.4/99.5 6.7/33.5/84.6  4.5/56.1/75.5  74.2/97.1/99.6 73.3/96.7/99.6
transistor 85.6/94.8/98.4 82.3/97.1/97.9 6.4/39.1/56.0  11.0/49.0/79.1 85.5/97.8/98.6 86.4/97.9/98.6
zipper     77.6/95.5/98.8 78.2/97.7/99.3 19.6/81.3/93.7 42.9/91.0/96.9 91.0/99.2/99.7 91.3/99.2/99.8
average    78.6/96.1/99.0 78.4/97.7/99.2 24.4/71.4/85.3 26.0/73.3/85.3 84.4/98.1/99.5 83.8/98.1/99.5`,
  },
  {
    dataset: 'BTAD',
    table: 3,
    methods: ['PatchCore', 'DRAEM', 'SSPCAB', 'CFLOW', 'RD', 'PyramidFlow', 'NFAD', 'RD++', 'SemiREST'].map(
      unsupervised,
    ),
    rows: `
01      47.1/78.4/96.5 17.0/61.4/91.5 18.1/62.8/92.4 39.6/60.1/94.8 49.3/72.8/95.7 -/-/97.4       46.7/76.6/96.7 -/73.2/96.2    52.4/83.9/97.5
02      56.3/54.0/94.9 23.3/39.0/73.4 15.8/28.6/65.6 65.5/56.9/93.9 66.1/55.8/96.0 -/-/97.6       59.2/57.9/96.4 -/71.3/96.4    63.1/61.5/96.5
03      51.2/96.4/99.2 17.2/84.3/96.3 5.0/71.0/92.4  56.8/97.9/99.5 45.1/98.8/99.0 -/-/98.1       62.8/98.8/99.7 -/87.4/99.7    50.9/98.8/99.7
average 51.5/76.3/96.9 19.2/61.6/87.1 13.0/54.1/83.5 54.0/71.6/96.1 53.5/75.8/96.9 -/-/97.7       56.2/77.8/97.6 -/77.3/97.4    55.5/81.4/97.9`,
  },
  {
    dataset: 'BTAD',
    table: 4,
    methods: [supervised('BGAD', 'PIXEL'), supervised('PRN', 'PIXEL'), semirest.supervised, semirest.semiSupervised],
    rows: `
01      64.0/86.6/98.4 38.8/81.4/96.6 81.3/93.1/99.0 69.8/86.2/98.2
02      83.4/66.5/97.9 65.7/54.4/95.1 84.7/81.4/98.1 81.2/69.0/97.9
03      77.4/99.5/99.9 57.4/98.3/99.6 79.9/99.4/99.9 75.6/99.6/99.9
average 74.9/84.2/98.7 54.0/78.0/97.1 82.0/91.3/99.0 75.5/84.9/98.7`,
  },
  {
    dataset: 'KOLEKTOR_SDD2',
    table: 5,
    methods: [
      ...['PatchCore', 'DRAEM', 'SSPCAB', 'CFLOW', 'RD', 'SemiREST'].map(unsupervised),
      supervised('PRN', 'PIXEL'),
      semirest.supervised,
      semirest.semiSupervised,
    ],
    rows: `
average 64.1/88.8/97.1 39.1/67.9/85.6 44.5/66.1/86.2 46.0/93.8/97.4 43.5/94.7/97.6 72.8/98.1/99.4 72.5/94.9/97.6 73.6/96.7/98.0 72.1/97.5/99.1`,
  },
];
