import { availableParallelism } from 'node:os';
import './quietRuntime.js';
import * as ort from 'onnxruntime-node';
import type {
  CompiledFunction,
  Compute,
  HostTensor,
  SpecialisedFunction,
  TensorFunction,
  TensorSpec,
} from '../../shared/compute.js';
import { encodeModel } from '../onnxModel.js';
import { ShapeSpecialised } from '../specialised.js';
import { checkTensors, emptyTensor } from '../tensorChecks.js';
import { specType, trace } from '../tracer/trace.js';

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

  async compile(name: string, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction> {
    const graph = trace(name, fn, inputs, { inputNames: inputs.map((_, i) => `input${i}`) });
    const session = await ort.InferenceSession.create(encodeModel(name, graph), {
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
    const outputs = graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }) as Required<TensorSpec>);
    const specs = inputs.map((spec) => ({ shape: spec.shape.slice(), dtype: specType(spec) }));
    const compiled = new CompiledSession(name, session, specs, outputs, () => this.held.delete(compiled));
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

/** One graph in one session. */
class CompiledSession implements CompiledFunction {
  private session: ort.InferenceSession | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly name: string,
    session: ort.InferenceSession,
    readonly inputs: readonly Required<TensorSpec>[],
    readonly outputs: readonly Required<TensorSpec>[],
    private readonly onDispose: () => void,
  ) {
    this.session = session;
  }

  async run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]> {
    const { session } = this;
    if (!session) throw new Error(`"${this.name}" was disposed`);
    checkTensors(this.name, 'input', inputs, this.inputs);
    if (outputs) checkTensors(this.name, 'output', outputs, this.outputs);
    // ONNX Runtime writes into arrays it is given; arrays of its own would leave the heap only by garbage collection.
    const results = outputs ? outputs.slice() : this.outputs.map(emptyTensor);
    const feeds = Object.fromEntries(inputs.map((tensor, i) => [`input${i}`, onnxTensor(tensor)]));
    const fetches = Object.fromEntries(results.map((tensor, i) => [`output${i}`, onnxTensor(tensor)]));
    const run = session.run(feeds, fetches);
    this.running = run.catch(() => undefined);
    try {
      await run;
    } catch (error) {
      throw new Error(`"${this.name}" failed in ONNX Runtime: ${(error as Error).message}`, { cause: error });
    }
    return results;
  }

  async dispose(): Promise<void> {
    const { session } = this;
    if (!session) return;
    this.session = undefined;
    this.onDispose();
    await this.running;
    await session.release();
  }
}

function onnxTensor({ dtype, data, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}
