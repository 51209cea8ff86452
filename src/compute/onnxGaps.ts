import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';
import { missingChannels, type Gaps } from './tracer/gaps.js';

const { onnx } = onnxProto;

/** Nodes that stand in the place of one, and the constants that they need. */
export interface FilledGap {
  nodes: Onnx.INodeProto[];
  constants: Onnx.ITensorProto[];
}

/**
 * A node as a provider with gaps computes it rightly: before a `Conv` zeros are added to the channels of data and filter
 * (see {@link missingChannels}). Only where the filter is a constant of the file; the shape of another is not known.
 * @param shapes of the file's constants, by their names.
 * @param name a name for new values, which no other value begins with.
 */
export function withoutGap(
  node: Onnx.INodeProto,
  shapes: ReadonlyMap<string, readonly number[]>,
  gaps: Gaps,
  name: string,
): FilledGap {
  const [data = '', filter = '', ...others] = node.input ?? [];
  const shape = shapes.get(filter);
  const isGrouped = node.attribute?.some((each) => each.name === 'group' && Number(each.i) !== 1);
  if (!gaps.convChannels || node.opType !== 'Conv' || !shape || isGrouped) return { nodes: [node], constants: [] };
  const missing = missingChannels(shape[1]!, shape[0]!);
  if (missing === 0) return { nodes: [node], constants: [] };
  const [pads, widerData, widerFilter] = ['pads', 'data', 'filter'].map((part) => `${name}.${part}`) as [
    ...[string, string, string],
  ];
  const added = [...shape.map(() => 0), ...shape.map((_, axis) => (axis === 1 ? missing : 0))];
  return {
    nodes: [
      { opType: 'Pad', input: [data, pads], output: [widerData] },
      { opType: 'Pad', input: [filter, pads], output: [widerFilter] },
      { ...node, input: [widerData, widerFilter, ...others] },
    ],
    constants: [
      {
        name: pads,
        dims: [added.length],
        dataType: onnx.TensorProto.DataType.INT64,
        rawData: new Uint8Array(BigInt64Array.from(added, BigInt).buffer),
      },
    ],
  };
}

/** Shapes of a file's constants, by their names. */
export function constantShapes({ initializer, node }: Onnx.IGraphProto): Map<string, readonly number[]> {
  const kept = (initializer ?? []).map((tensor) => [tensor.name!, tensor] as const);
  const made = (node ?? []).flatMap(({ opType, output, attribute }) => {
    const tensor = opType === 'Constant' && attribute?.find((each) => each.name === 'value')?.t;
    return tensor ? [[output![0]!, tensor] as const] : [];
  });
  return new Map([...kept, ...made].map(([name, { dims }]) => [name, (dims ?? []).map(Number)]));
}
