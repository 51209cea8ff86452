import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** An array of a golden file, row-major. */
export interface GoldenArray {
  shape: number[];
  data: Float32Array;
}

/** One case of a golden file. */
export interface GoldenCase {
  name: string;
  op: string;
  /** A plain value, or one of the array forms of the README; read them with {@link array}, {@link number} and {@link weights}. */
  inputs: Record<string, unknown>;
  expected: Record<string, unknown>;
  tolerance: { abs: number; rel: number; exact: string[]; absOf?: Record<string, number> };
  notes?: string;
}

type Numbers = ArrayLike<number | null | undefined>;

/** What a case may be compared with: a scalar, a list of numbers or anything with `data`. */
export type GoldenResult = number | null | undefined | Numbers | { data: Numbers; shape?: readonly number[] };

const folder = fileURLToPath(new URL('.', import.meta.url));
const sideFiles = new Map<string, Map<string, GoldenArray>>();

/** The cases of one operation, e.g. `goldenCases('07-sliding-windows', 'bag')` or `('detectors/draem/draem', 'ssim')`. @throws Error when there is none. */
export function goldenCases(topic: string, op: string): GoldenCase[] {
  const beside = topic.slice(0, topic.lastIndexOf('/') + 1);
  const file = JSON.parse(readFileSync(`${folder}${topic}.json`, 'utf8'), (key, value: unknown) =>
    key === 'file' ? beside + String(value) : value,
  ) as { cases: GoldenCase[] };
  const cases = file.cases.filter((each) => each.op === op);
  if (cases.length === 0) throw new Error(`${topic}.json has no case of '${op}'`);
  return cases;
}

/** Every tensor of a safetensors file beside this one; I64 becomes float32 (indices and counters only). */
export function safetensors(file: string): Map<string, GoldenArray> {
  const known = sideFiles.get(file);
  if (known) return known;
  const bytes = readFileSync(folder + file);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, GoldenArray>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [begin, end] = entry.data_offsets;
    // A copy, since the offset in the file need not be a multiple of the element size.
    const raw = Uint8Array.from(bytes.subarray(8 + headerLength + begin, 8 + headerLength + end)).buffer;
    const data = entry.dtype === 'I64' ? Float32Array.from(new BigInt64Array(raw), Number) : new Float32Array(raw);
    tensors.set(name, { shape: entry.shape, data });
  }
  sideFiles.set(file, tensors);
  return tensors;
}

/** An array in either form: in the JSON text or in a side file. @throws Error when the value is not an array. */
export function array(value: unknown): GoldenArray {
  const form = value as { shape?: number[]; data?: number[]; file?: string; tensor?: string };
  if (form?.shape && form.data) return { shape: form.shape, data: Float32Array.from(form.data) };
  if (form?.shape && form.file && form.tensor) {
    const found = safetensors(form.file).get(form.tensor);
    if (found) return found;
  }
  throw new Error(`not an array of a golden file: ${JSON.stringify(value)?.slice(0, 100)}`);
}

/** A number. @throws Error when the value is not one. */
export function number(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`not a number: ${JSON.stringify(value)?.slice(0, 100)}`);
  return value;
}

/** The weights of `{"file": "x.weights-y.safetensors"}` by their names. */
export function weights(value: unknown): Map<string, GoldenArray> {
  return safetensors((value as { file: string }).file);
}

/**
 * Compares every expected field with the result of the same name by the rules of the README. Fields of `except` are left
 * to the caller.
 */
export function expectGolden(
  golden: GoldenCase,
  results: Record<string, GoldenResult>,
  except: readonly string[] = [],
): void {
  for (const [field, expected] of Object.entries(golden.expected)) {
    if (except.includes(field)) continue;
    expect(results, golden.name).toHaveProperty(field);
    expectClose(
      expected,
      results[field],
      { ...golden.tolerance, abs: golden.tolerance.absOf?.[field] ?? golden.tolerance.abs },
      `${golden.name}: ${field}`,
      golden.tolerance.exact.includes(field),
    );
  }
}

/** Compares one value or array; `exact` asks for equality. */
export function expectClose(
  expected: unknown,
  result: GoldenResult,
  tolerance: { abs: number; rel: number },
  what: string,
  exact = false,
): void {
  const wanted = numbersOf(expected);
  const got = resultNumbers(result);
  const shape = (result as { shape?: readonly number[] } | null)?.shape;
  if (shape && isArrayForm(expected)) expect([...shape], `${what}: shape`).toEqual(expected.shape);
  expect(got.length, `${what}: count`).toBe(wanted.length);
  let wrong = 0;
  let first = '';
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [wanted[i], got[i]];
    if (agrees(a, b, exact ? { abs: 0, rel: 0 } : tolerance)) continue;
    if (wrong++ === 0) first = `element ${i}: expected ${a}, got ${b}`;
  }
  expect(wrong, `${what}: ${wrong} of ${wanted.length} elements differ; ${first}`).toBe(0);
}

function agrees(
  expected: number | null | undefined,
  got: number | null | undefined,
  tolerance: { abs: number; rel: number },
) {
  if (expected === null || expected === undefined) return got === null || got === undefined || Number.isNaN(got);
  if (got === null || got === undefined) return false;
  return Math.abs(got - expected) <= tolerance.abs + tolerance.rel * Math.abs(expected);
}

function isArrayForm(value: unknown): value is { shape: number[] } {
  return typeof value === 'object' && value !== null && 'shape' in value;
}

function numbersOf(value: unknown): Numbers {
  if (value === null || typeof value === 'number') return [value];
  const form = value as { data?: (number | null)[] };
  return form.data ?? array(value).data;
}

function resultNumbers(value: GoldenResult): Numbers {
  if (value === null || value === undefined || typeof value === 'number') return [value];
  return 'data' in value ? value.data : value;
}
