import { tensor, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type {
  CompiledFunction,
  Compute,
  HostTensor,
  SpecialisedFunction,
  TensorFunction,
  TensorSpec,
  TensorType,
} from '../../shared/compute.js';
import { onBackend } from '../activeBackend.js';
import { ShapeSpecialised } from '../specialised.js';
import { checkTensors } from '../tensorChecks.js';
import { specType } from '../tracer/trace.js';

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

  /** Runs the function once on zeros to learn its outputs' shapes. */
  compile(name: string, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction> {
    const specs = inputs.map((spec) => ({ shape: spec.shape.slice(), dtype: specType(spec) }));
    const outputs = onBackend(this.backendName, () => {
      const results: Required<TensorSpec>[] = [];
      tidy(() => {
        for (const { shape, dtype } of fn(...specs.map((spec) => zeros(spec.shape, spec.dtype)))) {
          results.push({ shape: shape.slice(), dtype: dtype as TensorType });
        }
      });
      return results;
    });
    const compiled = new EagerFunction(name, fn, this.backendName, specs, outputs, () => this.held.delete(compiled));
    this.held.add(compiled);
    return Promise.resolve(compiled);
  }

  specialise(name: string, fn: TensorFunction, limit = 4): SpecialisedFunction {
    return new ShapeSpecialised(this, name, fn, limit);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.held].map((compiled) => compiled.dispose()));
  }
}

class EagerFunction implements CompiledFunction {
  private disposed = false;

  constructor(
    private readonly name: string,
    private readonly fn: TensorFunction,
    private readonly backendName: string,
    readonly inputs: readonly Required<TensorSpec>[],
    readonly outputs: readonly Required<TensorSpec>[],
    private readonly onDispose: () => void,
  ) {}

  async run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]> {
    if (this.disposed) throw new Error(`"${this.name}" was disposed`);
    checkTensors(this.name, 'input', inputs, this.inputs);
    if (outputs) checkTensors(this.name, 'output', outputs, this.outputs);
    return Promise.resolve(onBackend(this.backendName, () => this.compute(inputs, outputs)));
  }

  private compute(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): HostTensor[] {
    const results: HostTensor[] = [];
    tidy(() => {
      const tensors = inputs.map(({ data, shape, dtype }) => tensor(data, shape.slice(), dtype));
      this.fn(...tensors).forEach((result, i) => results.push(readInto(result, outputs?.[i])));
    });
    return results;
  }

  dispose(): Promise<void> {
    this.disposed = true;
    this.onDispose();
    return Promise.resolve();
  }
}

/** Copies: a backend may hand out its own memory, or that of an input. */
function readInto(result: Tensor, output: HostTensor | undefined): HostTensor {
  const values = result.dataSync();
  if (!output)
    return {
      shape: result.shape.slice(),
      dtype: result.dtype as TensorType,
      data: values.slice(),
    };
  output.data.set(values);
  return output;
}
