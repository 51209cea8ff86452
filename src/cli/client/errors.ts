import { problem, ProblemError, type Problem } from '../../shared/errors.js';
import type { Payload, UserError } from './operations/index.js';

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

/** The payload itself. @throws ProblemError with every one of its `userErrors`. */
export function accepted<P extends Payload>(payload: P): P {
  const [first, ...rest] = payload.userErrors.map(toProblem);
  if (first) throw new ProblemError([first, ...rest]);
  return payload;
}

/** The thing a payload or `node` promised. @throws ProblemError NOT_FOUND when it is null. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) {
    throw problem('NOT_FOUND', `${what} does not exist on this server`, { item: what });
  }
  return value;
}

/** The GraphQL `UserError` as a problem of ours. */
export function toProblem({ code, message, field, item }: UserError): Problem {
  return { code, message, ...(field && { field }), ...(item !== null && { item }) };
}
