import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { EagerCompute } from '../src/compute/engines/eager.js';
import { createCompute } from '../src/compute/index.js';
import type { Compute, HostTensor } from '../src/shared/compute.js';
import { stateTensors } from '../src/toolkit/training/trainingStep.js';
import {
  drawWorkload,
  predictFunction,
  predictInputs,
  stepFunction,
  stepInputs,
  workload,
  type SwinWorkload,
} from './swinWorkload.js';

/** Medians in milliseconds, and the loss after the last step, which all must agree on. */
interface Measured {
  engine: string;
  step: number;
  predict: number;
  loss: number;
}

interface Repetitions {
  /** Not measured. */
  warmUp: number;
  measured: number;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function times({ warmUp, measured }: Repetitions, run: (round: number) => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < warmUp + measured; round++) {
    const start = performance.now();
    await run(round);
    if (round >= warmUp) taken.push(performance.now() - start);
  }
  return median(taken);
}

async function measure(
  name: string,
  compute: Compute,
  load: SwinWorkload,
  repetitions: Repetitions,
): Promise<Measured> {
  let state: readonly HostTensor[] = stateTensors(load.state);
  const predictor = predictInputs(load);
  const step = await compute.compile('training step', stepFunction(load), stepInputs(load, state, 1));
  const empty = (): HostTensor[] =>
    step.outputs.map(({ shape, dtype }) => ({
      shape,
      dtype,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    }));
  // Two sets of output arrays take turns: what one step wrote the next one reads.
  const buffers = [empty(), empty()] as const;
  let loss = 0;
  const stepTime = await times(repetitions, async (round) => {
    const [value, ...next] = await step.run(stepInputs(load, state, round + 1), buffers[round % 2 === 0 ? 0 : 1]);
    loss = value!.data[0]!;
    state = next;
  });
  await step.dispose();
  const predict = await compute.compile('prediction', predictFunction(load), predictor);
  const predictTime = await times(repetitions, async () => void (await predict.run(predictor)));
  await predict.dispose();
  return { engine: name, step: stepTime, predict: predictTime, loss };
}

/** PyTorch, where Debian's python3-torch is installed. */
function measurePyTorch({ warmUp, measured }: Repetitions): Measured | undefined {
  const python = '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import torch']).status !== 0) {
    console.log(`PyTorch: left out, "${python} -c 'import torch'" fails (apt-get install python3-torch)`);
    return undefined;
  }
  const script = fileURLToPath(new URL('./torch_swin.py', import.meta.url));
  const settings = JSON.stringify({ ...workload, warmUp, measured, threads: availableParallelism() });
  const { status, stdout, stderr } = spawnSync(python, [script, settings], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`torch_swin.py failed:\n${stderr}`);
  const { version, ...result } = JSON.parse(stdout) as { version: string; step: number; predict: number; loss: number };
  return { engine: `PyTorch ${version}`, ...result };
}

function printTable(rows: readonly Measured[]): void {
  const [traced] = rows;
  const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0).padStart(8);
  const ratio = (value: number, base: number) => `${(value / base).toFixed(1)}x`.padStart(8);
  console.log(`\n${''.padEnd(30)} step ms    ratio  predict ms    ratio  loss`);
  for (const { engine, step, predict, loss } of rows) {
    const cells = [ms(step), ratio(step, traced!.step), '   ', ms(predict), ratio(predict, traced!.predict)];
    console.log(`${engine.padEnd(29)} ${cells.join(' ')}  ${Number.isNaN(loss) ? '' : loss.toFixed(6)}`);
  }
  console.log(
    '\nmedians; ratio: times the first row; loss: before the last measured step (PyTorch draws its own numbers)',
  );
}

const quick = process.argv.includes('--quick');
const load = drawWorkload();
const { windows, windowSize, dimension, blocks, inputDimension } = workload;
console.log(
  `One Swin training step (forward, backward, AdamW, moving average) and one prediction:\n` +
    `${windows} windows of ${windowSize}x${windowSize} tokens of ${inputDimension}, ${dimension} dimensions, ` +
    `${blocks} blocks; ${availableParallelism()} cores`,
);
const rows: Measured[] = [];
const traced = await createCompute({ engine: 'onnxruntime' });
rows.push(
  await measure(`traced, ONNX Runtime ${traced.environment['version']}`, traced, load, {
    warmUp: 3,
    measured: quick ? 5 : 20,
  }),
);
await traced.dispose();
const pyTorch = measurePyTorch({ warmUp: 3, measured: quick ? 5 : 20 });
if (pyTorch) rows.push(pyTorch);
if (!quick) {
  await setBackend('wasm');
  const wasm = new EagerCompute('wasm', 'wasm', {});
  rows.push(await measure('TensorFlow.js WASM, eager', wasm, load, { warmUp: 1, measured: 3 }));
}
printTable(rows);
