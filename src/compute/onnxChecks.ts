import type { onnx as Onnx } from 'onnx-proto';
import { problem, type ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import { weightProblems } from './onnxWeights.js';

/** Operator sets that are taken: what comes before has operators of another meaning, what comes after is not known. */
const [oldestOpset, newestOpset] = [13, 21];

/** TensorProto.DataLocation.EXTERNAL. */
const external = 1;

/** The version of the standard operators a model asks for; 0 when it asks for none. */
export function opsetOf(model: Onnx.IModelProto): number {
  const standard = (model.opsetImport ?? []).find(({ domain }) => !domain || domain === 'ai.onnx');
  return Number(standard?.version ?? 0);
}

/**
 * Everything that can be said about a model without running it, before a session is made: with bytes in hand ONNX Runtime
 * reads external data from the working directory.
 * @throws ProblemError see `importOnnx`.
 */
export function checkOnnxModel(item: string, model: Onnx.IModelProto, outputs: readonly string[]): void {
  const { graph } = model;
  if (!graph?.node?.length) throw problem('MODEL_INVALID', `${item} is no ONNX file, or an empty one`, { item });
  const nodes = graph.node;
  const tensors = [...(graph.initializer ?? []), ...nodes.flatMap(tensorsOf)];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-comparison -- the package declares the enum twice
  const outside = tensors.find((tensor) => tensor.dataLocation === external || tensor.externalData?.length);
  if (outside) {
    const message = `${item} keeps ${outside.name || 'a tensor'} in another file; save it with all data inside`;
    throw problem('MODEL_EXTERNAL_DATA', message, { item });
  }
  const problems: Problem[] = [];
  const add = (code: Problem['code'], message: string) => problems.push({ code, message: `${item}: ${message}`, item });
  const opset = opsetOf(model);
  if (opset < oldestOpset || opset > newestOpset) {
    add('MODEL_INVALID', `its operator set is ${opset}; ${oldestOpset} to ${newestOpset} are taken`);
  }
  const custom = nodes.find(({ domain }) => domain && domain !== 'ai.onnx');
  if (custom) add('MODEL_INVALID', `${custom.opType} of ${custom.domain} is no standard operator`);
  if (model.functions?.length) add('MODEL_INVALID', 'it defines functions of its own; export it without');
  if (graph.sparseInitializer?.length) add('MODEL_INVALID', 'it has sparse constants; export it with dense ones');
  const branching = nodes.find(({ attribute }) => attribute?.some((each) => each.g ?? each.graphs?.length));
  if (branching) add('MODEL_LAYER_UNSUPPORTED', `${branching.opType} is control flow; trace the network without`);
  // Control flow takes values from outside its branches.
  if (!branching) problems.push(...weightProblems(item, graph, tensors));
  problems.push(...endProblems(item, graph, outputs));
  throwIfProblems(problems);
}

/** Problems of input and outputs. */
function endProblems(item: string, graph: Onnx.IGraphProto, outputs: readonly string[]): Problem[] {
  const problems: ProblemError[] = [];
  const mismatch = (message: string) => problems.push(problem('MODEL_SHAPE_MISMATCH', `${item}: ${message}`, { item }));
  const constants = new Set((graph.initializer ?? []).map((tensor) => tensor.name));
  const inputs = (graph.input ?? []).filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1) {
    mismatch(`it has ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}); one is needed, the image`);
  }
  const made = new Set(graph.node!.flatMap(({ output }) => output ?? []));
  const missing = outputs.filter((name) => !made.has(name));
  if (missing.length > 0) {
    const own = (graph.output ?? []).map(({ name }) => name).join(', ');
    mismatch(`it computes nothing named ${missing.join(', ')}; its outputs are ${own}`);
  }
  return problems.flatMap((each) => each.problems);
}

function tensorsOf({ attribute }: Onnx.INodeProto): Onnx.ITensorProto[] {
  return (attribute ?? []).flatMap(({ t, tensors }) => [...(t ? [t] : []), ...(tensors ?? [])]);
}
