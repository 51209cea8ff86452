import { tidy, zeros } from '@tensorflow/tfjs-core';
import type {
  CompiledFunction,
  Compute,
  SpecialisedFunction,
  StatefulFunction,
  StatefulSpecs,
  TensorFunction,
  TensorSpec,
  TensorType,
} from '../../shared/compute.js';
import { onBackend } from '../activeBackend.js';
import { ShapeSpecialised } from '../specialised.js';
import { specType } from '../tracer/trace.js';
import { EagerFunction, StatefulEagerFunction } from './eagerFunction.js';

/**
 * Runs tensor functions as they are on a tfjs backend, which must be registered and started: the `tensorflow` engine.
 * Captured tensors move to that backend at their first use, as tfjs does it.
 */
export class EagerCompute implements Compute {
  private readonly held = new Set<CompiledFunction>();

  constructor(
    readonly engine: string,
    private readonly backendName: string,
    readonly environment: Readonly<Record<string, string | number>>,
  ) {}

  compile(name: string, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction>;
  compile(name: string, fn: TensorFunction, specs: StatefulSpecs): Promise<StatefulFunction>;
  /** Runs the function once on zeros to learn its outputs' shapes. */

  async compile(
    name: string,
    fn: TensorFunction,
    specs: readonly TensorSpec[] | StatefulSpecs,
  ): Promise<CompiledFunction | StatefulFunction> {
    const taken = 'state' in specs ? [...specs.state, ...specs.inputs] : specs;
    const inputs = taken.map((spec) => ({ shape: spec.shape.slice(), dtype: specType(spec) }));
    const outputs = onBackend(this.backendName, () => outputsOnZeros(fn, inputs));
    const onDispose = () => this.held.delete(compiled);
    const definition = { name, fn, backendName: this.backendName, inputs, outputs, onDispose };
    const compiled =
      'state' in specs ? new StatefulEagerFunction(definition, specs.state) : new EagerFunction(definition);
    this.held.add(compiled);
    return compiled;
  }

  specialise(name: string, fn: TensorFunction, limit = 4): SpecialisedFunction {
    return new ShapeSpecialised(this, name, fn, limit);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.held].map((compiled) => compiled.dispose()));
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
