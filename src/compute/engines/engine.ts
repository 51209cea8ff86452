import type {
  CompiledFunction,
  Compute,
  SpecialisedFunction,
  StatefulFunction,
  StatefulSpecs,
  TensorFunction,
  TensorSpec,
} from '../../shared/compute.js';
import { machineBytes } from '../machineBytes.js';
import { ShapeSpecialised } from '../specialised.js';
import { specType } from '../tracer/trace.js';
import { requireRoom } from './engineFailure.js';

/** What an engine is to compile. */
export interface EngineFunction {
  name: string;
  fn: TensorFunction;
  /** The state first, where there is one. */
  inputs: readonly Required<TensorSpec>[];
  /** To be called when the function is disposed of. */
  onDispose: () => void;
}

/** What all engines have in common: they know what they have compiled, and let go of it at their end. */
export abstract class Engine implements Compute {
  abstract readonly engine: string;
  abstract readonly environment: Readonly<Record<string, string | number>>;
  private readonly held = new Set<CompiledFunction>();

  /** @param hostBytes that may be held on the host; left out, what the machine has. */
  constructor(private readonly hostBytes: number = machineBytes()) {}

  compile(name: string, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction>;
  compile(name: string, fn: TensorFunction, specs: StatefulSpecs): Promise<StatefulFunction>;
  async compile(
    name: string,
    fn: TensorFunction,
    specs: readonly TensorSpec[] | StatefulSpecs,
  ): Promise<CompiledFunction | StatefulFunction> {
    const [state, given] = 'state' in specs ? [specs.state, specs.inputs] : [undefined, specs];
    const inputs = [...(state ?? []), ...given].map((spec) => ({ shape: spec.shape.slice(), dtype: specType(spec) }));
    const onDispose = () => this.held.delete(compiled);
    const compiled = await this.build({ name, fn, inputs, onDispose }, state);
    this.held.add(compiled);
    return compiled;
  }

  specialise(name: string, fn: TensorFunction, limit = 4): SpecialisedFunction {
    return new ShapeSpecialised(this, name, fn, limit);
  }

  requireMemory(name: string, parts: Readonly<Record<string, number>>): void {
    requireRoom(name, parts, this.hostBytes);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.held].map((compiled) => compiled.dispose()));
  }

  /** @param state of a function with one, from which it starts. */
  protected abstract build(
    definition: EngineFunction,
    state: StatefulSpecs['state'] | undefined,
  ): Promise<CompiledFunction | StatefulFunction>;
}
