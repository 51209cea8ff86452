import { availableParallelism } from 'node:os';
import './quietRuntime.js';
import * as ort from 'onnxruntime-node';
import type {
  CompiledFunction,
  Compute,
  SpecialisedFunction,
  StatefulFunction,
  StatefulSpecs,
  TensorFunction,
  TensorSpec,
} from '../../shared/compute.js';
import { encodeModel } from '../onnxModel.js';
import { ShapeSpecialised } from '../specialised.js';
import { splitState } from '../tensorChecks.js';
import { specType, trace } from '../tracer/trace.js';
import { CompiledSession, StatefulSession } from './onnxSession.js';

/** How ONNX Runtime computes. */
export interface OnnxRuntimeOptions {
  /** Threads inside one operator; default all cores. */
  threads?: number | undefined;
  /** Why this engine was chosen; recorded in {@link Compute.environment}. */
  reason: string;
}

/** Traces tensor functions into ONNX graphs and runs them in ONNX Runtime. */
export class OnnxRuntimeCompute implements Compute {
  readonly engine = 'onnxruntime';
  readonly environment: Readonly<Record<string, string | number>>;
  private readonly threads: number;
  private readonly held = new Set<{ dispose(): Promise<void> }>();

  constructor({ threads, reason }: OnnxRuntimeOptions) {
    this.threads = threads ?? availableParallelism();
    const version = ort.env.versions.node ?? ort.env.versions.common;
    this.environment = { engine: this.engine, version, threads: this.threads, device: 'cpu', reason };
  }

  compile(name: string, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction>;
  compile(name: string, fn: TensorFunction, specs: StatefulSpecs): Promise<StatefulFunction>;
  async compile(
    name: string,
    fn: TensorFunction,
    specs: readonly TensorSpec[] | StatefulSpecs,
  ): Promise<CompiledFunction | StatefulFunction> {
    const state = 'state' in specs ? specs.state : undefined;
    const inputs = 'state' in specs ? [...specs.state, ...specs.inputs] : specs;
    const graph = trace(name, fn, inputs, { inputNames: inputs.map((_, i) => `input${i}`) });
    const types = {
      inputs: inputs.map((spec) => ({ shape: spec.shape.slice(), dtype: specType(spec) })),
      outputs: graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }) as Required<TensorSpec>),
    };
    if (state) splitState(name, types, state.length);
    const session = await this.openSession(encodeModel(name, graph));
    const forget = () => this.held.delete(compiled);
    const compiled = state
      ? new StatefulSession(name, session, types, state, forget)
      : new CompiledSession(name, session, types, forget);
    this.held.add(compiled);
    return compiled;
  }

  specialise(name: string, fn: TensorFunction, limit = 4): SpecialisedFunction {
    return new ShapeSpecialised(this, name, fn, limit);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.held].map((compiled) => compiled.dispose()));
  }

  private openSession(model: Uint8Array): Promise<ort.InferenceSession> {
    return ort.InferenceSession.create(model, {
      intraOpNumThreads: this.threads,
      graphOptimizationLevel: 'all',
      // A plan of the memory, made in the first run, would be a second block beside what that run has left in the arena:
      // twice the memory from the second run on, and no faster.
      enableMemPattern: false,
      // Waiting threads give their core away: the API and the database share the machine, and a core that spins while
      // another process wants it made steps three times slower.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      // Warnings of the optimiser are of no use to whoever runs the graph.
      logSeverityLevel: 3,
    });
  }
}
