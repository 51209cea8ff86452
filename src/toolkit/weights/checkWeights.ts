import { sameShape, type HostTensor } from '../../shared/compute.js';
import { throwIfProblems, type Problem } from '../../shared/errors.js';

/** Problems listed of one file; the rest is counted. */
const listed = 20;

/**
 * The float32 tensors a network needs, out of those a file holds; others in the file are left out.
 * @param shapes of every parameter, by name.
 * @param item what the file is called in errors.
 * @throws ProblemError MODEL_WEIGHTS_INVALID for missing tensors and other shapes or types, MODEL_NON_FINITE for NaN and
 * infinite values: all of them at once, each with the tensor's name.
 */
export function checkWeights(
  tensors: Readonly<Record<string, HostTensor>>,
  shapes: Readonly<Record<string, readonly number[]>>,
  item: string,
): Record<string, HostTensor> {
  const problems = Object.entries(shapes).flatMap(([name, shape]) => weightProblems(name, tensors[name], shape, item));
  const more = problems.length - listed;
  const rest: Problem[] =
    more > 0 ? [{ code: problems[listed]!.code, message: `${item}: ${more} more of the kind`, item }] : [];
  throwIfProblems([...problems.slice(0, listed), ...rest]);
  return Object.fromEntries(Object.keys(shapes).map((name) => [name, tensors[name]!]));
}

function weightProblems(
  name: string,
  tensor: HostTensor | undefined,
  shape: readonly number[],
  item: string,
): Problem[] {
  const one = (code: Problem['code'], message: string): Problem[] => [{ code, message: `${item}: ${message}`, item }];
  const expected = `float32 [${shape.join(', ')}]`;
  if (!tensor) return one('MODEL_WEIGHTS_INVALID', `tensor ${name} is missing; expected ${expected}`);
  if (tensor.dtype !== 'float32' || !sameShape(tensor.shape, shape)) {
    const found = `${tensor.dtype} [${tensor.shape.join(', ')}]`;
    return one('MODEL_WEIGHTS_INVALID', `tensor ${name} is ${found}; expected ${expected}`);
  }
  const at = tensor.data.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? [] : one('MODEL_NON_FINITE', `tensor ${name} holds ${tensor.data[at]} at place ${at}`);
}
