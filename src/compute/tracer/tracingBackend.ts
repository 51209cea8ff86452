import {
  KernelBackend,
  backend,
  engine,
  registerBackend,
  registerKernel,
  util,
  type DataType,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { TensorType } from '../../shared/compute.js';
import { type GraphBuilder, type Value } from './graph.js';
import type { KernelInputs } from './kernel.js';
import { kernelTable } from './kernelTable.js';

/** Name of the recording backend in tfjs's registry. */
export const tracingBackendName = 'residua-tracer';

type DataId = object;
type Values = Float32Array | Int32Array | Uint8Array;
interface Constant {
  readonly values: Values;
  readonly shape: readonly number[];
  readonly dtype: TensorType;
}
type Entry = { readonly constant: Constant } | { readonly value: Value; readonly graph: GraphBuilder };

function supportedType(dtype: DataType): TensorType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`a tensor of type ${dtype} cannot be compiled; use float32, int32 or bool`);
}

/**
 * A tfjs backend that computes nothing: every kernel writes nodes into the graph being traced. Tensors made from numbers
 * keep their values and become constants of each graph that uses them. Tensors of other backends are read where they are
 * and stay there.
 */
export class TracingBackend extends KernelBackend {
  private readonly entries = new Map<DataId, Entry>();
  private graph: GraphBuilder | undefined;
  /** Constants already in the current graph. */
  private emitted = new Map<DataId, Value>();
  private names = new Map<DataId, string>();

  /** Records into the graph until {@link endGraph}. `names` gives captured tensors names in the graph. */
  beginGraph(graph: GraphBuilder, names: ReadonlyMap<DataId, string>): void {
    if (this.graph) throw new Error('a tensor function may not compile another one while it is traced');
    this.graph = graph;
    this.emitted = new Map();
    this.names = new Map(names);
  }

  endGraph(): void {
    this.graph = undefined;
    this.emitted.clear();
  }

  /** Makes a value of the graph visible to tfjs. */
  tensorInfo(value: Value): TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { value, graph: this.currentGraph() });
    return { dataId, shape: value.shape.slice(), dtype: supportedType(value.dtype as DataType) };
  }

  /** The graph's value for a tensor. Constants enter the graph here, at their first use. */
  symbolOf(tensor: TensorInfo): Value {
    const graph = this.currentGraph();
    const entry = this.entries.get(tensor.dataId);
    if (entry && 'value' in entry) {
      if (entry.graph !== graph) {
        throw new Error('a tensor computed while another function was traced is used; it has no values of its own');
      }
      // tfjs reshapes some tensors without a kernel.
      return graph.reshape(entry.value, tensor.shape);
    }
    const known = this.emitted.get(tensor.dataId);
    if (known) return graph.reshape(known, tensor.shape);
    const { values, shape, dtype } = entry ? entry.constant : readForeign(tensor);
    // Gradients are full of ones and zeros that one number stands for.
    const name = this.names.get(tensor.dataId);
    const value =
      name === undefined && values.every((element) => element === values[0])
        ? graph.filled(values[0] ?? 0, shape, dtype)
        : graph.constant(values, shape, dtype, name);
    this.emitted.set(tensor.dataId, value);
    return graph.reshape(value, tensor.shape);
  }

  currentGraph(): GraphBuilder {
    if (!this.graph) throw new Error('the tracing backend records only inside compile');
    return this.graph;
  }

  override write(values: unknown, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype);
    return dataId;
  }

  override move(dataId: DataId, values: unknown, shape: number[], dtype: DataType): void {
    const type = supportedType(dtype);
    this.entries.set(dataId, { constant: { values: typedValues(values, type), shape, dtype: type } });
  }

  override readSync(dataId: DataId): Values {
    const entry = this.entries.get(dataId);
    if (entry && 'constant' in entry) return entry.constant.values;
    throw new Error(
      'a tensor function may not read back a computed tensor (data, dataSync, array, arraySync): it has no value until the compiled function runs',
    );
  }

  override read(dataId: DataId): Promise<Values> {
    return Promise.resolve(this.readSync(dataId));
  }

  override disposeData(dataId: DataId): boolean {
    this.entries.delete(dataId);
    return true;
  }

  // Every tensor gets a data id of its own here, so there is nothing to count.
  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  override numDataIds(): number {
    return this.entries.size;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {
    this.entries.clear();
  }
}

function typedValues(values: unknown, dtype: TensorType): Values {
  return util.toTypedArray(values as Float32Array, dtype);
}

function readForeign({ dataId, shape, dtype }: TensorInfo): Constant {
  const type = supportedType(dtype);
  return { values: typedValues(engine().readSync(dataId), type), shape, dtype: type };
}

function registerTracer(): void {
  registerBackend(tracingBackendName, () => new TracingBackend(), 0);
  for (const [kernelName, kernel] of Object.entries(kernelTable)) {
    registerKernel({
      kernelName,
      backendName: tracingBackendName,
      kernelFunc: ({ inputs, attrs, backend: recorder }) => {
        const tracer = recorder as TracingBackend;
        const values = Object.fromEntries(
          Object.entries(inputs ?? {}).flatMap(([key, tensor]) => (tensor ? [[key, tracer.symbolOf(tensor)]] : [])),
        );
        const result = kernel(tracer.currentGraph(), values as unknown as KernelInputs, attrs ?? {});
        return Array.isArray(result)
          ? (result as readonly Value[]).map((value) => tracer.tensorInfo(value))
          : tracer.tensorInfo(result as Value);
      },
    });
  }
}
registerTracer();

/** The recording backend, which must be the active one. */
export function activeTracer(): TracingBackend {
  return backend() as TracingBackend;
}
