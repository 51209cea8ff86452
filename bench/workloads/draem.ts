import '@tensorflow/tfjs-backend-cpu';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { draemLoss } from '../../plugins/detectors/draem/losses.js';
import {
  anomalousProbability,
  draemNetworks,
  initialParameters,
  type DraemWidths,
} from '../../plugins/detectors/draem/networks.js';
import { EagerCompute } from '../../src/compute/engines/eager.js';
import { elementCount, hostTensor, type Compute, type HostTensor } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import { byBatchStatistics } from '../../src/toolkit/layers/normalisation.js';
import { adam } from '../../src/toolkit/optimisation/adamW.js';
import { CompiledStep } from '../../src/toolkit/optimisation/compiledStep.js';
import { closeTo } from '../measuring/agreement.js';
import { openOurs } from '../measuring/engines.js';
import { pythonHas, runPeer, withExchange, type Exchange, type PeerResult } from '../measuring/python.js';
import { samples, type Repetitions, type Samples } from '../measuring/samples.js';
import { countingTraffic } from '../measuring/traffic.js';
import {
  takeTurns,
  timesOurs,
  type Agreement,
  type Comparison,
  type Engine,
  type Workload,
} from '../measuring/workload.js';

interface Work {
  widths: DraemWidths;
  parameters: Record<string, HostTensor>;
  /** Normal images, the same with defects, `[n, s, s, 3]`, and where these are, `[n, s, s]`. */
  batch: readonly [HostTensor, HostTensor, HostTensor];
}

const learningRate = 1e-3;
/** Those of the preset cpu-small. */
const small = { widths: { reconstruction: 16, discrimination: 8 }, images: 4, side: 128 };
/** What TensorFlow.js without native code has time for. */
const tiny = { widths: { reconstruction: 2, discrimination: 2 }, images: 2, side: 32 };

/** One training step of both networks: convolutions, batch statistics, structural similarity. */
export const draem: Workload = {
  name: 'draem',
  description: 'a training step of DRAEM, and the bytes that cross in it',
  run: ({ quick }) => withExchange(async (exchange) => [await compareSteps(exchange, quick), await compareTiny()]),
};

function drawWork({ widths, images, side }: typeof small): Work {
  const random = RandomSource.fromSeed(1);
  const draw = (shape: readonly number[], next: () => number) =>
    hostTensor(
      Float32Array.from({ length: elementCount(shape) }, () => next()),
      shape,
    );
  const image = [images, side, side, 3];
  return {
    widths,
    parameters: initialParameters(widths, random.fork()),
    batch: [
      draw(image, () => random.uniform()),
      draw(image, () => random.uniform()),
      draw(image.slice(0, 3), () => Number(random.uniform() > 0.9)),
    ],
  };
}

async function compareSteps(exchange: Exchange, quick: boolean): Promise<Comparison> {
  const size = quick ? { ...small, images: 2, side: 64 } : small;
  const repetitions = quick ? { warmUp: 1, measured: 2 } : { warmUp: 2, measured: 6 };
  const work = drawWork(size);
  const { name, compute } = await openOurs();
  const counted = countingTraffic(compute);
  const [ours, torch]: number[][] = [[], []];
  const engines: Engine[] = [{ name, measure: () => measureSteps(counted.compute, work, repetitions, ours!) }];
  if (pythonHas('torch')) {
    const measure = () => {
      const result = runDraemPeer(work, repetitions, exchange);
      torch!.push(...result.losses);
      return result;
    };
    engines.push({ name: 'PyTorch', goal: timesOurs(1), measure });
  }
  const rows = await takeTurns(quick ? 1 : 2, engines);
  await compute.dispose();
  const { lastRun, state } = counted.traffic;
  const given = work.batch.reduce((sum, { data }) => sum + data.byteLength, 0);
  return {
    title: `Training step of DRAEM (forward, backward, Adam): ${size.images} images of ${size.side}x${size.side}, w ${size.widths.reconstruction}, v ${size.widths.discrimination}`,
    rows,
    agreements: torch!.length > 0 ? agreement('PyTorch', ours!, torch!) : [],
    others: [
      {
        text: `bytes per step: ${lastRun.toLocaleString('en')}, of them ${given.toLocaleString('en')} the batch; the state that stays has ${state.toLocaleString('en')}`,
        goal: 'no more than 1,000 beside the batch',
        met: lastRun - given <= 1000,
      },
    ],
  };
}

/** TensorFlow.js on WASM has no gradient of a convolution's weights; its plain backend has, and takes its time. */
async function compareTiny(): Promise<Comparison> {
  const work = drawWork(tiny);
  const repetitions = { warmUp: 1, measured: 1 };
  const { name, compute } = await openOurs();
  const [ours, plain]: number[][] = [[], []];
  const measurePlain = () => measureSteps(new EagerCompute('cpu', 'cpu', {}), work, repetitions, plain!);
  const rows = await takeTurns(1, [
    { name, measure: () => measureSteps(compute, work, repetitions, ours!) },
    { name: 'TensorFlow.js without native code, eager', measure: measurePlain },
  ]);
  await compute.dispose();
  return {
    title: `The same, tiny: ${tiny.images} images of ${tiny.side}x${tiny.side}, w ${tiny.widths.reconstruction}, v ${tiny.widths.discrimination}`,
    rows,
    agreements: agreement('TensorFlow.js', ours!, plain!),
  };
}

/** Of losses of the first two steps. Adam moves what has hardly a gradient by its sign, so the second step agrees less. */
function agreement(name: string, ours: readonly number[], theirs: readonly number[]): Agreement[] {
  return [
    closeTo(`loss of the first step, ${name}`, [ours[0]!], [theirs[0]!], 1e-4),
    closeTo(`loss of the second step, ${name}`, [ours[1]!], [theirs[1]!], 1e-2),
  ];
}

/** Each step from where the one before ended. @param losses gets the loss of each. */
async function measureSteps(
  compute: Compute,
  { widths, parameters, batch }: Work,
  repetitions: Repetitions,
  losses: number[],
): Promise<Samples> {
  const step = await CompiledStep.compile({
    ...{ compute, parameters, inputs: batch },
    turns: [
      {
        parts: ['squaredError', 'dissimilarity', 'focal'],
        groups: [{ optimiser: adam({ learningRate }) }],
        prepare:
          ([clean, changed, mask]) =>
          (current) => {
            const seen = changed as Tensor4D;
            const { reconstruction, logits } = draemNetworks(current, seen, widths, byBatchStatistics);
            const loss = draemLoss(reconstruction, clean as Tensor4D, anomalousProbability(logits), mask as Tensor3D);
            return { ...loss };
          },
      },
    ],
  });
  const measured = await samples(repetitions, async () => void losses.push((await step.run(batch)).loss));
  await step.dispose();
  return measured;
}

/** The same in PyTorch, from the same parameters and images. */
function runDraemPeer(work: Work, repetitions: Repetitions, exchange: Exchange): PeerResult & { losses: number[] } {
  const written = Object.entries(work.parameters).map(([name, tensor]) => [name, exchange.write(name, tensor)]);
  const [clean, changed, mask] = work.batch.map((tensor, i) => exchange.write(`batch${i}`, tensor));
  return runPeer('draem.py', {
    ...{ ...work.widths, ...repetitions, learningRate, clean, changed, mask },
    parameters: Object.fromEntries(written) as unknown,
  });
}
