import { availableParallelism } from 'node:os';
import './quietRuntime.js';
import * as ort from 'onnxruntime-node';
import type { CompiledFunction, StatefulFunction, StatefulSpecs, TensorSpec } from '../../shared/compute.js';
import { encodeModel } from '../onnxModel.js';
import { splitState } from '../tensorChecks.js';
import { trace } from '../tracer/trace.js';
import { Engine, type EngineFunction } from './engine.js';
import { CompiledSession, StatefulSession } from './onnxSession.js';

/** How ONNX Runtime computes. */
export interface OnnxRuntimeOptions {
  /** Threads inside one operator; default all cores. */
  threads?: number | undefined;
  /** Why this engine was chosen; recorded in {@link Compute.environment}. */
  reason: string;
}

/** Traces tensor functions into ONNX graphs and runs them in ONNX Runtime. */
export class OnnxRuntimeCompute extends Engine {
  readonly engine = 'onnxruntime';
  readonly environment: Readonly<Record<string, string | number>>;
  private readonly threads: number;

  constructor({ threads, reason }: OnnxRuntimeOptions) {
    super();
    this.threads = threads ?? availableParallelism();
    const version = ort.env.versions.node ?? ort.env.versions.common;
    this.environment = { engine: this.engine, version, threads: this.threads, device: 'cpu', reason };
  }

  protected async build(
    { name, fn, inputs, onDispose }: EngineFunction,
    state: StatefulSpecs['state'] | undefined,
  ): Promise<CompiledFunction | StatefulFunction> {
    const graph = trace(name, fn, inputs, { inputNames: inputs.map((_, i) => `input${i}`) });
    const outputs = graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }) as Required<TensorSpec>);
    const types = { inputs, outputs };
    if (state) splitState(name, types, state.length);
    const session = await this.openSession(encodeModel(name, graph));
    return state
      ? new StatefulSession(name, session, types, state, onDispose)
      : new CompiledSession(name, session, types, onDispose);
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
