import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;

/** Operators whose axes became an input with operator set 18. */
const reductions = new Set([
  ...['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
  ...['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'],
]);

/** A node in the form of operator set 18, and the constants that it needs for it. */
export interface UpgradedNode {
  node: Onnx.INodeProto;
  constants: Onnx.ITensorProto[];
}

/**
 * Nodes of operator sets 13 to 17 in the form of 18: what changed in between are the axes of reductions and the parts of
 * Split. Everything else means the same in both.
 * @param name a name for a constant, which no other value has.
 */
export function upgradedNode(node: Onnx.INodeProto, opset: number, name: string): UpgradedNode {
  if (opset >= 18) return { node, constants: [] };
  const axes = node.attribute?.find((each) => each.name === 'axes');
  if (reductions.has(node.opType!) && axes) {
    const values = BigInt64Array.from((axes.ints ?? []).map(Number), BigInt);
    const constant: Onnx.ITensorProto = {
      name,
      dims: [values.length],
      dataType: onnx.TensorProto.DataType.INT64,
      rawData: new Uint8Array(values.buffer),
    };
    const attribute = node.attribute!.filter((each) => each !== axes);
    return { node: { ...node, input: [...node.input!, name], attribute }, constants: [constant] };
  }
  if (node.opType === 'Split' && !node.input?.[1]) {
    const parts = { name: 'num_outputs', type: onnx.AttributeProto.AttributeType.INT, i: node.output!.length };
    return { node: { ...node, attribute: [...(node.attribute ?? []), parts] }, constants: [] };
  }
  return { node, constants: [] };
}
