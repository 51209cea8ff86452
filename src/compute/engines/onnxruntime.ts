import { availableParallelism } from 'node:os';
import './quietRuntime.js';
import * as ort from 'onnxruntime-node';
import type { CompiledFunction, StatefulFunction, StatefulSpecs, TensorSpec } from '../../shared/compute.js';
import { graphMemory, type GraphMemory } from '../graphMemory.js';
import { encodeModel } from '../onnxModel.js';
import { splitState } from '../tensorChecks.js';
import type { Gaps } from '../tracer/gaps.js';
import { trace } from '../tracer/trace.js';
import { Engine, type EngineFunction } from './engine.js';
import { engineFailure, requireRoom } from './engineFailure.js';
import { CompiledSession, StatefulSession } from './onnxSession.js';

// What goes wrong is thrown; written to standard error as well it would stand in the log of whoever tries a GPU that is not there.
ort.env.logLevel = 'fatal';

/** On what ONNX Runtime computes. */
interface Provider {
  device: 'cpu' | 'gpu';
  gaps: Gaps;
  /** In the order in which they are asked for an operator. */
  names: readonly string[];
}

/** What `RESIDUA_COMPUTE` may name of it. */
const providers = {
  onnxruntime: { device: 'cpu', gaps: {}, names: ['cpu'] },
  // Vulkan, Metal or Direct3D. Its gaps are those of version 1.30, found by the tests of kernels and by what it leaves to the processor.
  webgpu: {
    device: 'gpu',
    gaps: { maxPoolIndices: true, groupedConvTranspose: true, broadcastPow: true, sum: true, convChannels: true },
    names: ['webgpu', 'cpu'],
  },
  // Where its libraries are installed beside the package.
  cuda: { device: 'gpu', gaps: {}, names: ['cuda', 'cpu'] },
} as const satisfies Record<string, Provider>;

/** The engines that ONNX Runtime is. */
export type OnnxRuntimeEngine = keyof typeof providers;
/** Their names. */
export const onnxRuntimeEngines = Object.keys(providers) as readonly OnnxRuntimeEngine[];

/** How ONNX Runtime computes. */
export interface OnnxRuntimeOptions {
  /** Default `onnxruntime`: the processor. */
  engine?: OnnxRuntimeEngine | undefined;
  /** Threads inside one operator; default all cores. */
  threads?: number | undefined;
  /** Why this engine was chosen; recorded in {@link Compute.environment}. */
  reason: string;
  /** Bytes that one function may take, as it is estimated from its graph; any number when left out. */
  bytes?: number | undefined;
}

/** Traces tensor functions into ONNX graphs and runs them in ONNX Runtime. */
export class OnnxRuntimeCompute extends Engine {
  readonly engine: OnnxRuntimeEngine;
  readonly environment: Readonly<Record<string, string | number>>;
  private readonly threads: number;
  private readonly provider: Provider;
  private readonly bytes: number;
  /** For which graphs are written. */
  protected readonly gaps: Gaps;

  constructor({ engine = 'onnxruntime', threads, reason, bytes = Infinity }: OnnxRuntimeOptions) {
    super(providers[engine].device === 'cpu' && bytes < Infinity ? bytes : undefined);
    this.engine = engine;
    this.provider = providers[engine];
    this.gaps = this.provider.gaps;
    this.bytes = bytes;
    this.threads = threads ?? availableParallelism();
    const { device } = this.provider;
    const version = ort.env.versions.node ?? ort.env.versions.common;
    this.environment = { engine: this.engine, version, threads: this.threads, device, reason };
  }

  protected async build(
    { name, fn, inputs, onDispose }: EngineFunction,
    state: StatefulSpecs['state'] | undefined,
  ): Promise<CompiledFunction | StatefulFunction> {
    const graph = trace(name, fn, inputs, { gaps: this.gaps, inputNames: inputs.map((_, i) => `input${i}`) });
    const outputs = graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }) as Required<TensorSpec>);
    const types = { inputs, outputs };
    if (state) splitState(name, types, state.length);
    requireRoom(name, partsOf(graphMemory(graph, state?.length ?? 0)), this.bytes);
    const engine = { engine: this.engine, device: this.provider.device, maker: 'ONNX Runtime' };
    const session = await this.openSession(name, encodeModel(name, graph)).catch((error: unknown) => {
      throw engineFailure(engine, name, error);
    });
    const parts = { engine, onDispose };
    return state
      ? new StatefulSession(name, session, types, state, parts)
      : new CompiledSession(name, session, types, parts);
  }

  /** @param others options that are to be other ones. */
  protected openSession(
    name: string,
    model: Uint8Array,
    others: ort.InferenceSession.SessionOptions = {},
  ): Promise<ort.InferenceSession> {
    return ort.InferenceSession.create(model, {
      logId: name,
      executionProviders: [...this.provider.names],
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
      ...others,
    });
  }
}

/** As errors name them. */
function partsOf({ state, constants, passed, between }: GraphMemory): Record<string, number> {
  return { state, constants, 'inputs and outputs': passed, 'in between': between };
}
