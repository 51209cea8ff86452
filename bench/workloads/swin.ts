import type { HostTensor } from '../../src/shared/compute.js';
import { closeTo } from '../measuring/agreement.js';
import { openOurs, openWasm } from '../measuring/engines.js';
import { pythonHas, withExchange, type Exchange } from '../measuring/python.js';
import {
  takeTurns,
  timesOurs,
  type Comparison,
  type Engine,
  type Workload,
  type WorkloadOptions,
} from '../measuring/workload.js';
import { drawSwinWork, measurePredictions, measureSteps, runSwinPeer, type SwinWork } from './swinStep.js';

/** Those of the preset cpu-medium without labels, at 256 pixels. */
const sizes = {
  windows: 6,
  windowSize: 32,
  inputDimension: 720,
  dimension: 128,
  heads: 4,
  window: 8,
  blocks: 1,
} as const;

const repetitions = { warmUp: 2, measured: 6 };
// Compiling for the eager engine runs the function once: that is its warm-up.
const ofWasm = { warmUp: 0, measured: 2 };

/** The network alone: one training step, and one prediction. */
export const swin: Workload = {
  name: 'swin',
  description: 'a training step and a prediction of the Swin Transformer',
  run: (options) =>
    withExchange(async (exchange) => {
      const work = drawSwinWork(sizes);
      const [ours, wasm] = [await openOurs(), await openWasm()];
      const comparisons = [
        await compareSteps(work, ours, wasm, options, exchange),
        await comparePredictions(work, ours, wasm, options, exchange),
      ];
      await Promise.all([ours.compute.dispose(), wasm.compute.dispose()]);
      return comparisons;
    }),
};

type Opened = Awaited<ReturnType<typeof openOurs>>;

const size = `${sizes.windows} windows of ${sizes.windowSize}x${sizes.windowSize} tokens of ${sizes.inputDimension}, ${sizes.dimension} dimensions, ${sizes.blocks} blocks`;

async function compareSteps(
  work: SwinWork,
  ours: Opened,
  wasm: Opened,
  { quick }: WorkloadOptions,
  exchange: Exchange,
): Promise<Comparison> {
  const losses: Record<'ours' | 'torch' | 'wasm', number[]> = { ours: [], torch: [], wasm: [] };
  const engines: Engine[] = [
    { name: ours.name, measure: () => measureSteps(ours.compute, work, repetitions, losses.ours) },
  ];
  if (pythonHas('torch')) {
    const measure = () => {
      const result = runSwinPeer(work, 'step', repetitions, exchange);
      losses.torch = result.losses;
      return result;
    };
    engines.push({ name: 'PyTorch', goal: timesOurs(1), measure });
  }
  if (!quick) {
    const measure = () => measureSteps(wasm.compute, work, ofWasm, losses.wasm);
    engines.push({ name: wasm.name, goal: timesOurs(3), turns: 1, measure });
  }
  const rows = await takeTurns(quick ? 1 : 2, engines);
  const agree = (name: string, of: number[]) =>
    of.length > 0 ? [closeTo(`loss of the second step, ${name}`, [losses.ours[1]!], [of[1]!], 1e-3)] : [];
  return {
    title: `Training step of the Swin (forward, backward, AdamW, moving average): ${size}`,
    rows,
    agreements: [...agree('PyTorch', losses.torch), ...agree('WASM', losses.wasm)],
  };
}

async function comparePredictions(
  work: SwinWork,
  ours: Opened,
  wasm: Opened,
  { quick }: WorkloadOptions,
  exchange: Exchange,
): Promise<Comparison> {
  const scores: Record<'ours' | 'wasm', HostTensor[]> = { ours: [], wasm: [] };
  let ofPeer: number[] | null = null;
  const engines: Engine[] = [
    { name: ours.name, measure: () => measurePredictions(ours.compute, work, repetitions, scores.ours) },
  ];
  if (pythonHas('torch')) {
    const measure = () => {
      const result = runSwinPeer(work, 'predict', repetitions, exchange);
      ofPeer = result.scores;
      return result;
    };
    engines.push({ name: 'PyTorch', goal: timesOurs(1), measure });
  }
  const measure = () => measurePredictions(wasm.compute, work, ofWasm, scores.wasm);
  engines.push({ name: wasm.name, goal: timesOurs(3), turns: 1, measure });
  const rows = await takeTurns(quick ? 1 : 2, engines);
  const { data } = scores.ours[0]!;
  const agreements = [closeTo('anomaly probabilities, WASM', data, scores.wasm[0]!.data, 1e-3)];
  if (ofPeer) agreements.push(closeTo('anomaly probabilities, PyTorch', data, ofPeer, 1e-3));
  return { title: `Prediction of the Swin: ${size}`, rows, agreements };
}
