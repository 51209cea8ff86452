import { clone, dispose, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type {
  CompiledFunction,
  HostTensor,
  StatefulFunction,
  TensorFunction,
  TensorSpec,
  TensorType,
} from '../../shared/compute.js';
import { onBackend } from '../activeBackend.js';
import { engineFailure, type FailedEngine } from './engineFailure.js';
import { OneAtATime } from '../oneAtATime.js';
import { checkTensors, copyOf, splitState, type TensorTypes } from '../tensorChecks.js';

/** A tensor function on a tfjs backend. */
export interface EagerDefinition extends TensorTypes {
  name: string;
  fn: TensorFunction;
  backendName: string;
  engine: FailedEngine;
  onDispose: () => void;
}

/** Runs the function as it is. */
export class EagerFunction implements CompiledFunction {
  readonly inputs: readonly Required<TensorSpec>[];
  readonly outputs: readonly Required<TensorSpec>[];
  private disposed = false;

  constructor(private readonly definition: EagerDefinition) {
    this.inputs = definition.inputs;
    this.outputs = definition.outputs;
  }

  async run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]> {
    const { name, fn } = this.definition;
    if (this.disposed) throw new Error(`"${name}" was disposed`);
    checkTensors(name, 'input', inputs, this.inputs);
    if (outputs) checkTensors(name, 'output', outputs, this.outputs);
    return readAll(
      computed(this.definition, () => fn(...inputs.map(upload))),
      outputs,
    );
  }

  dispose(): Promise<void> {
    this.disposed = true;
    this.definition.onDispose();
    return Promise.resolve();
  }
}

/** Runs the function as it is, and keeps the tensors of its state on the backend. */
export class StatefulEagerFunction implements StatefulFunction {
  readonly inputs: readonly Required<TensorSpec>[];
  readonly outputs: readonly Required<TensorSpec>[];
  private readonly stateSpecs: readonly Required<TensorSpec>[];
  private readonly turns: OneAtATime;
  /** undefined after {@link dispose}. */
  private kept: Tensor[] | undefined;

  /** @throws RangeError when the outputs do not begin with the next state. */
  constructor(
    private readonly definition: EagerDefinition,
    state: readonly HostTensor[],
  ) {
    const { name, backendName } = definition;
    const { inputs, outputs, state: stateSpecs } = splitState(name, definition, state.length);
    this.inputs = inputs;
    this.outputs = outputs;
    this.stateSpecs = stateSpecs;
    this.turns = new OneAtATime(name);
    this.kept = onBackend(backendName, () => state.map(uploadCopy));
  }

  run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]> {
    const { name, fn } = this.definition;
    return this.turns.run(async () => {
      const state = this.requireState();
      checkTensors(name, 'input', inputs, this.inputs);
      if (outputs) checkTensors(name, 'output', outputs, this.outputs);
      const given = computed(this.definition, () => fn(...state, ...inputs.map(upload)));
      const next = given.splice(0, state.length);
      const results = await readAll(given, outputs).catch((error: unknown) => {
        dispose(next);
        throw error;
      });
      dispose(state);
      this.kept = next;
      return results;
    });
  }

  state(): Promise<HostTensor[]> {
    return this.turns.run(() => Promise.all(this.requireState().map((each) => read(each, undefined))));
  }

  restore(state: readonly HostTensor[]): Promise<void> {
    return this.turns.run(() => {
      const before = this.requireState();
      checkTensors(this.definition.name, 'state', state, this.stateSpecs);
      this.kept = onBackend(this.definition.backendName, () => state.map(uploadCopy));
      dispose(before);
      return Promise.resolve();
    });
  }

  async dispose(): Promise<void> {
    await this.turns.ended();
    if (!this.kept) return;
    dispose(this.kept);
    this.kept = undefined;
    this.definition.onDispose();
  }

  private requireState(): Tensor[] {
    if (!this.kept) throw new Error(`"${this.definition.name}" was disposed`);
    return this.kept;
  }
}

function upload({ data, shape, dtype }: HostTensor): Tensor {
  return tensor(data, shape.slice(), dtype);
}

/** A backend may take an array for its own as long as the tensor lives. */
function uploadCopy(state: HostTensor): Tensor {
  return upload(copyOf(state));
}

/** What a function gives, each in a tensor that nobody else holds; all else is freed. @throws ComputeFailure, and what the function throws. */
function computed({ name, backendName, engine }: EagerDefinition, fn: () => Tensor[]): Tensor[] {
  try {
    return onBackend(backendName, () => tidy(() => fn().map((each) => clone(each))));
  } catch (error) {
    // Any other error is the function's own: its code runs here every time.
    const isOfRuntime = error instanceof Error && error.message.startsWith('Invalid TF_Status');
    throw isOfRuntime ? engineFailure(engine, name, error.message.replaceAll('\n', ' ')) : error;
  }
}

/** Reads tensors out and frees them. */
async function readAll(tensors: readonly Tensor[], outputs: readonly HostTensor[] | undefined): Promise<HostTensor[]> {
  try {
    return await Promise.all(tensors.map((each, i) => read(each, outputs?.[i])));
  } finally {
    tensors.forEach((each) => each.dispose());
  }
}

/** Copies: a backend may hand out its own memory, or that of an input. */
async function read(result: Tensor, output: HostTensor | undefined): Promise<HostTensor> {
  const values = await result.data();
  if (!output) return { shape: result.shape.slice(), dtype: result.dtype as TensorType, data: values.slice() };
  output.data.set(values);
  return output;
}
