import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';
import { RandomSource } from '../../src/shared/random.js';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

/** A float tensor with random values. */
function randomTensor(name: string, dims: number[], random: RandomSource): Onnx.ITensorProto {
  const fanIn = dims.slice(1).reduce((product, size) => product * size, 1);
  const count = dims.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length: count }, () => random.normal() * Math.sqrt(2 / fanIn));
  return { name, dims, dataType: DataType.FLOAT, rawData: new Uint8Array(values.buffer) };
}

const ints = (name: string, values: number[]) => ({ name, type: AttributeType.INTS, ints: values });
const int = (name: string, i: number) => ({ name, type: AttributeType.INT, i });
const sizes = (dims: readonly (number | string)[]) => ({
  dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })),
});

export interface NetworkFile {
  opset?: number;
  /** Of the input; texts are open sizes. Default `['n', 3, 'h', 'w']`. */
  input?: readonly (number | string)[];
  /** Of `fine`; even. Default 16. */
  channels?: number;
  /** Changes the model before it is encoded. */
  change?: (model: Onnx.IModelProto) => void;
}

/**
 * A small network as an ONNX file: `fine` `[n, 16, h/8, w/8]` and `coarse` `[n, 24, h/16, w/16]` by strided convolutions, in
 * between a mean over space (whose axes are an attribute up to operator set 17) and a split.
 */
export function networkFile({
  opset = 17,
  input = ['n', 3, 'h', 'w'],
  channels = 16,
  change,
}: NetworkFile = {}): Uint8Array {
  const random = RandomSource.fromSeed(5);
  const stride = (step: number) => [ints('kernel_shape', [step, step]), ints('strides', [step, step])];
  const model: Onnx.IModelProto = {
    irVersion: 8,
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'network',
      input: [{ name: 'image', type: { tensorType: { elemType: DataType.FLOAT, shape: sizes(input) } } }],
      output: ['fine', 'coarse'].map((name) => ({
        name,
        type: { tensorType: { elemType: DataType.FLOAT, shape: sizes(['n', 'c', 'rows', 'columns']) } },
      })),
      initializer: [
        randomTensor('stem', [channels, 3, 8, 8], random),
        randomTensor('down', [24, channels, 2, 2], random),
        ...(opset >= 18
          ? [{ name: 'axes', dims: [2], dataType: DataType.INT64, int64Data: [2, 3] } as Onnx.ITensorProto]
          : []),
      ],
      node: [
        { opType: 'Conv', input: ['image', 'stem'], output: ['raw'], attribute: stride(8) },
        opset >= 18
          ? { opType: 'ReduceMean', input: ['raw', 'axes'], output: ['mean'], attribute: [int('keepdims', 1)] }
          : { opType: 'ReduceMean', input: ['raw'], output: ['mean'], attribute: [ints('axes', [2, 3])] },
        { opType: 'Sub', input: ['raw', 'mean'], output: ['centred'] },
        {
          opType: 'Split',
          input: ['centred'],
          output: ['left', 'right'],
          attribute: [int('axis', 1), ...(opset >= 18 ? [int('num_outputs', 2)] : [])],
        },
        { opType: 'Concat', input: ['right', 'left'], output: ['swapped'], attribute: [int('axis', 1)] },
        { opType: 'Relu', input: ['swapped'], output: ['fine'] },
        { opType: 'Conv', input: ['fine', 'down'], output: ['coarse'], attribute: stride(2) },
      ],
    },
  };
  change?.(model);
  return onnx.ModelProto.encode(model).finish();
}

/** What the plugin `onnx` is told about {@link networkFile}. */
export const networkLayers = [
  { output: 'fine', channels: 16, stride: 8 },
  { output: 'coarse', channels: 24, stride: 16 },
];
