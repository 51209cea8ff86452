/** Trainings with what goes beyond the papers. */
export const whitened = (whitening: number) => ({ whitening, whitenedDimension: 16 });
/** As the presets for processors have it. */
export const fine = {
  featureExtractor: {
    id: 'mobilenet-v3',
    params: { layers: ['expanded_conv_3', 'expanded_conv_6', 'expanded_conv_12'] },
  },
};
/** In four tiles. */
export const tiled = {
  featureExtractor: {
    id: 'mobilenet-v3',
    params: { ...fine.featureExtractor.params, tiles: { size: 32, overlap: 0 } },
  },
};
export const fineParams = { fineLayers: 1, fineVectors: 200 };
export const linear = { head: 'linear', headPenalty: 0.1, learningRate: 3e-3 };
