import * as tf from '@tensorflow/tfjs-core';
import { semirest } from '../../plugins/detectors/semirest/semirest.js';
import { wideResnet50 } from '../../plugins/feature-extractors/wide-resnet50.js';
import { createCompute } from '../../src/compute/index.js';
import { imageTensor } from '../../src/plugin-api/index.js';
import { hostTensor, type Compute, type HostTensor, type TensorFunction } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import type { Supervision } from '../../src/shared/training.js';
import { createNeighbourSearch } from '../../src/toolkit/index.js';
import { greedyCoreset } from '../../src/toolkit/memory-bank/greedyCoreset.js';
import { hasSoftwareGpu, softwareGpu } from '../../test/support/softwareGpu.js';
import { closeTo, sameMembers } from '../measuring/agreement.js';
import { withExchange, type Exchange } from '../measuring/python.js';
import { median, samples, type Repetitions, type Samples } from '../measuring/samples.js';
import { drawSurfaces } from '../measuring/surfaces.js';
import { benchTools, writeWideResnet } from '../measuring/tools.js';
import { rowsOf, type Agreement, type Comparison, type Workload } from '../measuring/workload.js';
import { paperSteps } from './paper.js';
import { drawSwinWork, measurePredictions } from './swinStep.js';

/** What one engine took for a part, and what it found. */
interface Measured {
  samples: Samples;
  found: ArrayLike<number>;
}

/** Something to do on both engines. */
interface Part {
  title: string;
  /** What the processor found, and the GPU. */
  agree(expected: ArrayLike<number>, found: ArrayLike<number>): Agreement;
  measure(compute: Compute): Promise<Measured>;
  /** What follows from the milliseconds on the GPU. */
  note?(milliseconds: number): string;
}

/** For whoever has a card: the engine of `RESIDUA_COMPUTE`, by default WebGPU, beside the processor's. */
export const gpu: Workload = {
  name: 'gpu',
  description:
    'what a GPU makes of it, beside the processor (RESIDUA_COMPUTE, default webgpu; quick: small, on one in software)',
  run: ({ quick }) => withExchange((exchange) => onBoth(quick, exchange)),
};

async function onBoth(quick: boolean, exchange: Exchange): Promise<Comparison[]> {
  const engines = await openEngines(quick);
  if (!engines) return [];
  const { card, processor } = engines;
  const comparisons: Comparison[] = [];
  for (const part of partsOf(quick, exchange)) {
    console.error(`gpu: ${part.title}`);
    const here = await part.measure(card);
    const there = await part.measure(processor);
    const rows = rowsOf([
      { name: `${card.engine}, the GPU`, samples: [here.samples] },
      { name: 'the processor, ONNX Runtime', samples: [there.samples] },
    ]);
    comparisons.push({
      title: part.title,
      rows,
      agreements: [part.agree(there.found, here.found)],
      notes: part.note ? [part.note(median(here.samples.clock))] : [],
    });
  }
  comparisons.push(...(await paperComparisons(quick, exchange, card)));
  await Promise.all([card.dispose(), processor.dispose()]);
  return comparisons;
}

/** Undefined where there is no GPU. The quick form computes on one in software, unless `RESIDUA_GPU` is `own`. */
async function openEngines(quick: boolean): Promise<{ card: Compute; processor: Compute } | undefined> {
  const asked = process.env['RESIDUA_COMPUTE'];
  const engine = asked === 'cuda' || asked === 'tensorflow' ? asked : 'webgpu';
  if (quick && engine === 'webgpu' && process.env['RESIDUA_GPU'] !== 'own') {
    if (!hasSoftwareGpu('the GPU is')) return undefined;
    Object.assign(process.env, softwareGpu());
    console.log(
      'The GPU is a program (SwiftShader): that all of it runs and agrees means something, its times mean nothing.',
    );
  }
  const card = await createCompute({ engine }).catch((error: Error) => console.log(`left out: ${error.message}`));
  if (!card) return undefined;
  console.log(JSON.stringify(card.environment));
  return { card, processor: await createCompute({ engine: 'onnxruntime' }) };
}

function partsOf(quick: boolean, exchange: Exchange): Part[] {
  return [matrixProduct(quick), extraction(quick, exchange), ...bank(quick), swin(quick)];
}

const within = (tolerance: number) => (expected: ArrayLike<number>, found: ArrayLike<number>) =>
  closeTo('the processor', expected, found, tolerance);

/** Once where times mean nothing. */
const repetitions = (quick: boolean): Repetitions => (quick ? once : { warmUp: 1, measured: 5 });
const once: Repetitions = { warmUp: 0, measured: 1 };

function matrixProduct(quick: boolean): Part {
  const side = quick ? 256 : 4096;
  const [a, b] = [drawn([side, side], 1), drawn([side, side], 2)];
  return {
    title: `Product of two matrices of ${side}x${side}, of which one number comes back`,
    agree: within(1e-2),
    measure: (compute) =>
      compiled(compute, (x, y) => [tf.max(tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D))], [a, b], repetitions(quick)),
    note: (milliseconds) => `${((2 * side ** 3) / milliseconds / 1e9).toFixed(2)} TFLOPS, both matrices sent each time`,
  };
}

