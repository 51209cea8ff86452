import { problem, type RgbImage, type TrainingContext } from 'residua/plugin-api';
import {
  createPyramidStage,
  defectSamples,
  flowSight,
  labelValues,
  pyramidLevels,
  sampleCount,
  tokenLabels,
  trainingLabels,
  type FlowImage,
  type FlowPlace,
  type PreparedFlows,
} from 'residua/toolkit';
import type { BgadParams, BgadUses } from './bgadParams.js';

type BgadContext = TrainingContext<BgadParams, BgadUses>;

/** Labels of the places of each level of an image, row-major. */
type LevelLabels = readonly ArrayLike<number>[];

interface LabelledImage {
  image: FlowImage;
  labels: LevelLabels;
}

/** Labels of the anomalous training images. @throws ProblemError TRAINING_DATA_INSUFFICIENT where no place is ANOMALOUS. */
export async function anomalousLabels(context: BgadContext): Promise<LevelLabels[]> {
  const { anomalousImages, featureLayers, params, settings, supervision } = context;
  const levels = pyramidLevels(featureLayers, settings.imageSize);
  const labels = await Promise.all(
    anomalousImages.map((image) =>
      Promise.all(levels.map(({ side }) => trainingLabels(image, { ...settings, ...params }, side))),
    ),
  );
  const anomalous = labels.flat().some((each) => each.includes(labelValues.ANOMALOUS));
  if (supervision === 'UNSUPERVISED' || anomalous) return labels;
  const message = `detector bgad learns from anomalous places: the labels of ${anomalousImages.length} anomalous images make no place of a layer ANOMALOUS`;
  throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'bgad' });
}

/** Places of every level by their labels; those that are UNKNOWN or IGNORED are not among them. */
export interface LabelledPlaces {
  /** Images, and which of their places are NORMAL. */
  normal: { image: FlowImage; places: readonly number[] }[][];
  anomalous: FlowPlace[][];
}

/**
 * The places of normal images, of labelled ones and of images with pasted and synthetic defects; reported as stage `defects`.
 * @param real labels of the anomalous images.
 */
export async function labelledPlaces(
  context: BgadContext,
  flows: PreparedFlows,
  real: readonly LevelLabels[],
): Promise<LabelledPlaces> {
  const labelled = await labelledImages(context, flows, real);
  const normal = flows.levels.map(({ side }, level) => [
    ...flows.normal.map((image) => ({ image, places: [...Array(side ** 2).keys()] })),
    ...labelled.map(({ image, labels }) => ({ image, places: placesOf(labels[level]!, labelValues.NORMAL) })),
  ]);
  const places = {
    normal: normal.map((images) => images.filter((each) => each.places.length > 0)),
    anomalous: flows.levels.map((_, level) =>
      labelled.flatMap(({ image, labels }) =>
        placesOf(labels[level]!, labelValues.ANOMALOUS).map((place) => ({ image, place })),
      ),
    ),
  };
  const total = imageCount(context) + 1;
  context.steps.report({ stage: 'defects', step: total, totalSteps: total });
  return places;
}

const placesOf = (labels: ArrayLike<number>, wanted: number) =>
  Array.from(labels).flatMap((label, place) => (label === wanted ? [place] : []));

const imageCount = (context: BgadContext) =>
  context.anomalousImages.length + sampleCount({ ...context, ...context.params, random: context.steps.random });

async function labelledImages(
  context: BgadContext,
  { levels, features }: PreparedFlows,
  real: readonly LevelLabels[],
): Promise<LabelledImage[]> {
  const { anomalousImages, compute, params, settings, steps } = context;
  const labelled: LabelledImage[] = [];
  if (imageCount(context) === 0) return labelled;
  const stage = await createPyramidStage(context);
  const sight = await flowSight(compute, levels, features, params);
  const add = async (image: RgbImage, labels: LevelLabels) => {
    steps.signal.throwIfAborted();
    labelled.push({ image: await sight.features(await stage.extract(image)), labels });
    steps.report({ stage: 'defects', step: labelled.length, totalSteps: imageCount(context) + 1 });
  };
  try {
    for (const [i, image] of anomalousImages.entries()) await add(await image.load(), real[i]!);
    for await (const { image, mask } of defectSamples({ ...context, ...params, random: steps.random })) {
      const labelsOf = ({ side }: { side: number }) =>
        tokenLabels({ mask }, { ...settings, ...params }, settings.imageSize / side);
      await add(image, levels.map(labelsOf));
    }
  } finally {
    await Promise.all([stage.dispose(), sight.dispose()]);
  }
  return labelled;
}
