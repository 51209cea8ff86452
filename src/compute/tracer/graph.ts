import { backend_util, util } from '@tensorflow/tfjs-core';
import { elementCount, sameShape, type TensorType } from '../../shared/compute.js';
import type { Gaps } from './gaps.js';

/** Element types that occur in a graph; `int64` only inside it (shapes and indices of ONNX operators). */
export type ElementType = TensorType | 'int64';

/** A node attribute: integers are plain numbers, floats are marked, because ONNX keeps them apart. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  /** As it stands in an ONNX file that was taken in. */
  | { readonly proto: object };
/** Attributes of a node by their names. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One edge of the graph: the result of a node, an input or a constant. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** The smaller value this one is a broadcast copy of. Element-wise nodes read it instead and leave the copy unmade. */
  readonly source?: Value;
  /** The number, where every element is the same known number. */
  readonly uniform?: number;
}

/** One operator with the names of what it takes and gives. */
export interface GraphNode {
  readonly op: string;
  readonly domain: string;
  /** Empty name: an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** What a constant can hold. */
export type ConstantValues = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** A constant of the graph. `values` is not copied: it must not change before the graph is encoded. */
export interface Initializer {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly values: ConstantValues;
}

/** A constant as it stands in an ONNX file that was taken in; its element type may be one the tracer has not. */
export interface ForeignInitializer {
  readonly name: string;
  readonly proto: object;
}

/** A graph from an ONNX file. Its names must be unlike any other in the graph it is taken into. */
export interface ForeignGraph {
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly ForeignInitializer[];
  readonly opset: number;
}

/** A finished graph: nodes in execution order, only what the outputs need. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
  readonly foreignInitializers: readonly ForeignInitializer[];
  /** The newest operator set of what was taken in; 0 when nothing was. */
  readonly opset: number;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Bytes of what nodes give, by name; of nodes that were taken in only what is used outside of them. */
  readonly sizes: ReadonlyMap<string, number>;
}

const typedConstants = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

/**
 * Builds a graph node by node. Equal nodes are made once; transposes and reshapes of each other are merged; broadcast
 * copies are only made where a node really needs them.
 */
export class GraphBuilder {
  private readonly nodes: GraphNode[] = [];
  private readonly initializers = new Map<string, Initializer>();
  private readonly foreignInitializers: ForeignInitializer[] = [];
  private readonly inputs: Value[] = [];
  private readonly sizes = new Map<string, number>();
  private readonly made = new Map<string, readonly Value[]>();
  private readonly movedFrom = new Map<string, { op: 'Reshape' | 'Transpose'; from: Value; perm: readonly number[] }>();
  private counter = 0;
  private opset = 0;

  /** @param gaps of what will run the graph. */
  constructor(readonly gaps: Gaps = {}) {}

  input(name: string, shape: readonly number[], dtype: TensorType): Value {
    const value: Value = { name, shape: shape.slice(), dtype };
    this.inputs.push(value);
    return value;
  }

  /** A node with one output. */
  node(
    op: string,
    inputs: readonly (Value | undefined)[],
    shape: readonly number[],
    dtype: ElementType,
    attributes: Attributes = {},
    domain = '',
  ): Value {
    return this.addNode(op, inputs, [{ shape, dtype }], attributes, domain)[0]!;
  }

  /** A node with several outputs. */
  nodeWithOutputs(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly { shape: readonly number[]; dtype: ElementType }[],
    attributes: Attributes = {},
  ): readonly Value[] {
    return this.addNode(op, inputs, outputs, attributes, '');
  }

  private addNode(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly { shape: readonly number[]; dtype: ElementType }[],
    attributes: Attributes,
    domain: string,
  ): readonly Value[] {
    const names = inputs.map((v) => v?.name ?? '');
    const key = `${op}(${names.join(',')})${JSON.stringify(attributes)}`;
    const known = this.made.get(key);
    if (known) return known;
    const values = outputs.map(({ shape, dtype }) => ({ name: this.freshName('t'), shape: shape.slice(), dtype }));
    this.nodes.push({ op, domain, inputs: names, outputs: values.map((v) => v.name), attributes });
    for (const value of values) this.sizes.set(value.name, bytesOf(value));
    this.made.set(key, values);
    return values;
  }

  private freshName(prefix: string): string {
    // A character users' names have no reason to start with.
    return `#${prefix}${this.counter++}`;
  }

