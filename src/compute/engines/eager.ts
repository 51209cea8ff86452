import { tidy, zeros } from '@tensorflow/tfjs-core';
import type {
  CompiledFunction,
  StatefulFunction,
  StatefulSpecs,
  TensorFunction,
  TensorSpec,
  TensorType,
} from '../../shared/compute.js';
import { onBackend } from '../activeBackend.js';
import { EagerFunction, StatefulEagerFunction } from './eagerFunction.js';
import { Engine, type EngineFunction } from './engine.js';
import type { FailedEngine } from './engineFailure.js';

/**
 * Runs tensor functions as they are on a tfjs backend, which must be registered and started: the `tensorflow` engine.
 * Captured tensors move to that backend at their first use, as tfjs does it.
 */
export class EagerCompute extends Engine {
  private readonly failed: FailedEngine;

  constructor(
    readonly engine: string,
    private readonly backendName: string,
    readonly environment: Readonly<Record<string, string | number>>,
  ) {
    super();
    const device = environment['device'] === 'gpu' ? 'gpu' : 'cpu';
    this.failed = { engine, device, maker: 'TensorFlow' };
  }

  /** Runs the function once on zeros to learn its outputs' shapes. */
  protected build(
    { fn, inputs, ...rest }: EngineFunction,
    state: StatefulSpecs['state'] | undefined,
  ): Promise<CompiledFunction | StatefulFunction> {
    const outputs = onBackend(this.backendName, () => outputsOnZeros(fn, inputs));
    const definition = { ...rest, fn, inputs, outputs, backendName: this.backendName, engine: this.failed };
    return Promise.resolve(state ? new StatefulEagerFunction(definition, state) : new EagerFunction(definition));
  }
}

function outputsOnZeros(fn: TensorFunction, inputs: readonly Required<TensorSpec>[]): Required<TensorSpec>[] {
  const outputs: Required<TensorSpec>[] = [];
  tidy(() => {
    for (const { shape, dtype } of fn(...inputs.map((spec) => zeros(spec.shape.slice(), spec.dtype)))) {
      outputs.push({ shape: shape.slice(), dtype: dtype as TensorType });
    }
  });
  return outputs;
}
