import { randomUUID } from 'node:crypto';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { faultCodes, type FaultCode } from '../../shared/errorCodes.js';
import { FaultError, ProblemError } from '../../shared/errors.js';
import { databaseFault } from '../../shared/databaseFault.js';
import type { Logger } from '../../shared/logger.js';

/** More errors than this are left out of an answer. */
export const mostErrors = 5;

const longestMessage = 1_000;

/** The code of what is wrong with an error we made or graphql-js made for the client. */
function isFaultCode(code: unknown): code is FaultCode {
  return faultCodes.some((known) => known === code);
}

/** The errors a client sees of a list: at most {@link mostErrors}, each masked or shown. */
export function presentErrors(errors: readonly GraphQLError[], logger: Logger): GraphQLFormattedError[] {
  return errors.slice(0, mostErrors).map((error) => presentError(error, logger));
}

/**
 * What a client sees of an error, on every transport: faults as they are; everything unexpected under a reference, its cause in the log.
 */
export function presentError(error: GraphQLError, logger: Logger): GraphQLFormattedError {
  const { locations, path } = error.toJSON();
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  const known = knownFault(error);
  if (known?.code === 'SERVICE_UNAVAILABLE') logger.warn({ path: path?.join('.'), err: causeOf(error) }, known.message);
  if (known) {
    return { message: clientMessage(known.message), ...place, extensions: { ...known.details, code: known.code } };
  }
  const reference = randomUUID();
  logger.error({ reference, path: path?.join('.'), err: causeOf(error) }, 'an operation failed unexpectedly');
  const message = `Internal error. Reference: ${reference}`;
  return { message, ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

interface Fault {
  code: FaultCode;
  message: string;
  details?: FaultError['details'];
}

function knownFault(error: GraphQLError): Fault | undefined {
  const cause = causeOf(error);
  if (cause instanceof FaultError) return cause;
  if (cause instanceof ProblemError) {
    return { code: isFaultCode(cause.code) ? cause.code : 'BAD_USER_INPUT', message: cause.problems[0]!.message };
  }
  const ofDatabase = databaseFault(cause);
  if (ofDatabase) return ofDatabase;
  if (isTokenLimit(error)) return { code: 'QUERY_TOO_COMPLEX', message: error.message };
  if (isVariableError(error)) return { code: 'BAD_USER_INPUT', message: error.message };
  const code = chainOf(error)
    .map(ownCode)
    .findLast((found) => found !== undefined && found !== 'INTERNAL_SERVER_ERROR');
  if (code === undefined) return undefined;
  return { code: isFaultCode(code) ? code : 'BAD_REQUEST', message: error.message };
}

/** The code somebody gave to a GraphQLError; not one it took over from whatever a resolver threw. */
function ownCode(error: Error): unknown {
  if (!(error instanceof GraphQLError)) return undefined;
  const inner = error.originalError as { extensions?: unknown } | undefined;
  return error.extensions === inner?.extensions ? undefined : error.extensions['code'];
}

/** The error and what it wraps, outermost first. */
function chainOf(error: Error): Error[] {
  const inner = error instanceof GraphQLError ? error.originalError : undefined;
  return inner ? [error, ...chainOf(inner)] : [error];
}

function causeOf(error: Error): Error {
  return chainOf(error).at(-1)!;
}

function isTokenLimit(error: GraphQLError): boolean {
  return /^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(error.message);
}

/** graphql-js reports variables of a wrong type at their definition, without a path. */
function isVariableError(error: GraphQLError): boolean {
  return !error.path && error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION && error.message.startsWith('Variable "$');
}

/** Without hints at the schema, and not longer than a screen: graphql-js quotes values in full. */
function clientMessage(message: string): string {
  const text = message.replace(/\s*Did you mean .*$/s, '').trim();
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}
