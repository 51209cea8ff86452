import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';
import {
  onnxElementTypes,
  type Attribute,
  type ConstantValues,
  type Graph,
  type Initializer,
  type Value,
} from './tracer/graph.js';

const { onnx } = onnxProto;

/** ONNX operator set the kernels are written for. */
export const opset = 18;
const irVersion = 8;

const { AttributeType } = onnx.AttributeProto;

function encodeAttribute(name: string, value: Attribute): Onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if ('proto' in value) return { ...value.proto, name };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: value.slice() };
}

function encodeInitializer({ name, shape, dtype, values }: Initializer): Onnx.ITensorProto {
  return { name, dims: shape.slice(), dataType: onnxElementTypes[dtype], rawData: bytesOf(values) };
}

function bytesOf(values: ConstantValues): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function valueInfo({ name, shape, dtype }: Value): Onnx.IValueInfoProto {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: onnxElementTypes[dtype], shape: { dim } } } };
}

/** The bytes of an ONNX file with this graph. Standard operators only, so that any ONNX Runtime can run it. */
export function encodeModel(name: string, graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const model: Onnx.IModelProto = {
    irVersion,
    producerName: 'residua',
    opsetImport: [{ domain: '', version: Math.max(opset, graph.opset) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
      initializer: [
        ...graph.initializers.map(encodeInitializer),
        ...graph.foreignInitializers.map(({ name, proto }) => ({ ...proto, name })),
      ],
      node: graph.nodes.map((node) => ({
        opType: node.op,
        domain: node.domain,
        input: node.inputs.slice(),
        output: node.outputs.slice(),
        attribute: Object.entries(node.attributes).map(([key, value]) => encodeAttribute(key, value)),
      })),
    },
  };
  return onnx.ModelProto.encode(model).finish();
}
