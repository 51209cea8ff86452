import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode, memory, ready } from '@tensorflow/tfjs-core';
import { problem } from '../shared/errors.js';
import type { Compute } from '../shared/compute.js';
import { computeEngineNames, type ComputeEngineName } from '../shared/config.js';
import { createTensorFlowCompute } from './engines/tensorflow.js';
import { fastestEngine, gpuEngine, processorEngine } from './gpuEngines.js';

export { importOnnx } from './importOnnx.js';
export { traceToOnnx, type OnnxExportOptions } from './traceToOnnx.js';

// Silences the advice to install tfjs-node that the cpu backend prints at its first use.
enableProdMode();

/** Tensors of TensorFlow.js that this process holds at the moment. */
export function tensorCount(): number {
  return memory().numTensors;
}

/** Which engine computes, and how. */
export interface ComputeOptions {
  /** Default: the environment variable `RESIDUA_COMPUTE`, else `onnxruntime`. */
  engine?: ComputeEngineName | undefined;
  /** Threads of ONNX Runtime inside one operator; default all cores. */
  threads?: number | undefined;
  /** Bytes that one function may take; default on the processor what the machine or its container has, on a GPU any number. */
  bytes?: number | undefined;
  /** Why it is this one, recorded with every run; left out: how it was chosen. */
  reason?: string | undefined;
}

/**
 * Starts a compute engine. `environment.reason` says why it was this one.
 * @throws ProblemError CONFIG_INVALID when `RESIDUA_COMPUTE` names no engine, or the asked one cannot be loaded or computes wrongly.
 */
export async function createCompute(options: ComputeOptions = {}): Promise<Compute> {
  const chosen = chooseEngine(options.engine, process.env['RESIDUA_COMPUTE']);
  const { engine } = chosen;
  const reason = options.reason ?? chosen.reason;
  await ready();
  const { threads, bytes } = options;
  if (engine === 'auto') return fastestEngine(threads, bytes);
  if (engine === 'onnxruntime') return processorEngine({ threads, reason, bytes });
  try {
    if (engine === 'tensorflow') return await createTensorFlowCompute(reason);
    return await gpuEngine(engine, { threads, reason, bytes });
  } catch (error) {
    throw problem('CONFIG_INVALID', (error as Error).message, { item: 'RESIDUA_COMPUTE' });
  }
}

function chooseEngine(
  asked: string | undefined,
  variable: string | undefined,
): { engine: ComputeEngineName; reason: string } {
  const name = asked ?? (variable || undefined);
  if (name === undefined) return { engine: 'onnxruntime', reason: 'the default' };
  const engine = computeEngineNames.find((known) => known === name);
  if (!engine) {
    const message = `the compute engine "${name}" is not known; RESIDUA_COMPUTE must be one of ${computeEngineNames.join(', ')}`;
    throw problem('CONFIG_INVALID', message, { item: 'RESIDUA_COMPUTE' });
  }
  return { engine, reason: asked ? 'asked for by the caller' : `RESIDUA_COMPUTE=${name}` };
}
