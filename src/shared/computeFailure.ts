import type { Problem } from './errors.js';

/**
 * Why an engine could not compute although what it was asked for is right: OUT_OF_MEMORY, or COMPUTE_FAILED where a GPU or its driver
 * failed. No problem of the input, and so never collected with those: the same on another machine may well succeed.
 */
export class ComputeFailure extends Error {
  override readonly name = 'ComputeFailure';

  constructor(
    readonly code: 'OUT_OF_MEMORY' | 'COMPUTE_FAILED',
    message: string,
    /** Whether the engine must not be used any more: a GPU that failed once may hand out broken buffers until its process ends. */
    readonly engineIsLost: boolean,
  ) {
    super(message);
  }

  /** As callers are told. */
  get problem(): Problem {
    return { code: this.code, message: this.message };
  }
}
