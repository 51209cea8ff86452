import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { EagerCompute } from '../src/compute/engines/eager.js';
import { createCompute } from '../src/compute/index.js';
import { elementCount, type Compute, type HostTensor } from '../src/shared/compute.js';
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

/** Milliseconds of each measured run, by the clock and (all threads together) of the processor. */
interface Samples {
  clock: number[];
  processor: number[];
}

interface Measured {
  engine: string;
  step: Samples;
  predict: Samples;
  /** Of the second step; the traced and the eager function must agree on it. */
  loss: number;
}

interface Repetitions {
  /** Not measured. */
  warmUp: number;
  measured: number;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function samples({ warmUp, measured }: Repetitions, run: (round: number) => Promise<void>): Promise<Samples> {
  const taken: Samples = { clock: [], processor: [] };
  for (let round = 0; round < warmUp + measured; round++) {
    const start = performance.now();
    const used = process.cpuUsage();
    await run(round);
    if (round < warmUp) continue;
    taken.clock.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    taken.processor.push((user + system) / 1000);
  }
  return taken;
}

async function measure(
  engine: string,
  compute: Compute,
  load: SwinWorkload,
  repetitions: Repetitions,
): Promise<Measured> {
  let state: readonly HostTensor[] = stateTensors(load.state);
  const step = await compute.compile('training step', stepFunction(load), stepInputs(load, state, 1));
  const empty = () =>
    step.outputs.map(({ shape, dtype }) => ({ shape, dtype, data: new Float32Array(elementCount(shape)) }));
  // Two sets of output arrays take turns: what one step wrote the next one reads.
  const buffers = [empty(), empty()] as const;
  let loss = 0;
  const steps = await samples(repetitions, async (round) => {
    const [value, ...next] = await step.run(stepInputs(load, state, round + 1), buffers[round % 2 === 0 ? 0 : 1]);
    if (round === 1) loss = value!.data[0]!;
    state = next;
  });
  await step.dispose();
  const inputs = predictInputs(load);
  const predict = await compute.compile('prediction', predictFunction(load), inputs);
  const predictions = await samples(repetitions, async () => void (await predict.run(inputs)));
  await predict.dispose();
  return { engine, step: steps, predict: predictions, loss };
}

async function measureTraced(load: SwinWorkload, repetitions: Repetitions): Promise<Measured> {
  const compute = await createCompute({ engine: 'onnxruntime' });
  const name = `traced, ONNX Runtime ${compute.environment['version']}`;
  const measured = await measure(name, compute, load, repetitions);
  await compute.dispose();
  return measured;
}

/** PyTorch, where Debian's python3-torch is installed. */
function measurePyTorch(repetitions: Repetitions): Measured | undefined {
  const python = '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import torch']).status !== 0) {
    console.log(`PyTorch: left out, "${python} -c 'import torch'" fails (apt-get install python3-torch)`);
    return undefined;
  }
  const script = fileURLToPath(new URL('./torch_swin.py', import.meta.url));
  const settings = JSON.stringify({ ...workload, ...repetitions, threads: availableParallelism() });
  const { status, stdout, stderr } = spawnSync(python, [script, settings], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`torch_swin.py failed:\n${stderr}`);
  const { version, ...result } = JSON.parse(stdout) as { version: string } & Omit<Measured, 'engine'>;
  if (version.includes('reference')) {
    console.log('PyTorch runs on the reference BLAS; apt-get install libopenblas0-pthread for a fair comparison.');
  }
  return { engine: `PyTorch ${version}`, ...result };
}

async function measureWasm(load: SwinWorkload, repetitions: Repetitions): Promise<Measured> {
  await setBackend('wasm');
  return measure('TensorFlow.js WASM, eager', new EagerCompute('wasm', 'wasm', {}), load, repetitions);
}

/** All samples of one engine, from however many turns it had. */
function merged(turns: readonly Measured[]): Measured {
  const all = (part: 'step' | 'predict', kind: keyof Samples) => turns.flatMap((turn) => turn[part][kind]);
  const both = (part: 'step' | 'predict') => ({ clock: all(part, 'clock'), processor: all(part, 'processor') });
  return { ...turns[0]!, step: both('step'), predict: both('predict') };
}

function printTable(rows: readonly Measured[]): void {
  const columns = [
    ['step', 'step', 'clock'],
    ['step CPU', 'step', 'processor'],
    ['predict', 'predict', 'clock'],
    ['predict CPU', 'predict', 'processor'],
  ] as const;
  const heads = columns.map(([title]) => `${title} ms`.padStart(15) + 'ratio'.padStart(8)).join('');
  console.log(`\n${''.padEnd(32)}${heads}   loss`);
  for (const row of rows) {
    const cells = columns.map(([, part, kind]) => {
      const value = median(row[part][kind]);
      const ratio = value / median(rows[0]![part][kind]);
      return value.toFixed(value < 100 ? 1 : 0).padStart(15) + `${ratio.toFixed(1)}x`.padStart(8);
    });
    console.log(`${row.engine.padEnd(32)}${cells.join('')}   ${row.loss.toFixed(6)}`);
  }
  console.log(
    '\nMedians without warm-up; ratio: times the first row; CPU: of all threads together; ' +
      'loss: of the second step (PyTorch draws numbers of its own).',
  );
}

const quick = process.argv.includes('--quick');
const load = drawWorkload();
const { windows, windowSize, dimension, blocks, inputDimension } = workload;
console.log(
  'One Swin training step (forward, backward, AdamW, moving average) and one prediction:\n' +
    `${windows} windows of ${windowSize}x${windowSize} tokens of ${inputDimension}, ${dimension} dimensions, ` +
    `${blocks} blocks; ${availableParallelism()} cores`,
);
const [busy = 0] = loadavg();
if (busy > 0.5) console.log(`Other processes keep ${busy.toFixed(1)} cores busy: the clock's ratios mean little.`);

// The engines take turns, so that what else the machine does falls on all of them.
const traced: Measured[] = [];
const pyTorch: Measured[] = [];
for (let turn = 0; turn < (quick ? 1 : 3); turn++) {
  traced.push(await measureTraced(load, { warmUp: 2, measured: 6 }));
  const other = measurePyTorch({ warmUp: 2, measured: 6 });
  if (!other) break;
  pyTorch.push(other);
}
const rows = [traced, pyTorch].filter((turns) => turns.length > 0).map(merged);
// Compiling for the eager engine runs the function once: that is its warm-up.
if (!quick) rows.push(await measureWasm(load, { warmUp: 0, measured: 2 }));
printTable(rows);
