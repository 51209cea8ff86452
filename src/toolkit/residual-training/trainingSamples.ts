import type { TrainingContext, TrainingImage } from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import type { BinaryMask, RgbImage } from '../../shared/images.js';
import type { FeatureStage } from '../features/featureStage.js';
import { blockLabelsFromMask } from '../labels/blockLabels.js';
import type { WindowGrid } from '../windows/windowStarts.js';
import type { MatchedImage } from './matchedImage.js';

/** The images of a training, matched with the memory bank. */
export interface TrainingSamples {
  normal: MatchedImage[];
  synthetic: MatchedImage[];
  anomalous: MatchedImage[];
}

interface SampleContext extends TrainingContext<{ syntheticPool: number }> {
  stage: FeatureStage;
  grid: WindowGrid;
  /** f^ of the normal images, in their order. */
  features: readonly HostTensor[];
}

/** Matches features; `source` is the index of the normal image they were made from. */
type Match = (features: HostTensor, labels: Float32Array, source: number | undefined) => Promise<MatchedImage>;

/** How many other images an augmentation may take texture from. */
const textureSources = 4;

/** Matches normal images, makes and matches images with synthetic defects, and matches labelled anomalous ones. */
export async function trainingSamples(context: SampleContext, match: Match): Promise<TrainingSamples> {
  const { normalImages, features, grid, params, settings, signal, report } = context;
  const useSynthetic = settings.syntheticImagesPerStep > 0;
  const labelled = settings.anomalousImagesPerStep > 0 ? context.anomalousImages : [];
  const totalSteps = normalImages.length + (useSynthetic ? params.syntheticPool : 0) + labelled.length;
  let step = 0;
  const done = () => {
    signal.throwIfAborted();
    report({ phase: 'matching', step: ++step, totalSteps });
  };
  const normal: MatchedImage[] = [];
  for (const [i, map] of features.entries()) {
    normal.push(await match(map, new Float32Array(grid.rows * grid.columns), i));
    done();
  }
  const synthetic: MatchedImage[] = [];
  while (useSynthetic && synthetic.length < params.syntheticPool) {
    synthetic.push(await syntheticSample(context, synthetic.length, match));
    done();
  }
  const anomalous: MatchedImage[] = [];
  for (const image of labelled) {
    const labels = blockLabels(await image.loadMask!(), context);
    anomalous.push(await match(await context.stage.extract(await image.load()), labels, undefined));
    done();
  }
  return { normal, synthetic, anomalous };
}

async function syntheticSample(context: SampleContext, index: number, match: Match): Promise<MatchedImage> {
  const { normalImages, imageAugmentations, random, stage } = context;
  const source = index % normalImages.length;
  const others: RgbImage[] = [];
  for (let i = 0; i < textureSources; i++) others.push(await random.pick<TrainingImage>(normalImages).load());
  const augmentation = random.pick(imageAugmentations);
  const sample = augmentation.augment(await normalImages[source]!.load(), others, random);
  return match(await stage.extract(sample.image), blockLabels(sample.mask, context), source);
}

/** Eq. 14 on the token grid. */
function blockLabels(mask: BinaryMask, { settings, grid }: SampleContext): Float32Array {
  const block = { width: mask.width / grid.columns, height: mask.height / grid.rows };
  const thresholds = { anomalous: settings.anomalousBlockThreshold, normal: settings.normalBlockThreshold };
  return Float32Array.from(blockLabelsFromMask(mask, block, thresholds).labels);
}
