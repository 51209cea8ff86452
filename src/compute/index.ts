import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode, memory, ready } from '@tensorflow/tfjs-core';
import { problem } from '../shared/errors.js';
import type { Compute } from '../shared/compute.js';
import { OnnxRuntimeCompute } from './engines/onnxruntime.js';
import { createTensorFlowCompute } from './engines/tensorflow.js';

export { importOnnx } from './importOnnx.js';
export { traceToOnnx, type OnnxExportOptions } from './traceToOnnx.js';

// Silences the advice to install tfjs-node that the cpu backend prints at its first use.
enableProdMode();

const engines = ['onnxruntime', 'tensorflow'] as const;
/** The name of a compute engine. */
export type ComputeEngine = (typeof engines)[number];

/** Tensors of TensorFlow.js that this process holds at the moment. */
export function tensorCount(): number {
  return memory().numTensors;
}

/** Which engine computes, and how. */
export interface ComputeOptions {
  /** Default: the environment variable `RESIDUA_COMPUTE`, else `onnxruntime`. */
  engine?: ComputeEngine;
  /** Threads of ONNX Runtime inside one operator; default all cores. */
  threads?: number;
}

/**
 * Starts a compute engine. `environment.reason` says why it was this one.
 * @throws ProblemError CONFIG_INVALID when `RESIDUA_COMPUTE` names no engine, or the asked one cannot be loaded.
 */
export async function createCompute(options: ComputeOptions = {}): Promise<Compute> {
  const { engine, reason } = chooseEngine(options.engine, process.env['RESIDUA_COMPUTE']);
  await ready();
  if (engine === 'onnxruntime') return new OnnxRuntimeCompute({ threads: options.threads, reason });
  try {
    return await createTensorFlowCompute(reason);
  } catch (error) {
    throw problem('CONFIG_INVALID', (error as Error).message, { item: 'RESIDUA_COMPUTE' });
  }
}

function chooseEngine(
  asked: string | undefined,
  variable: string | undefined,
): { engine: ComputeEngine; reason: string } {
  const name = asked ?? (variable || undefined);
  if (name === undefined) return { engine: 'onnxruntime', reason: 'the default' };
  const engine = engines.find((known) => known === name);
  if (!engine) {
    const message = `the compute engine "${name}" is not known; RESIDUA_COMPUTE must be one of ${engines.join(', ')}`;
    throw problem('CONFIG_INVALID', message, { item: 'RESIDUA_COMPUTE' });
  }
  return { engine, reason: asked ? 'asked for by the caller' : `RESIDUA_COMPUTE=${name}` };
}
