import type { KernelTable } from './kernel.js';
import { convolutionKernels } from './kernels/convolution.js';
import { elementwiseKernels } from './kernels/elementwise.js';
import { gatheringKernels } from './kernels/gathering.js';
import { matrixProductKernels } from './kernels/matrixProducts.js';
import { poolingKernels } from './kernels/pooling.js';
import { reductionKernels } from './kernels/reductions.js';
import { resizingKernels } from './kernels/resizing.js';
import { shapeKernels } from './kernels/shapes.js';

/** Every tfjs kernel that can be traced. */
export const kernelTable: KernelTable = {
  ...elementwiseKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...matrixProductKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...resizingKernels,
  ...gatheringKernels,
};
