import { engine, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { problem } from '../../shared/errors.js';
import type { TensorFunction, TensorSpec, TensorType } from '../../shared/compute.js';
import { onBackend } from '../activeBackend.js';
import type { Gaps } from './gaps.js';
import { GraphBuilder, type Graph } from './graph.js';
import { activeTracer, tracingBackendName } from './tracingBackend.js';
import './gradientSupport.js';

/** Names of what goes into a graph and comes out of it. */
export interface TraceNames {
  inputNames: readonly string[];
  /** One per output; by default `output0`, `output1`, … */
  outputNames?: readonly string[] | undefined;
  /** Captured tensors that shall have a name in the graph. */
  constantsByName?: Readonly<Record<string, Tensor>> | undefined;
}

/** {@link TraceNames}, and for what the graph is written. */
export interface TraceOptions extends TraceNames {
  /** Of what will run the graph; none when left out. */
  gaps?: Gaps | undefined;
}

/**
 * Calls a tensor function once with symbolic inputs and returns what it did as a graph. Synchronous; tensors made on the
 * way are disposed and the active tfjs backend is restored, also when the function throws.
 * @throws ProblemError MODEL_LAYER_UNSUPPORTED when the function uses a kernel that is not in the table.
 */
export function trace(name: string, fn: TensorFunction, inputs: readonly TensorSpec[], names: TraceOptions): Graph {
  let graph: Graph | undefined;
  const record = () => {
    const builder = new GraphBuilder(names.gaps);
    const captured = Object.entries(names.constantsByName ?? {});
    activeTracer().beginGraph(builder, new Map(captured.map(([key, tensor]) => [tensor.dataId, key])));
    try {
      tidy(() => {
        graph = recordGraph(name, fn, inputs, names, builder);
      });
    } catch (error) {
      disposeSaved();
      throw error;
    } finally {
      activeTracer().endGraph();
    }
  };
  try {
    onBackend(tracingBackendName, record);
  } catch (error) {
    throw explained(name, error);
  }
  return graph!;
}

function recordGraph(
  name: string,
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
  { inputNames, outputNames }: TraceNames,
  builder: GraphBuilder,
): Graph {
  const tracer = activeTracer();
  const tensors = inputs.map(({ shape, dtype = 'float32' }, i) =>
    engine().makeTensorFromTensorInfo(tracer.tensorInfo(builder.input(inputNames[i]!, shape, dtype))),
  );
  const outputs = fn(...tensors).map((tensor) => tracer.symbolOf(tensor));
  if (outputNames && outputNames.length !== outputs.length) {
    throw new RangeError(`"${name}" has ${outputs.length} outputs, ${outputNames.length} names were given`);
  }
  return builder.finish(outputs, outputNames ?? outputs.map((_, i) => `output${i}`));
}

/** A gradient that throws half-way leaves what it saved for the way back; outside of gradients that is all garbage. */
function disposeSaved(): void {
  const { state } = engine();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) {
    for (const tensor of (node as { saved?: Tensor[] }).saved ?? []) tensor.dispose();
  }
}

const missingKernel = new RegExp(`^Kernel '(\\w+)' not registered for backend '${tracingBackendName}'`);

function explained(name: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const kernel = missingKernel.exec(error.message)?.[1];
  if (!kernel) return error;
  const message = `the tensor function "${name}" uses the TensorFlow.js kernel "${kernel}", which cannot be compiled`;
  return problem('MODEL_LAYER_UNSUPPORTED', message, { item: name });
}

/** The dtype of a spec, `float32` where it has none. */
export function specType(spec: TensorSpec): TensorType {
  return spec.dtype ?? 'float32';
}
