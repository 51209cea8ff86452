import './quietRuntime.js';
import * as ort from 'onnxruntime-node';
import type { CompiledFunction, HostTensor, StatefulFunction, TensorSpec } from '../../shared/compute.js';
import { engineFailure, type FailedEngine } from './engineFailure.js';
import { OneAtATime } from '../oneAtATime.js';
import { checkTensors, copyInto, copyOf, emptyTensor, splitState, type TensorTypes } from '../tensorChecks.js';

/** What a session belongs to. */
export interface SessionParts {
  engine: FailedEngine;
  /** To be called when it is disposed of. */
  onDispose: () => void;
}

/** A graph with inputs `input0`, … and outputs `output0`, … in a session of ONNX Runtime. */
class GraphSession {
  private session: ort.InferenceSession | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private readonly onDispose: () => void;
  private readonly engine: FailedEngine;

  constructor(
    readonly name: string,
    session: ort.InferenceSession,
    { onDispose, engine }: SessionParts,
  ) {
    this.session = session;
    this.onDispose = onDispose;
    this.engine = engine;
  }

  /** Writes into the arrays of `outputs`. @throws ComputeFailure, or Error for a graph that cannot be run. */
  async run(inputs: readonly ort.Tensor[], outputs: readonly ort.Tensor[]): Promise<void> {
    this.requireSession();
    const feeds = Object.fromEntries(inputs.map((tensor, i) => [`input${i}`, tensor]));
    const fetches = Object.fromEntries(outputs.map((tensor, i) => [`output${i}`, tensor]));
    const run = this.requireSession().run(feeds, fetches);
    this.running = run.catch(() => undefined);
    try {
      await run;
    } catch (error) {
      throw engineFailure(this.engine, this.name, error);
    }
  }

  /** @throws Error after {@link dispose}. */
  requireSession(): ort.InferenceSession {
    if (!this.session) throw new Error(`"${this.name}" was disposed`);
    return this.session;
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

/** One graph in one session. */
export class CompiledSession implements CompiledFunction {
  readonly inputs: readonly Required<TensorSpec>[];
  readonly outputs: readonly Required<TensorSpec>[];
  private readonly graph: GraphSession;

  constructor(name: string, session: ort.InferenceSession, { inputs, outputs }: TensorTypes, parts: SessionParts) {
    this.graph = new GraphSession(name, session, parts);
    this.inputs = inputs;
    this.outputs = outputs;
  }

  async run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]> {
    this.graph.requireSession();
    checkTensors(this.graph.name, 'input', inputs, this.inputs);
    if (outputs) checkTensors(this.graph.name, 'output', outputs, this.outputs);
    // ONNX Runtime writes into arrays it is given; arrays of its own would leave the heap only by garbage collection.
    const results = outputs ? outputs.slice() : this.outputs.map(emptyTensor);
    await this.graph.run(inputs.map(onnxTensor), results.map(onnxTensor));
    return results;
  }

  dispose(): Promise<void> {
    return this.graph.dispose();
  }
}

/** One graph in one session, with two sets of arrays for its state that take turns: one is read while the other is written. */
export class StatefulSession implements StatefulFunction {
  readonly inputs: readonly Required<TensorSpec>[];
  readonly outputs: readonly Required<TensorSpec>[];
  private readonly graph: GraphSession;
  private readonly turns: OneAtATime;
  private readonly stateSpecs: readonly Required<TensorSpec>[];
  private current: readonly HostTensor[];
  private next: readonly HostTensor[];

  /** @throws RangeError when the outputs do not begin with the next state. */
  constructor(
    private readonly name: string,
    session: ort.InferenceSession,
    types: TensorTypes,
    state: readonly HostTensor[],
    parts: SessionParts,
  ) {
    const { inputs, outputs, state: stateSpecs } = splitState(name, types, state.length);
    this.inputs = inputs;
    this.outputs = outputs;
    this.stateSpecs = stateSpecs;
    this.graph = new GraphSession(name, session, parts);
    this.turns = new OneAtATime(name);
    this.current = state.map(copyOf);
    this.next = stateSpecs.map(emptyTensor);
  }

  run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]> {
    return this.turns.run(async () => {
      this.graph.requireSession();
      checkTensors(this.name, 'input', inputs, this.inputs);
      if (outputs) checkTensors(this.name, 'output', outputs, this.outputs);
      const results = outputs ? outputs.slice() : this.outputs.map(emptyTensor);
      await this.graph.run([...this.current, ...inputs].map(onnxTensor), [...this.next, ...results].map(onnxTensor));
      [this.current, this.next] = [this.next, this.current];
      return results;
    });
  }

  state(): Promise<HostTensor[]> {
    return this.turns.run(() => {
      this.graph.requireSession();
      return Promise.resolve(this.current.map(copyOf));
    });
  }

  restore(state: readonly HostTensor[]): Promise<void> {
    return this.turns.run(() => {
      this.graph.requireSession();
      checkTensors(this.name, 'state', state, this.stateSpecs);
      state.forEach((tensor, i) => copyInto(tensor, this.current[i]!));
      return Promise.resolve();
    });
  }

  dispose(): Promise<void> {
    return this.graph.dispose();
  }
}

function onnxTensor({ dtype, data, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}