  /**
   * Takes another graph in.
   * @param outputs of it that are used here, with the shapes they have for the given inputs.
   */
  takeIn(graph: ForeignGraph, inputs: Readonly<Record<string, Value>>, outputs: readonly Value[]): readonly Value[] {
    this.foreignInitializers.push(...graph.initializers);
    const rename = (name: string) => inputs[name]?.name ?? name;
    this.nodes.push(...graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) })));
    this.opset = Math.max(this.opset, graph.opset);
    for (const output of outputs) this.sizes.set(output.name, bytesOf(output));
    return outputs;
  }

  /** A name no other value has. */
  uniqueName(prefix: string): string {
    return this.freshName(prefix);
  }

  /** A constant. The array is not copied. */
  constant(values: ConstantValues, shape: readonly number[], dtype: ElementType, name = this.freshName('c')): Value {
    this.initializers.set(name, { name, dtype, shape: shape.slice(), values });
    return { name, shape: shape.slice(), dtype };
  }

  /** A constant of shape [] that many nodes may share. */
  scalar(value: number, dtype: TensorType = 'float32'): Value {
    const name = `#scalar:${dtype}:${Object.is(value, -0) ? '-0' : value}`;
    if (!this.initializers.has(name)) this.constant(typedConstants[dtype].of(value), [], dtype, name);
    return { name, shape: [], dtype, uniform: value };
  }

  /** A constant int64 vector: shapes, axes, indices. */
  int64s(values: readonly number[]): Value {
    const name = `#int64:${values.join(',')}`;
    if (!this.initializers.has(name)) {
      this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64', name);
    }
    return { name, shape: [values.length], dtype: 'int64' };
  }

  /** Every element the same number. */
  filled(value: number, shape: readonly number[], dtype: TensorType): Value {
    return this.expand(this.scalar(value, dtype), shape);
  }

  /** A broadcast copy. */
  expand(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    const source = value.source ?? value;
    const copy = this.node('Expand', [source, this.int64s(shape)], shape, source.dtype);
    return { ...copy, source, ...(source.uniform === undefined ? {} : { uniform: source.uniform }) };
  }

  /** An element-wise node with broadcasting. Computes on what broadcast copies were made of. */
  elementwise(
    op: string,
    operands: readonly Value[],
    dtype: ElementType = operands[0]!.dtype,
    attributes: Attributes = {},
  ) {
    const shape = this.elementwiseShape(operands);
    const sources = operands.map((v) => v.source ?? v);
    const result = this.node(op, sources, this.elementwiseShape(sources), dtype, attributes);
    return this.expand(result, shape);
  }

  /** The shape that the operands are broadcast to. */
  elementwiseShape(operands: readonly Value[]): number[] {
    return operands.reduce<number[]>((shape, v) => backend_util.assertAndGetBroadcastShape(shape, v.shape.slice()), []);
  }

  cast(value: Value, dtype: ElementType): Value {
    if (value.dtype === dtype) return value;
    const to = onnxElementTypes[dtype];
    if (value.uniform !== undefined && value.shape.length === 0 && dtype !== 'int64') {
      const n = value.uniform;
      return this.scalar(dtype === 'bool' ? Number(n !== 0) : dtype === 'int32' ? Math.trunc(n) : n, dtype);
    }
    return this.elementwise('Cast', [value], dtype, { to });
  }

  reshape(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    if (value.source && util.sizeFromShape(value.source.shape.slice()) === 1) {
      return this.expand(this.reshape(value.source, []), shape);
    }
    const before = this.movedFrom.get(value.name);
    if (before?.op === 'Reshape') return this.reshape(before.from, shape);
    const result = this.node('Reshape', [value, this.int64s(shape)], shape, value.dtype);
    this.movedFrom.set(result.name, { op: 'Reshape', from: value, perm: [] });
    return value.uniform === undefined ? result : { ...result, uniform: value.uniform };
  }

  transpose(value: Value, perm: readonly number[]): Value {
    if (perm.every((from, to) => from === to)) return value;
    const shape = perm.map((axis) => value.shape[axis]!);
    if (value.source && util.sizeFromShape(value.source.shape.slice()) === 1) {
      return this.expand(this.reshape(value.source, []), shape);
    }
    const before = this.movedFrom.get(value.name);
    if (before?.op === 'Transpose')
      return this.transpose(
        before.from,
        perm.map((axis) => before.perm[axis]!),
      );
    // Moving only axes of size 1 keeps the order in memory.
    const order = perm.filter((axis) => value.shape[axis] !== 1);
    if (order.every((axis, i) => i === 0 || order[i - 1]! < axis)) return this.reshape(value, shape);
    const result = this.node('Transpose', [value], shape, value.dtype, { perm });
    this.movedFrom.set(result.name, { op: 'Transpose', from: value, perm });
    return result;
  }

  /**
   * Ends the graph. Outputs get the given names; nodes and constants that no output needs are left out.
   */
  finish(outputs: readonly Value[], outputNames: readonly string[]): Graph {
    const renamed = new Map<string, string>();
    const producers = new Map(this.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
    const copies: GraphNode[] = [];
    outputs.forEach(({ name }, i) => {
      if (producers.has(name) && !renamed.has(name)) renamed.set(name, outputNames[i]!);
      else {
        copies.push({ op: 'Identity', domain: '', inputs: [name], outputs: [outputNames[i]!], attributes: {} });
      }
    });
    const needed = new Set<string>();
    const pending = outputs.map((v) => v.name);
    while (pending.length) {
      const name = pending.pop()!;
      if (needed.has(name)) continue;
      needed.add(name);
      for (const input of producers.get(name)?.inputs ?? []) if (input) pending.push(input);
    }
    const rename = (name: string) => renamed.get(name) ?? name;
    const nodes = [...this.nodes.filter((node) => node.outputs.some((name) => needed.has(name))), ...copies];
    return {
      nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
      initializers: [...this.initializers.values()].filter((c) => needed.has(c.name)),
      foreignInitializers: this.foreignInitializers.filter((c) => needed.has(c.name)),
      opset: this.opset,
      inputs: this.inputs,
      outputs: outputs.map((v, i) => ({ name: outputNames[i]!, shape: v.shape, dtype: v.dtype })),
      sizes: new Map([...this.sizes].map(([name, bytes]) => [rename(name), bytes])),
    };
  }
}

const elementBytes = { float32: 4, int32: 4, bool: 1, int64: 8 } as const;

/** Bytes of a value. */
export function bytesOf({ shape, dtype }: Pick<Value, 'shape' | 'dtype'>): number {
  return elementCount(shape) * elementBytes[dtype];
}

/** TensorProto.DataType. */
export const onnxElementTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
