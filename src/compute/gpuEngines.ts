import type { Compute, HostTensor } from '../shared/compute.js';
import {
  OnnxRuntimeCompute,
  onnxRuntimeEngines,
  type OnnxRuntimeEngine,
  type OnnxRuntimeOptions,
} from './engines/onnxruntime.js';
import { firstLine } from '../shared/firstLine.js';
import { machineBytes } from './machineBytes.js';
import { selfCheck } from './selfCheck.js';

type EngineChoice = Omit<OnnxRuntimeOptions, 'engine'>;

/** What an engine needs of a machine, told to whoever asks for it where it cannot start. */
const needs: Readonly<Record<OnnxRuntimeEngine, string>> = {
  onnxruntime: 'nothing',
  webgpu: 'a card with its driver, on Linux one for Vulkan and libvulkan1',
  cuda: "an NVIDIA card with its driver, ONNX Runtime's provider for CUDA beside its package, CUDA 13 and cuDNN 9",
};

/** The engine of the processor. It may take what the machine, or the container, has of memory, unless it is told otherwise. */
export function processorEngine({ bytes = machineBytes(), ...choice }: EngineChoice): Compute {
  return new OnnxRuntimeCompute({ ...choice, bytes });
}

/** An engine on a GPU, once it has computed as the processor does. @throws Error with why it must not be used, and what it needs where it cannot start. */
export async function gpuEngine(engine: OnnxRuntimeEngine, choice: EngineChoice): Promise<Compute> {
  const { values: expected } = await measuredProcessor(choice.threads);
  return (await checked(engine, choice, expected, `; it needs ${needs[engine]} (docs/gpu.md)`)).compute;
}

/** @param hint for who asked for it, where it cannot start. */
async function checked(engine: OnnxRuntimeEngine, choice: EngineChoice, expected: readonly HostTensor[], hint = '') {
  const compute = new OnnxRuntimeCompute({ ...choice, engine });
  const found = await selfCheck(compute, expected).catch((error: unknown) => ({
    problem: firstLine(error) + hint,
    milliseconds: Infinity,
  }));
  if (found.problem !== undefined) throw new Error(`the engine "${engine}" cannot be used here: ${found.problem}`);
  return { compute, milliseconds: found.milliseconds };
}

async function measuredProcessor(threads: number | undefined) {
  const compute = new OnnxRuntimeCompute({ threads, reason: 'to compare with' });
  const found = await selfCheck(compute);
  await compute.dispose();
  return found;
}

/** The fastest of ONNX Runtime's engines that computes as the processor does; the reason names the others. */
export async function fastestEngine(threads: number | undefined, bytes: number | undefined): Promise<Compute> {
  const processor = await measuredProcessor(threads);
  const times = new Map<OnnxRuntimeEngine, number>([['onnxruntime', processor.milliseconds]]);
  const words = [`onnxruntime ${shownTime(processor.milliseconds)}`];
  for (const engine of onnxRuntimeEngines.filter((each) => each !== 'onnxruntime')) {
    try {
      const { milliseconds, compute } = await checked(engine, { threads, reason: 'tried' }, processor.values);
      await compute.dispose();
      times.set(engine, milliseconds);
      words.push(`${engine} ${shownTime(milliseconds)}`);
    } catch (error) {
      words.push((error as Error).message);
    }
  }
  const [engine] = [...times].sort(([, one], [, other]) => one - other)[0]!;
  const choice = { threads, bytes, reason: `the fastest of this machine (${words.join('; ')})` };
  return engine === 'onnxruntime' ? processorEngine(choice) : new OnnxRuntimeCompute({ ...choice, engine });
}

const shownTime = (milliseconds: number) => `${milliseconds.toFixed(1)} ms`;
