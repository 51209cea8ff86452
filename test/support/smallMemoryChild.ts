/**
 * Runs a function of tensors in a process whose address space may not grow any more, and again when it may. Prints how each
 * run went, a line of JSON for each.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { createCompute } from '../../src/compute/index.js';
import { ComputeFailure } from '../../src/shared/computeFailure.js';
import { hostTensor, type CompiledFunction } from '../../src/shared/compute.js';

const side = 2048;
const input = hostTensor(new Float32Array(side * 16).fill(0.01), [side, 16]);
const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--as=${bytes}:unlimited`]);

async function run(compiled: CompiledFunction): Promise<object> {
  try {
    const [sum] = await compiled.run([input]);
    return { sum: sum!.data[0] };
  } catch (error) {
    if (!(error instanceof ComputeFailure)) return { other: (error as Error).message };
    return { code: error.code, message: error.message, engineIsLost: error.engineIsLost };
  }
}

const compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
const squares = (x: tf.Tensor) => [tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true)))];
const compiled = await compute.compile('squares', squares, [input]);
const kilobytes = Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
// Room for what Node.js does meanwhile, and for a half of the product.
limit(String(1024 * kilobytes + 2 * side * side));
console.log(JSON.stringify(await run(compiled)));
limit('unlimited');
console.log(JSON.stringify(await run(compiled)));
await compute.dispose();
