import type { TrainingImage, TrainingProgress } from '../../src/plugin-api/index.js';
import type { Compute } from '../../src/shared/compute.js';
import type { Supervision } from '../../src/shared/training.js';
import type { FeatureParams } from '../../src/toolkit/index.js';
import { openOurs } from '../measuring/engines.js';
import { withExchange, type Exchange } from '../measuring/python.js';
import { StepTimes } from '../measuring/stepTimes.js';
import { drawSurfaces } from '../measuring/surfaces.js';
import { openChoice, writeWideResnet } from '../measuring/tools.js';
import type { Comparison, Row, Workload } from '../measuring/workload.js';

const goalGigabytes = 16;
/** As many as a step draws, and some more. A training of many more keeps the features of each. */
const normalImages = 6;
const anomalousImages = 4;
const syntheticPool = 4;
/** The first step is compiled before it, the second one is not. */
const steps = 2;

/** What the quick mode makes smaller: it says that a step runs, not how long one takes, also on a GPU in software. */
const small = { windowSize: 16, swinBlocks: 2, swinHeads: 4, swinDimension: 32, featureDimension: 64 };
const smallImages = {
  settings: { imageSize: 64 },
  featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer1'] } },
};

/** Training steps of the preset with the paper's sizes, by the code of a training; each in a process whose peak memory is its own. */
export const paper: readonly Workload[] = [
  workload('paper', 'UNSUPERVISED'),
  workload('paper-supervised', 'SUPERVISED'),
  workload('paper-boxes', 'SEMI_SUPERVISED'),
];

function workload(name: string, supervision: Supervision): Workload {
  return {
    name,
    description: `a ${supervision} training step of the preset paper (512x512, wide-resnet50), and its memory (quick: a small one)`,
    run: ({ quick }) => withExchange(async (exchange) => [await trainPaper(supervision, quick, exchange)]),
  };
}

async function trainPaper(supervision: Supervision, quick: boolean, exchange: Exchange): Promise<Comparison> {
  const { name, compute } = await openOurs();
  const { watch, imageSize, featureDimension } = await paperSteps(supervision, quick, exchange, compute);
  await compute.dispose();
  const gigabytes = process.resourceUsage().maxRSS / 1024 ** 2;
  // f^ of an image: float32 at stride 8.
  const perImage = ((imageSize / 8) ** 2 * featureDimension * 4) / 1024 ** 3;
  const held = normalImages + syntheticPool + (supervision === 'UNSUPERVISED' ? 0 : anomalousImages);
  const possible = Math.floor(held + (goalGigabytes - gigabytes) / perImage);
  return {
    title: `Training step of semirest, preset paper ${supervision}: ${imageSize}x${imageSize}, wide-resnet50${quick ? ', smaller than the paper' : ', windows of 32x32'}`,
    rows: [watch.row(name)],
    agreements: [{ text: `the loss is a number, ${watch.loss}`, ok: Number.isFinite(watch.loss) }],
    others: [
      {
        text:
          `peak memory of the process with ${held} images ${gigabytes.toFixed(1)} GB, ${watch.before.toFixed(1)} GB before the steps; ` +
          `each further one, normal or synthetic, keeps ${(1024 * perImage).toFixed(0)} MB: ${goalGigabytes} GB are enough for ${possible}`,
        goal: `<= ${goalGigabytes} GB`,
        met: gigabytes <= goalGigabytes,
      },
    ],
  };
}

/** Trains for some steps with the sizes of the paper, on random weights. */
export async function paperSteps(supervision: Supervision, quick: boolean, exchange: Exchange, compute: Compute) {
  writeWideResnet(exchange);
  const detector = { id: 'semirest', params: { steps, syntheticPool, pretraining: { steps: 0 }, ...(quick && small) } };
  const choice = { preset: 'paper', supervision, detector, ...(quick && smallImages) };
  const plan = await openChoice(choice, compute, exchange);
  const { imageSize } = plan.shared.settings;
  const { featureDimension } = plan.shared.params as unknown as FeatureParams;
  const drawn = drawSurfaces(normalImages + anomalousImages, imageSize, 9);
  const images = drawn.map((image, i) => ({
    id: `image-${i}`,
    filename: `image-${i}.png`,
    load: () => Promise.resolve(image),
  }));
  const watch = new StepWatch();
  await plan.plugin.train(
    plan.trainingContext({
      seed: 1,
      normalImages: images.slice(0, normalImages),
      anomalousImages: labelled(images.slice(normalImages), supervision, imageSize),
      report: (progress) => watch.take(progress),
    }),
  );
  plan.close();
  return { watch, imageSize, featureDimension };
}

/** A defect in a corner, as each supervision knows it. */
function labelled(images: readonly TrainingImage[], supervision: Supervision, size: number): TrainingImage[] {
  if (supervision === 'UNSUPERVISED') return [];
  const side = size / 4;
  if (supervision === 'SEMI_SUPERVISED') {
    return images.map((image) => ({ ...image, boxes: [{ x: 0, y: 0, width: side, height: side }] }));
  }
  const data = Uint8Array.from({ length: size ** 2 }, (_, i) => Number(i % size < side && i < side * size));
  return images.map((image) => ({ ...image, loadMask: () => Promise.resolve({ width: size, height: size, data }) }));
}

/** Tells on stderr where a long training is, and the time of the last step. */
class StepWatch {
  loss = NaN;
  /** Peak before the first step, GB. */
  before = 0;
  private readonly steps = new StepTimes();
  private stage = '';

  take(progress: TrainingProgress): void {
    const { stage, totalSteps, metrics } = progress;
    if (stage !== this.stage) console.error(`paper: ${stage}, ${totalSteps} steps`);
    this.stage = stage;
    if (stage !== 'training') {
      this.before = process.resourceUsage().maxRSS / 1024 ** 2;
      return;
    }
    this.loss = metrics!['loss']!;
    this.steps.take(progress);
  }

  row(engine: string): Row {
    const { clock, processor } = this.steps.between;
    return { engine, milliseconds: clock.at(-1)!, processorMilliseconds: processor.at(-1)!, ratio: 1 };
  }
}
