import * as tf from '@tensorflow/tfjs-core';
import { builtInPlugins } from '../../plugins/index.js';
import { withFeatures, openPlan, type Tools } from '../../src/plugin-contract/openPlan.js';
import { PluginRegistry } from '../../src/plugin-host/index.js';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { hostTensor, type Compute, type HostTensor } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import type { FeatureParams } from '../../src/toolkit/features/featureParams.js';
import { createFeatureStage } from '../../src/toolkit/features/featureStage.js';
import { measureWhitening } from '../../src/toolkit/memory-bank/measureWhitening.js';
import { scaledImage, type Pack, type PackImage } from '../experiments/packs.js';

/** An image as the simulation sees it. */
export interface TokenImage {
  id: string;
  isAnomalous: boolean;
  /** Whitened features and the logarithm of their distance from normal ones, `[tokens, width]`. */
  inputs: Float32Array;
  /** Share of anomalous pixels of each token. */
  shares: Float32Array;
  /** Areas somebody would mark. */
  defects: number;
}

/** A pack, as somebody who labels it finds it. */
export interface TokenPack {
  /** Tokens per axis. */
  grid: number;
  /** Numbers a token. */
  width: number;
  /** Known to be good: half of them train, the others give the thresholds. */
  normal: TokenImage[];
  validation: TokenImage[];
  /** Nobody has looked at them yet. */
  unlabelled: TokenImage[];
  test: TokenImage[];
}

/** Directions of the whitening; the linear head of `semirest` has as many. */
const directions = 128;

/** Images of one kind that wait or are tested, at most: a simulation trains hundreds of times. */
const most = { unlabelled: 60, test: 100, normal: 60 };

/**
 * Features of a pack by the plan of PatchCore, whitened by its normal images, with everything else shared out by lot: half of the defective and of the
 * normal test images waits for labels, the other half is the test.
 * @param seed of the lot.
 */
export async function readTokens(pack: Pack, seed: number, tools: Tools): Promise<TokenPack> {
  const random = RandomSource.fromSeed(seed);
  const choice = {
    preset: 'cpu-small',
    supervision: 'UNSUPERVISED',
    detector: { id: 'patchcore', params: { positionWeight: 0 } },
  } as const;
  const plan = planTraining(new PluginRegistry(builtInPlugins), choice, []);
  const opened = await openPlan(plan, 'UNSUPERVISED', tools);
  const context = withFeatures<FeatureParams>(opened);
  const stage = await createFeatureStage(context);
  const size = plan.settings.imageSize;
  const featuresOf = async (images: readonly PackImage[]) => {
    const found: HostTensor[] = [];
    for (const image of images) found.push(await stage.extract(await scaledImage(image, size)));
    return found;
  };
  try {
    const good = random.shuffle(pack.normal).slice(0, most.normal);
    const goodFeatures = await featuresOf(good);
    const sample = tokensOf(goodFeatures, 15_000, random);
    const whitening = await measureWhitening(tools.compute, sample, { power: 1, dimensions: directions });
    const whiten = await whitener(tools.compute, stage.grid, whitening);
    const made = async (images: readonly PackImage[], features?: readonly HostTensor[]) => {
      const given = features ?? (await featuresOf(images));
      return Promise.all(images.map(async (image, i) => tokenImage(image, await whiten(given[i]!), stage.grid)));
    };
    const rest = [...pack.anomalous, ...pack.test];
    const halves = [true, false].map((isAnomalous) => {
      const all = random.shuffle(rest.filter((image) => (image.mask !== null) === isAnomalous));
      const half = Math.ceil(all.length / 2);
      return { waits: all.slice(0, half).slice(0, most.unlabelled), tests: all.slice(half).slice(0, most.test) };
    });
    const half = Math.ceil(good.length / 2);
    const known = await made(good, goodFeatures);
    return {
      ...{ grid: stage.grid, width: directions + 1, normal: known.slice(0, half), validation: known.slice(half) },
      unlabelled: random.shuffle(await made(halves.flatMap(({ waits }) => waits))),
      test: await made(halves.flatMap(({ tests }) => tests)),
    };
  } finally {
    await stage.dispose();
    opened.close();
  }
}

/** So many tokens by lot, `[n, d_f]`. */
function tokensOf(features: readonly HostTensor[], count: number, random: RandomSource): HostTensor {
  const [tokens, width] = features[0]!.shape as [number, number];
  const data = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const from = random.integer(tokens) * width;
    data.set(features[random.integer(features.length)]!.data.subarray(from, from + width), i * width);
  }
  return hostTensor(data, [count, width]);
}

type Whitening = Awaited<ReturnType<typeof measureWhitening>>;

async function whitener(compute: Compute, grid: number, { mean, matrix }: Whitening) {
  const features = { shape: [grid * grid, mean.shape[0]!] };
  const compiled = await compute.compile(
    'whitening',
    (x, m, v) => [tf.tidy(() => tf.matMul(tf.sub<tf.Tensor2D>(x, m), v as tf.Tensor2D))],
    [features, mean, matrix],
  );
  return async (image: HostTensor) => (await compiled.run([image, mean, matrix]))[0]!;
}

function tokenImage(image: PackImage, whitened: HostTensor, grid: number): TokenImage {
  const width = directions + 1;
  const tokens = grid * grid;
  const inputs = new Float32Array(tokens * width);
  for (let token = 0; token < tokens; token++) {
    let distance = 0;
    for (let i = 0; i < directions; i++) {
      const value = whitened.data[token * directions + i]!;
      inputs[token * width + i] = value;
      distance += value ** 2 / directions;
    }
    inputs[token * width + directions] = Math.log(1e-6 + distance);
  }
  const shares = new Float32Array(tokens);
  const { mask } = image;
  if (mask) {
    for (let y = 0, i = 0; y < mask.height; y++) {
      const row = Math.floor((y * grid) / mask.height) * grid;
      for (let x = 0; x < mask.width; x++, i++) {
        if (mask.data[i] === 1) shares[row + Math.floor((x * grid) / mask.width)]!++;
      }
    }
    const pixels = (mask.width * mask.height) / tokens;
    for (let token = 0; token < tokens; token++) shares[token] = Math.min(1, shares[token]! / pixels);
  }
  return { id: image.name, isAnomalous: mask !== null, inputs, shares, defects: image.boxes.length };
}
