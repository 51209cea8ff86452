import '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { EagerCompute } from '../../src/compute/engines/eager.js';
import { createCompute } from '../../src/compute/index.js';
import type { Compute } from '../../src/shared/compute.js';

/** The product's engine, by a name that tells its version. */
export async function openOurs(): Promise<{ name: string; compute: Compute }> {
  const compute = await createCompute({ engine: 'onnxruntime' });
  return { name: `ours, ONNX Runtime ${compute.environment['version']}`, compute };
}

/** TensorFlow.js on WASM, running the same tensor functions eagerly. */
export async function openWasm(): Promise<{ name: string; compute: Compute }> {
  await setBackend('wasm');
  return { name: 'TensorFlow.js WASM, eager', compute: new EagerCompute('wasm', 'wasm', {}) };
}
