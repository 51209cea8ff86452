import { engine, getBackend, type Tensor } from '@tensorflow/tfjs-core';
import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';
import './engines/quietRuntime.js';
import * as ort from 'onnxruntime-node';
import type { OnnxNetwork } from '../shared/compute.js';
import { elementCount } from '../shared/compute.js';
import { problem, type ProblemError } from '../shared/errors.js';
import { checkOnnxModel, opsetOf } from './onnxChecks.js';
import { constantShapes, withoutGap } from './onnxGaps.js';
import type { Gaps } from './tracer/gaps.js';
import type { ForeignGraph, GraphNode, Value } from './tracer/graph.js';
import { activeTracer, tracingBackendName } from './tracer/tracingBackend.js';
import { upgradedNode } from './onnxUpgrades.js';

const { onnx } = onnxProto;

/**
 * Reads an ONNX file with one input, so that it can become a part of a traced graph.
 * @param file its bytes, and a name for messages.
 * @param outputs names of the values wanted, which need not be outputs of the file.
 * @throws ProblemError what `PluginContext.importOnnx` promises.
 */
export async function importOnnx(
  { name, bytes }: { name: string; bytes: Uint8Array },
  outputs: readonly string[],
): Promise<OnnxNetwork> {
  const model = decoded(name, bytes);
  checkOnnxModel(name, model, outputs);
  const graph = model.graph!;
  const constants = new Set(graph.initializer?.map((tensor) => tensor.name));
  const input = graph.input!.find((value) => !constants.has(value.name))!;
  // Values inside the network become its outputs; ONNX Runtime finds out their types.
  graph.output = outputs.map((output) => ({ name: output }));
  const encoded = onnx.ModelProto.encode(model).finish();
  await (await openSession(name, encoded)).release();
  return {
    inputShape: (input.type?.tensorType?.shape?.dim ?? []).map(({ dimValue }) => Number(dimValue ?? 0) || undefined),
    apply: (tensor, shapes) => applyTraced(name, model, input.name!, tensor, outputs, shapes),
    probe: (shape) => probe(name, encoded, input.name!, outputs, shape),
  };
}

function decoded(item: string, bytes: Uint8Array): Onnx.ModelProto {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch {
    throw problem('MODEL_INVALID', `${item} is no ONNX file, or only a part of one`, { item });
  }
}

async function openSession(item: string, bytes: Uint8Array): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 });
  } catch (error) {
    throw problem('MODEL_INVALID', `${item} cannot be run: ${shortReason(error)}`, { item });
  }
}

async function probe(
  item: string,
  bytes: Uint8Array,
  input: string,
  outputs: readonly string[],
  shape: readonly number[],
): Promise<number[][]> {
  const session = await openSession(item, bytes);
  try {
    const found = await session.run({
      [input]: new ort.Tensor('float32', new Float32Array(elementCount(shape)), shape),
    });
    return outputs.map((output) => {
      const { type, dims } = found[output]!;
      if (type !== 'float32') throw mismatch(item, `its output ${output} is ${type}; float32 is needed`);
      return [...dims];
    });
  } catch (error) {
    if ((error as ProblemError).name === 'ProblemError') throw error;
    throw mismatch(item, `it cannot take an input of shape [${shape.join(', ')}]: ${shortReason(error)}`);
  } finally {
    await session.release();
  }
}

function applyTraced(
  item: string,
  model: Onnx.IModelProto,
  input: string,
  tensor: Tensor,
  outputs: readonly string[],
  shapes: readonly (readonly number[])[],
): Tensor[] {
  if (getBackend() !== tracingBackendName) {
    const message = `${item} is an ONNX network, which runs on the compute engine onnxruntime only`;
    throw problem('CONFIG_INVALID', message, { item: 'RESIDUA_COMPUTE' });
  }
  const tracer = activeTracer();
  const builder = tracer.currentGraph();
  const prefix = `${builder.uniqueName('onnx')}/`;
  const values = outputs.map((output, i): Value => ({ name: prefix + output, shape: shapes[i]!, dtype: 'float32' }));
  const taken = builder.takeIn(
    foreignGraph(model, prefix, builder.gaps),
    { [prefix + input]: tracer.symbolOf(tensor) },
    values,
  );
  return taken.map((value) => engine().makeTensorFromTensorInfo(tracer.tensorInfo(value)));
}

/** The graph of a file with a prefix before every name, its nodes as the tracer's operator set has them and the provider computes them. */
function foreignGraph(model: Onnx.IModelProto, prefix: string, gaps: Gaps): ForeignGraph {
  const { node = [], initializer = [] } = model.graph!;
  const opset = opsetOf(model);
  const rename = (name: string) => (name === '' ? '' : prefix + name);
  const upgraded = node!.map((each, i) => upgradedNode(each, opset, `upgraded${i}`));
  const shapes = constantShapes(model.graph!);
  // A character that files' own names have no reason to start with.
  const filled = upgraded.map((each, i) => withoutGap(each.node, shapes, gaps, `#filled${i}`));
  const nodes = filled
    .flatMap((each) => each.nodes)
    .map((each): GraphNode => ({
      op: each.opType!,
      domain: '',
      inputs: (each.input ?? []).map(rename),
      outputs: (each.output ?? []).map(rename),
      attributes: Object.fromEntries((each.attribute ?? []).map((proto) => [proto.name!, { proto }])),
    }));
  const constants = [...initializer!, ...[...upgraded, ...filled].flatMap((each) => each.constants)];
  return { nodes, opset, initializers: constants.map((proto) => ({ name: rename(proto.name!), proto })) };
}

function mismatch(item: string, message: string): ProblemError {
  return problem('MODEL_SHAPE_MISMATCH', `${item}: ${message}`, { item });
}

/** The first line of ONNX Runtime's message without its own source files and functions. */
function shortReason(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  const withoutSources = line.replace(/\S*\.(cc|cpp|h|hpp):\d+ .*?\)(?= )/g, '').replace(/\S*\.(cc|cpp|h|hpp)\S*/g, '');
  return withoutSources.replace(/\s+/g, ' ').trim().slice(0, 200) || 'ONNX Runtime gives no reason';
}
