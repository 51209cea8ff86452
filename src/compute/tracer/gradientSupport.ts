// tfjs-core's own bundle for Node.js leaves the gradients out; importing the layers package registers them.
import '@tensorflow/tfjs-layers';
import { Tensor, reshape, slice, split } from '@tensorflow/tfjs-core';

/**
 * Some gradients inside tfjs-core (of `prod` over several axes, of `gather` with a batch) call these as methods although
 * tfjs-core alone does not have them. Nothing of ours does.
 */
const methods = {
  reshape(this: Tensor, shape: number[]): Tensor {
    return reshape(this, shape);
  },
  slice(this: Tensor, begin: number | number[], size?: number | number[]): Tensor {
    return slice(this, begin, size);
  },
  split(this: Tensor, numOrSizes: number | number[], axis?: number): Tensor[] {
    return split(this, numOrSizes, axis);
  },
};

const prototype = Tensor.prototype as unknown as Record<string, unknown>;
for (const [name, method] of Object.entries(methods)) prototype[name] ??= method;
