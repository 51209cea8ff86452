import {
  hostTensor,
  imageTensor,
  type HostTensor,
  type RgbImage,
  type TrainingContext,
  type TrainingImage,
} from 'residua/plugin-api';
import {
  createPyramidStage,
  tokenLabels,
  trainingLabels,
  transformedPyramid,
  transformMaps,
  type FeatureMaps,
  type PyramidLevel,
} from 'residua/toolkit';
import type { Params, Uses } from './params.js';

/** Further normal images that a synthetic defect may take its texture from. */
const textureSources = 4;

/** An image with defects, synthetic or real, and what the teacher sees in it. */
export interface DefectiveSample {
  /** `[1, s, s, 3]`, 0..255. */
  image: HostTensor;
  maps: FeatureMaps;
  /** Of the places of the finest map, `[1, h, w]`: values of `labelValues`. */
  labels: HostTensor;
}

/** A sample whose image without defects is there. */
export interface SyntheticSample extends DefectiveSample {
  /** The teacher's maps of that image. */
  clean: FeatureMaps;
}

/** Everything that the two trainings draw from. */
export interface SamplePool {
  levels: PyramidLevel[];
  synthetic: SyntheticSample[];
  /** Labelled images. */
  real: DefectiveSample[];
  measured: Record<string, HostTensor>;
  rectified: boolean[];
}

/** Draws synthetic defects, reads labels, and runs the teacher once on each image; reported as stage `feature-extraction`. */
export async function samplePool(context: TrainingContext<Params, Uses>): Promise<SamplePool> {
  const { params, steps, normalImages, anomalousImages, settings } = context;
  const stage = await createPyramidStage(context);
  const side = stage.levels[0]!.side;
  const labelSettings = { ...settings, ...params };
  const ofPlaces = (labels: ArrayLike<number>) => hostTensor(Float32Array.from(labels), [1, side, side]);
  const totalSteps = params.pooledImages + anomalousImages.length;
  const [synthetic, real]: [SyntheticSample[], DefectiveSample[]] = [[], []];
  const done = () => {
    steps.signal.throwIfAborted();
    steps.report({ stage: 'feature-extraction', step: synthetic.length + real.length, totalSteps });
  };
  const seen = async (image: RgbImage) => ({ image: imageTensor(image), maps: await stage.extract(image) });
  try {
    const order = steps.random.shuffle(normalImages);
    while (synthetic.length < params.pooledImages) {
      const { clean, image, mask } = await withDefect(context, order[synthetic.length % order.length]!);
      const labels = ofPlaces(tokenLabels({ mask }, labelSettings, settings.imageSize / side));
      synthetic.push({ ...(await seen(image)), labels, clean: await stage.extract(clean) });
      done();
    }
    for (const image of anomalousImages) {
      const labels = ofPlaces(await trainingLabels(image, labelSettings, side));
      real.push({ ...(await seen(await image.load())), labels });
      done();
    }
  } finally {
    await stage.dispose();
  }
  const clean = synthetic.map((sample) => sample.clean);
  const { levels, measured, rectified } = transformedPyramid(context, params.transform, clean);
  const others = [...synthetic, ...real].map(({ maps }) => maps);
  transformMaps(params.transform, measured, others);
  return { levels, synthetic, real, measured, rectified };
}

async function withDefect(
  { normalImages, imageAugmentations, steps }: TrainingContext<Params, Uses>,
  of: TrainingImage,
) {
  const { random } = steps;
  const clean = await of.load();
  const others: RgbImage[] = [];
  for (let i = 0; i < textureSources; i++) others.push(await random.pick(normalImages).load());
  return { clean, ...random.pick(imageAugmentations).augment(clean, others, random) };
}
