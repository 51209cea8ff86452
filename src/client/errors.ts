import type { ErrorCode, ProblemFragment } from './generated/graphql.js';

/** What is wrong with one thing that was asked for. */
export interface Problem {
  code: ErrorCode;
  /** Names the item, the value and the rule. */
  message: string;
  /** Path of the input. */
  field?: readonly string[];
  /** File, image or whatever else it is about. */
  item?: string;
}

/**
 * What was asked for cannot be done: `userErrors` of a mutation, why a job failed, or that something is not there. Carries
 * every problem, not the first alone.
 */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(readonly problems: readonly [Problem, ...Problem[]]) {
    super(problems.map(({ code, message, item }) => `${code}${item ? ` (${item})` : ''}: ${message}`).join('\n'));
  }

  /** Of the first problem. */
  get code(): ErrorCode {
    return this.problems[0].code;
  }
}

/** Top-level errors of a GraphQL response: faults, limits, authentication. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(readonly errors: readonly [{ code: string; message: string }, ...{ code: string; message: string }[]]) {
    super(errors.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  }
}

/** Nobody answers at the server's address, or what answers does not speak GraphQL. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(
    readonly url: string,
    reason: string,
  ) {
    super(`no Residua server answers at ${url} (${reason})`);
  }
}

interface WireError {
  message?: string;
  extensions?: { code?: unknown };
}

/** {@link RequestError} from the `errors` of a response. */
export function requestError(errors: readonly WireError[]): RequestError {
  const [first, ...rest] = errors.map((error) => ({
    code: typeof error.extensions?.code === 'string' ? error.extensions.code : 'INTERNAL_SERVER_ERROR',
    message: error.message ?? 'no message',
  }));
  return new RequestError([first ?? { code: 'INTERNAL_SERVER_ERROR', message: 'no message' }, ...rest]);
}

/** A mutation's payload itself. @throws RefusedError with every one of its `userErrors`. */
export function accepted<Payload extends { userErrors: readonly ProblemFragment[] }>(payload: Payload): Payload {
  throwIfRefused(payload.userErrors.map(toProblem));
  return payload;
}

/** What a payload or query promised. @throws RefusedError NOT_FOUND when it is null. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw notFound(what);
  return value;
}

/**
 * The answer of `node(id)`, which is empty for an id of another kind of thing. The operation must select `id`.
 * @throws RefusedError NOT_FOUND for no such thing, or one of another kind.
 */
export function nodeOf<Node extends object>(node: Node | null, what: string): Extract<Node, { id: string }> {
  if (node === null || !('id' in node)) throw notFound(what);
  return node as Extract<Node, { id: string }>;
}

/** The GraphQL `UserError` as a problem. */
export function toProblem({ code, message, field, item }: ProblemFragment): Problem {
  return { code, message, ...(field && { field }), ...(item !== null && { item }) };
}

/** @throws RefusedError with all of them, when there are any. */
export function throwIfRefused(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first) throw new RefusedError([first, ...rest]);
}

/** {@link RefusedError} NOT_FOUND. */
export function notFound(what: string): RefusedError {
  return new RefusedError([{ code: 'NOT_FOUND', message: `${what} does not exist on this server`, item: what }]);
}
