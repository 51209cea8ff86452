import type { onnx as Onnx } from 'onnx-proto';
import { elementCount } from '../shared/compute.js';
import type { Problem } from '../shared/errors.js';

/** Bytes of an element by TensorProto.DataType; tensors of other types are left to ONNX Runtime. */
const elementBytes: Readonly<Record<number, number>> = { 1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8 };
/** TensorProto.DataType.FLOAT. */
const float = 1;
/** What a protobuf message can hold. */
const longestTensor = 2 ** 31;

/** Problems of a graph's constants: bytes that are not those of the shape, NaN, sizes out of reach, and constants that are not there. */
export function weightProblems(
  item: string,
  graph: Onnx.IGraphProto,
  constants: readonly Onnx.ITensorProto[],
): Problem[] {
  const problems = constants.flatMap((tensor): Problem[] => {
    const found = tensorProblem(tensor);
    return found
      ? [{ code: found[0], message: `${item}: tensor ${tensor.name || 'without a name'} ${found[1]}`, item }]
      : [];
  });
  const missing = missingValues(graph);
  return [
    ...problems,
    ...missing.map((name): Problem => ({
      code: 'MODEL_WEIGHTS_INVALID',
      message: `${item}: tensor ${name} is missing`,
      item,
    })),
  ];
}

function tensorProblem({
  dims,
  dataType,
  rawData,
  floatData,
}: Onnx.ITensorProto): [Problem['code'], string] | undefined {
  const shape = (dims ?? []).map(Number);
  const size = elementBytes[Number(dataType)];
  if (size === undefined) return undefined;
  const expected = elementCount(shape) * size;
  const named = `of shape [${shape.join(', ')}]`;
  if (expected > longestTensor)
    return ['MODEL_TOO_LARGE', `${named} would have ${expected} bytes; at most ${longestTensor} are possible`];
  // Other types keep short data in fields of their own.
  const bytes = rawData?.length ? rawData.length : dataType === float ? 4 * (floatData?.length ?? 0) : expected;
  if (bytes !== expected) return ['MODEL_WEIGHTS_INVALID', `${named} has ${bytes} bytes; expected ${expected}`];
  const at = dataType === float ? floats(rawData, floatData).findIndex(Number.isNaN) : -1;
  return at < 0 ? undefined : ['MODEL_NON_FINITE', `holds NaN at place ${at}`];
}

function floats(
  raw: Uint8Array | null | undefined,
  data: readonly number[] | null | undefined,
): Float32Array | readonly number[] {
  // A copy, since bytes inside a message begin anywhere.
  return raw?.length ? new Float32Array(new Uint8Array(raw).buffer) : (data ?? []);
}

/** What nodes take that nothing gives; nothing is known of a graph without inputs. */
function missingValues({ node, input, initializer }: Onnx.IGraphProto): string[] {
  if (!input?.length) return [];
  const given = new Set([...input, ...(initializer ?? [])].map(({ name }) => name));
  for (const { output } of node ?? []) output?.forEach((name) => given.add(name));
  const taken = new Set((node ?? []).flatMap((each) => each.input ?? []).filter((name) => name !== ''));
  return [...taken].filter((name) => !given.has(name));
}
