import {
  type BinaryMask,
  type HostTensor,
  type RandomSource,
  type RgbImage,
  type TrainingContext,
  type TrainingImage,
} from 'residua/plugin-api';
import { type FeatureStage, type LabelSettings, tokenLabels, trainingLabels } from 'residua/toolkit';
import type { WindowGrid } from '../windows/windowStarts.js';
import type { SemirestParams, SemirestUses } from '../semirestParams.js';
import type { MatchedImage } from './matchedImage.js';

/** The images of a training, matched with the memory bank. */
export interface TrainingSamples {
  normal: MatchedImage[];
  synthetic: SyntheticImage[];
  /** With the labels that the supervision reads. */
  anomalous: MatchedImage[];
}

/** An image with synthetic defects, whose mask is exact. */
export interface SyntheticImage extends MatchedImage {
  mask: BinaryMask;
}

interface SampleContext extends TrainingContext<SemirestParams, SemirestUses> {
  stage: FeatureStage;
  /** Of the labelled tokens. */
  grid: WindowGrid;
  /** f^ of the normal images, in their order. */
  features: readonly HostTensor[];
}

/** Matches features of an image; `source` is the index of the normal image it was made from. */
type Match = (
  features: HostTensor,
  image: () => Promise<RgbImage>,
  source: number | undefined,
) => Promise<Omit<MatchedImage, 'labels'>>;

/**
 * Most normal images that a network sees; a memory bank sees all of them. What is kept of 256 x 256 pixels is one or two megabytes, of larger images more: a
 * gigabyte at most.
 */
function mostNormal(imageSize: number): number {
  return Math.round(512 * Math.min(1, (256 / imageSize) ** 2));
}

/** How many other images an augmentation may take texture from. */
const textureSources = 4;

/** Matches normal images, makes and matches images with synthetic defects, and matches labelled anomalous ones. */
export async function trainingSamples(context: SampleContext, match: Match): Promise<TrainingSamples> {
  const { normalImages, features, grid, params, steps } = context;
  const useSynthetic = params.syntheticImagesPerStep > 0;
  const labelled = params.anomalousImagesPerStep > 0 ? context.anomalousImages : [];
  const seen = drawnIndices(normalImages.length, mostNormal(context.settings.imageSize), context.steps.random);
  if (seen.length < normalImages.length) {
    context.log.info(`the network sees ${seen.length} of ${normalImages.length} normal images, the memory bank all`);
  }
  const totalSteps = seen.length + (useSynthetic ? params.syntheticPool : 0) + labelled.length;
  let step = 0;
  const done = () => {
    steps.signal.throwIfAborted();
    steps.report({ stage: 'matching', step: ++step, totalSteps });
  };
  const normal: MatchedImage[] = [];
  for (const i of seen) {
    const labels = new Float32Array(grid.rows * grid.columns);
    normal.push({ ...(await match(features[i]!, () => normalImages[i]!.load(), i)), labels });
    done();
  }
  const synthetic: SyntheticImage[] = [];
  while (useSynthetic && synthetic.length < params.syntheticPool) {
    synthetic.push(await syntheticSample(context, synthetic.length, match));
    done();
  }
  const anomalous: MatchedImage[] = [];
  for (const image of labelled) {
    const labels = await trainingLabels(image, { ...context.settings, ...params }, grid.columns);
    const pixels = await image.load();
    const features = await context.stage.extract(pixels);
    anomalous.push({ ...(await match(features, () => Promise.resolve(pixels), undefined)), labels });
    done();
  }
  return { normal, synthetic, anomalous };
}

function drawnIndices(count: number, most: number, random: RandomSource): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return count <= most
    ? all
    : random
        .shuffle(all)
        .slice(0, most)
        .sort((a, b) => a - b);
}

async function syntheticSample(context: SampleContext, index: number, match: Match): Promise<SyntheticImage> {
  const { normalImages, imageAugmentations, stage } = context;
  const { random } = context.steps;
  const source = index % normalImages.length;
  const others: RgbImage[] = [];
  for (let i = 0; i < textureSources; i++) others.push(await random.pick<TrainingImage>(normalImages).load());
  const augmentation = random.pick(imageAugmentations);
  const { image, mask } = augmentation.augment(await normalImages[source]!.load(), others, random);
  const labels = Float32Array.from(
    tokenLabels(
      { mask },
      { ...context.settings, ...context.params },
      context.settings.imageSize / context.grid.columns,
    ),
  );
  const matched = await match(await stage.extract(image), () => Promise.resolve(image), source);
  return { ...matched, labels, mask };
}

/** The same images with block labels by other thresholds. */
export function relabelled(
  images: readonly SyntheticImage[],
  grid: WindowGrid,
  settings: LabelSettings,
): SyntheticImage[] {
  const side = settings.imageSize / grid.columns;
  return images.map((image) => ({
    ...image,
    labels: Float32Array.from(tokenLabels({ mask: image.mask }, settings, side)),
  }));
}
