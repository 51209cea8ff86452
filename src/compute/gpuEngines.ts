import type { Compute, HostTensor } from '../shared/compute.js';
import { OnnxRuntimeCompute, onnxRuntimeEngines, type OnnxRuntimeEngine } from './engines/onnxruntime.js';
import { selfCheck } from './selfCheck.js';

/** An engine on a GPU, once it has computed as the processor does. @throws Error with why it must not be used. */
export async function gpuEngine(
  engine: OnnxRuntimeEngine,
  threads: number | undefined,
  reason: string,
): Promise<Compute> {
  const { values: expected } = await measuredProcessor(threads);
  return (await checked(engine, { threads, reason, expected })).compute;
}

async function checked(
  engine: OnnxRuntimeEngine,
  { threads, reason, expected }: { threads: number | undefined; reason: string; expected: readonly HostTensor[] },
) {
  const compute = new OnnxRuntimeCompute({ engine, threads, reason });
  const found = await selfCheck(compute, expected).catch((error: Error) => ({
    problem: error.message.split('\n', 1)[0]!,
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
export async function fastestEngine(threads: number | undefined): Promise<Compute> {
  const processor = await measuredProcessor(threads);
  const times = new Map<OnnxRuntimeEngine, number>([['onnxruntime', processor.milliseconds]]);
  const words = [`onnxruntime ${shownTime(processor.milliseconds)}`];
  for (const engine of onnxRuntimeEngines.filter((each) => each !== 'onnxruntime')) {
    try {
      const { milliseconds, compute } = await checked(engine, { threads, reason: 'tried', expected: processor.values });
      await compute.dispose();
      times.set(engine, milliseconds);
      words.push(`${engine} ${shownTime(milliseconds)}`);
    } catch (error) {
      words.push((error as Error).message);
    }
  }
  const [engine] = [...times].sort(([, one], [, other]) => one - other)[0]!;
  return new OnnxRuntimeCompute({ engine, threads, reason: `the fastest of this machine (${words.join('; ')})` });
}

const shownTime = (milliseconds: number) => `${milliseconds.toFixed(1)} ms`;