function extraction(quick: boolean, exchange: Exchange): Part {
  const size = quick ? 64 : 512;
  const params = wideResnet50.params.parse(quick ? { layers: ['layer1'] } : {});
  const [image] = drawSurfaces(1, size, 3).map(imageTensor) as [HostTensor];
  return {
    title: `Features of a ${size}x${size} image by ${params.layers.join(' and ')} of wide-resnet50`,
    agree: within(1e-3),
    measure: async (compute) => {
      writeWideResnet(exchange);
      const context = { ...benchTools(compute, exchange).files, log: console };
      const extractor = await wideResnet50.load(params, context);
      const features: TensorFunction = (x) => extractor.features(x as tf.Tensor4D);
      return compiled(compute, features, [image], repetitions(quick)).finally(() => extractor.dispose());
    },
    note: (milliseconds) => `${(1000 / milliseconds).toFixed(1)} images/s`,
  };
}

/** The choice of a memory bank, and the search in it. */
function bank(quick: boolean): Part[] {
  const [points, dimensions, queries] = quick ? [2000, 64, 128] : [30_000, 720, 4096];
  const features = drawn([points, dimensions], 4);
  const asked = drawn([queries, dimensions], 5);
  return [
    {
      title: `Coreset of ${points} features of ${dimensions} to a tenth (only the projection is computed by the engine)`,
      // Of two points almost equally far each engine may take another, and go on from there.
      agree: (expected, found) => sameMembers('picks', expected, found, 0.9),
      measure: async (compute) => {
        let picks: ArrayLike<number> = [];
        const options = { firstIndex: 0, projection: 32, compute };
        const choose = async () => {
          picks = await greedyCoreset(features, points / 10, { ...options, random: RandomSource.fromSeed(8) });
        };
        return { samples: await samples(once, choose), found: picks };
      },
    },
    {
      title: `The nearest of ${points} features for each of ${queries}`,
      agree: within(1e-2),
      measure: async (compute) => {
        const search = createNeighbourSearch(compute, features, { neighbours: 1 });
        let distances: ArrayLike<number> = [];
        const run = async () => void (distances = (await search.search(asked)).squaredDistances);
        const measured = await samples(repetitions(quick), run);
        await search.dispose();
        return { samples: measured, found: distances };
      },
    },
  ];
}

function swin(quick: boolean): Part {
  const shape = quick ? { dimension: 32, windows: 1, windowSize: 16 } : { dimension: 512, windows: 16, windowSize: 32 };
  const work = drawSwinWork({ inputDimension: quick ? 32 : 720, heads: 4, window: 8, blocks: 2, ...shape });
  return {
    title: `Swin over ${shape.windows} windows of ${shape.windowSize}x${shape.windowSize}, dimension ${shape.dimension}: a prediction`,
    agree: within(1e-2),
    measure: async (compute) => {
      const scores: HostTensor[] = [];
      const measured = await measurePredictions(compute, work, repetitions(quick), scores);
      return { samples: measured, found: scores[0]!.data };
    },
  };
}

/** A step of the preset `paper`, by each supervision, on the GPU alone: on a processor each takes minutes (`npm run bench -- paper`). */
async function paperComparisons(quick: boolean, exchange: Exchange, card: Compute): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const supervisions = ['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const;
  for (const supervision of quick ? supervisions.slice(0, 1) : supervisions) {
    const { watch, imageSize } = await paperSteps(supervision, quick, exchange, card);
    const row = watch.row(`${card.engine}, the GPU`);
    const steps = stepsOf(supervision);
    const hours = (steps * row.milliseconds) / 3_600_000;
    comparisons.push({
      title: `Training step of semirest, preset paper ${supervision}: ${imageSize}x${imageSize}${quick ? ', smaller than the paper' : ''}`,
      rows: [row],
      agreements: [{ text: `the loss is a number, ${watch.loss}`, ok: Number.isFinite(watch.loss) }],
      notes: quick ? [] : [`the ${steps} steps of a whole training would take ${hours.toFixed(1)} h`],
    });
  }
  return comparisons;
}

function stepsOf(supervision: Supervision): number {
  const preset = semirest.presets!.find((each) => each.name === 'paper' && each.supervision === supervision)!;
  return Number((preset.params as { steps: number }).steps);
}

async function compiled(
  compute: Compute,
  fn: TensorFunction,
  inputs: HostTensor[],
  times: Repetitions,
): Promise<Measured> {
  const runnable = await compute.compile('bench', fn, inputs);
  let found: readonly HostTensor[] = [];
  const measured = await samples(times, async () => void (found = await runnable.run(inputs)));
  await runnable.dispose();
  return { samples: measured, found: found[0]!.data };
}

function drawn(shape: readonly [number, number], seed: number): HostTensor {
  const random = RandomSource.fromSeed(seed);
  return hostTensor(
    Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal()),
    shape,
  );
}
