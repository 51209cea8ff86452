import { hostTensor, problem, type HostTensor, type RgbImage, type TrainingContext } from 'residua/plugin-api';
import {
  createPyramidStage,
  defectSamples,
  labelValues,
  pixelLabels,
  sampleCount,
  transformMaps,
  type FeatureMaps,
} from 'residua/toolkit';
import type { PrnParams, PrnUses } from './prnParams.js';

type PrnContext = TrainingContext<PrnParams, PrnUses>;

/** The maps of an image, and the label of every pixel, `[1, size, size, 1]`: 0, 1, or below 0 where it counts for nothing. */
export interface PooledImage {
  maps: FeatureMaps;
  labels: HostTensor;
}

/** How often a labelled image stands among those that pasted and synthetic defects are drawn with, as in the public code. */
const timesReal = 5;

/** Labels of the pixels of the anomalous training images. @throws ProblemError TRAINING_DATA_INSUFFICIENT where none is ANOMALOUS. */
export async function anomalousPixels({ anomalousImages, settings, supervision }: PrnContext): Promise<Int8Array[]> {
  const labels = await Promise.all(anomalousImages.map((image) => pixelLabels(image, settings.imageSize)));
  if (supervision === 'UNSUPERVISED' || labels.some((each) => each.includes(labelValues.ANOMALOUS))) return labels;
  const message = `detector prn learns from labelled defects: the labels of ${anomalousImages.length} anomalous images make no pixel ANOMALOUS`;
  throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'prn' });
}

/**
 * Images with defects: labelled ones, pasted ones and those of the augmentations; reported as stage `defects`.
 * @param real labels of the anomalous images.
 * @param measured statistics of the normal images' channels.
 */
export async function defectPool(
  context: PrnContext,
  real: readonly Int8Array[],
  measured: Readonly<Record<string, HostTensor>>,
): Promise<PooledImage[]> {
  const { anomalousImages, params, settings, steps } = context;
  const sources = { ...context, ...params, random: steps.random };
  const totalSteps = anomalousImages.length + sampleCount(sources);
  const labelsOf = (labels: ArrayLike<number>) =>
    hostTensor(Float32Array.from(labels), [1, settings.imageSize, settings.imageSize, 1]);
  const stage = await createPyramidStage(context);
  let done = 0;
  const pooled = async (image: RgbImage, labels: ArrayLike<number>) => {
    steps.signal.throwIfAborted();
    const maps = await stage.extract(image);
    transformMaps(params.transform, measured, [maps]);
    steps.report({ stage: 'defects', step: ++done, totalSteps });
    return { maps, labels: labelsOf(labels) };
  };
  const pool: PooledImage[] = [];
  try {
    for (const [i, image] of anomalousImages.entries()) {
      pool.push(...Array<PooledImage>(timesReal).fill(await pooled(await image.load(), real[i]!)));
    }
    for await (const { image, mask } of defectSamples(sources)) pool.push(await pooled(image, mask.data));
  } finally {
    await stage.dispose();
  }
  return pool;
}
