import { createCompute } from '../compute/index.js';
import type { JobAttempt } from '../jobs/index.js';
import { ComputeFailure } from '../shared/computeFailure.js';
import type { Compute } from '../shared/compute.js';
import type { WorkerParts } from './workerParts.js';

/** With what a worker computes: its own engine, and the processor for jobs that a GPU has failed. */
export class WorkerEngines {
  /** Resolves when the worker's own engine must not be used any more: its process is to end, and another one to start. */
  readonly lost: Promise<ComputeFailure>;
  private lose!: (failure: ComputeFailure) => void;
  private processor: Promise<Compute> | undefined;
  private isLost = false;

  constructor(private readonly parts: WorkerParts) {
    this.lost = new Promise((resolve) => {
      this.lose = resolve;
    });
  }

  /** The parts that an attempt computes with. Told in the job's log when they are not the worker's own. */
  async partsFor(attempt: JobAttempt): Promise<WorkerParts> {
    if (this.parts.compute.environment['device'] !== 'gpu') return this.parts;
    if (!attempt.job.gpuFailed && !this.isLost) return this.parts;
    const reason = `the GPU failed in ${attempt.job.gpuFailed ? 'an earlier attempt' : 'another job'}`;
    this.processor ??= createCompute({ engine: 'onnxruntime', reason });
    attempt.log('WARN', `computes on the processor: ${reason}`);
    return { ...this.parts, compute: await this.processor };
  }

  /** Runs work, and takes note when the engine is lost in it. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ComputeFailure && error.engineIsLost) {
        this.isLost = true;
        const { code, message } = error;
        this.parts.log.error(
          { code },
          `${message}; this worker ends, and one that is started anew tries the GPU again`,
        );
        this.lose(error);
      }
      throw error;
    }
  }

  async dispose(): Promise<void> {
    await (await this.processor)?.dispose();
  }
}
