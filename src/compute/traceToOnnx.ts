import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFunction, TensorSpec } from '../shared/compute.js';
import { encodeModel } from './onnxModel.js';
import { trace } from './tracer/trace.js';

/** Names and facts that an exported file bears. */
export interface OnnxExportOptions {
  /** One per input. */
  inputNames: readonly string[];
  /** One per output. */
  outputNames: readonly string[];
  /** Written into the file's metadata. */
  metadata?: Readonly<Record<string, string>>;
  /** Captured tensors whose initializers shall bear these names. */
  constantsByName?: Readonly<Record<string, Tensor>>;
}

/**
 * Traces a tensor function into the bytes of an ONNX file: standard operators of opset 18, fixed shapes, constants inside.
 * It runs in any ONNX Runtime from 1.14 on.
 * @throws RangeError when names and inputs or outputs do not match in number, or two names are equal.
 * @throws ProblemError MODEL_LAYER_UNSUPPORTED when the function uses a kernel that cannot be traced.
 */
export function traceToOnnx(
  name: string,
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
  { inputNames, outputNames, metadata = {}, constantsByName = {} }: OnnxExportOptions,
): Uint8Array {
  if (inputNames.length !== inputs.length) {
    throw new RangeError(`"${name}" has ${inputs.length} inputs, ${inputNames.length} names were given`);
  }
  const names = [...inputNames, ...outputNames, ...Object.keys(constantsByName)];
  const twice = names.find((candidate, i) => names.indexOf(candidate) !== i);
  if (twice !== undefined) throw new RangeError(`the name "${twice}" is given twice`);
  const graph = trace(name, fn, inputs, { inputNames, outputNames, constantsByName });
  return encodeModel(name, graph, metadata);
}
