import type { TrainingChoice } from '../../../src/services/training/trainingPlan.js';
import type { Repetitions } from '../../measuring/samples.js';

/** A method that both sides have, with sizes that are the same on both. */
export interface ComparedMethod {
  /** Of the plugin, and of the script of the peer. */
  id: 'patchcore' | 'padim' | 'draem' | 'rd' | 'cflow';
  title: string;
  /** Normal images to train on. */
  images: number;
  /** Parameters of ours beside its preset `paper`, and what the peer is told. */
  params: Record<string, number | string>;
  /** Layers of wide_resnet50_2, as in the paper; undefined: no backbone. */
  layers?: readonly string[];
  /** What is measured of a training: its steps, of which the first is not; undefined: all of it. */
  steps?: number;
  predictions: Repetitions;
  /** How a small training is made whose maps both sides must agree on; undefined: chance is in the maps. */
  agreeing?: { images: number; params: Record<string, number | string> };
}

/** Of the images: pixels. */
export const sides = { full: 256, quick: 64 } as const;

const plain = {
  hyperColumn: 'plain',
  featureDimension: 1536,
  positionWeight: 0,
  reweightingNeighbours: 9,
  whitening: 0,
};
const layers = ['layer2', 'layer3'];
const predictions = { warmUp: 2, measured: 8 };
const steps = 4;

/** Methods without chance. */
const exact = (images: number, channels: number): ComparedMethod[] => [
  {
    ...{ id: 'patchcore', title: 'PatchCore, a tenth of all features', images, layers, predictions },
    params: { ...plain, coresetRatio: 0.1, coresetProjection: 256 },
    agreeing: { images: 3, params: { ...plain, coresetRatio: 1 } },
  },
  {
    ...{ id: 'padim', title: `PaDiM, ${channels} channels`, images, layers, predictions, params: { channels } },
    // Anomalib adds 0.01 and 0.00001.
    agreeing: { images: 6, params: { channels: 50, regularisation: 0.01001 } },
  },
];

/** Methods with networks of the papers' sizes; smaller ones the peer does not have. */
const trained: readonly ComparedMethod[] = [
  {
    ...{ id: 'draem', title: 'DRAEM, 2 images a step', images: 4, steps, predictions: { warmUp: 1, measured: 3 } },
    params: { workingSize: sides.full, imagesPerStep: 2, steps },
  },
  {
    ...{ id: 'rd', title: 'RD, 4 images a step', images: 8, steps, layers: ['layer1', 'layer2', 'layer3'] },
    ...{ predictions, params: { imagesPerStep: 4, steps } },
  },
  {
    ...{ id: 'cflow', title: 'CFLOW, 256 places of each layer a step', images: 4, steps, predictions },
    ...{ layers: ['layer2', 'layer3', 'layer4'], params: { placesPerStep: 256, steps } },
  },
];

/** By Anomalib's defaults for the backbone of the papers. Quick: only what must agree. */
export function comparedMethods(quick: boolean): readonly ComparedMethod[] {
  return quick ? exact(4, 50) : [...exact(32, 550), ...trained];
}

/** What ours trains: the preset of the paper, at the size of the images. Anomalib smooths all maps but DRAEM's. */
export function choiceOf(
  { id, params, layers }: Pick<ComparedMethod, 'id' | 'params' | 'layers'>,
  side: number,
): TrainingChoice {
  return {
    preset: 'paper',
    supervision: 'UNSUPERVISED',
    detector: { id, params },
    settings: { imageSize: side, smoothingSigma: layers ? 4 : 0 },
    ...(layers && { featureExtractor: { id: 'wide-resnet50', params: { layers } } }),
  };
}
