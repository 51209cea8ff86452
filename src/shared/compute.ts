import type { Tensor } from '@tensorflow/tfjs-core';

export type TensorType = 'float32' | 'int32' | 'bool';

/** Shape and element type of one input or output of a tensor function. Shapes are always fully known. */
export interface TensorSpec {
  shape: readonly number[];
  /** Default `float32`. */
  dtype?: TensorType;
}

/** A tensor outside any backend: row-major data in host memory (`bool` as bytes 0 and 1). */
export interface HostTensor {
  shape: readonly number[];
  dtype: TensorType;
  data: Float32Array | Int32Array | Uint8Array;
}

/**
 * A function of tensors: shapes known, nothing read back inside, every random number an input. Captured tensors
 * (weights) become constants of the compiled graph.
 */
export type TensorFunction = (...inputs: Tensor[]) => Tensor[];

/** A tensor function made runnable for fixed input shapes. */
export interface CompiledFunction {
  readonly inputs: readonly Required<TensorSpec>[];
  readonly outputs: readonly Required<TensorSpec>[];
  /**
   * Runs once. Results are written into `outputs` where given (same count, shapes and types as {@link outputs}), otherwise
   * into new arrays. Calls may not overlap when they share output arrays.
   * @throws RangeError when an input's shape, type or length is not the declared one; the message names the index.
   */
  run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]>;
  dispose(): Promise<void>;
}

/** What a function with a state is compiled for. */
export interface StatefulSpecs {
  /** The state to start from; copied. */
  state: readonly HostTensor[];
  inputs: readonly TensorSpec[];
}

/**
 * A tensor function whose state stays where it is computed. The function takes the tensors of the state, then the inputs, and gives
 * the next state in the same order, then the outputs. Only inputs and outputs cross in a run.
 */
export interface StatefulFunction extends CompiledFunction {
  /**
   * Runs once and moves the state on; when it fails, the state is the one before.
   * @throws RangeError as {@link CompiledFunction.run}; Error while another run has not ended.
   */
  run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]>;
  /** Copies the state out. @throws Error while a run has not ended. */
  state(): Promise<HostTensor[]>;
  /**
   * Puts a copy in the state's place.
   * @throws RangeError when a tensor's shape, type or length is not the declared one; Error while a run has not ended.
   */
  restore(state: readonly HostTensor[]): Promise<void>;
}

/** Turns tensor functions into runnables. */
export interface Compute {
  /** e.g. `onnxruntime` or `tensorflow`. */
  readonly engine: string;
  /** Engine version, threads and device: recorded with every run. */
  readonly environment: Readonly<Record<string, string | number>>;
  /** Compiles for the given input shapes. `name` appears in errors and traces. The caller disposes the result. */
  compile(name: string, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction>;
  /**
   * The same for a function whose state stays where it is computed: see {@link StatefulFunction}.
   * @throws RangeError when the function does not give a next state of the same shapes and types.
   */
  compile(name: string, fn: TensorFunction, specs: StatefulSpecs): Promise<StatefulFunction>;
  /**
   * A function that compiles itself for each new combination of input shapes and keeps the last `limit` (default 4)
   * compiled graphs.
   */
  specialise(name: string, fn: TensorFunction, limit?: number): SpecialisedFunction;
  /**
   * To be called before so much is held in host memory at one time, which no graph shows.
   * @param parts bytes, by what they are for.
   * @throws ComputeFailure OUT_OF_MEMORY with the parts, where they are more than the machine has.
   */
  requireMemory(name: string, parts: Readonly<Record<string, number>>): void;
  /** Releases every graph still held. */
  dispose(): Promise<void>;
}

/** A tensor function that is compiled for each combination of input shapes it is given: see {@link Compute.specialise}. */
export interface SpecialisedFunction {
  run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]>;
  dispose(): Promise<void>;
}

/** A network from an ONNX file, ready to become a part of a traced graph. */
export interface OnnxNetwork {
  /** Of its only input as the file declares it, with the sizes that the file leaves open undefined. */
  readonly inputShape: readonly (number | undefined)[];
  /**
   * A tensor function: the network's nodes become nodes of the graph that is being traced.
   * @param shapes of the outputs for this input.
   * @throws ProblemError CONFIG_INVALID outside of a trace: an eager engine cannot run it.
   */
  apply(input: Tensor, shapes: readonly (readonly number[])[]): Tensor[];
  /**
   * Runs it once on zeros.
   * @returns the outputs' shapes.
   * @throws ProblemError MODEL_SHAPE_MISMATCH when it cannot take this input.
   */
  probe(inputShape: readonly number[]): Promise<number[][]>;
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Wraps host data. @throws RangeError when the data's length is not the shape's. */
export function hostTensor(data: HostTensor['data'], shape: readonly number[]): HostTensor {
  if (data.length !== elementCount(shape)) {
    throw new RangeError(
      `a tensor of shape [${shape.join(', ')}] has ${elementCount(shape)} elements, got ${data.length}`,
    );
  }
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
  return { shape, dtype, data };
}
