import { AsyncLocalStorage } from 'node:async_hooks';
import pino from 'pino';
import { currentTraceId } from './tracing.js';

export type Logger = pino.Logger;

/** What work belongs to: part of every line that is logged meanwhile. */
export interface LogContext {
  requestId?: string;
  jobId?: string;
  attempt?: number;
}

const contexts = new AsyncLocalStorage<LogContext>();

/** Runs with these fields in every line that is logged until what `run` returns has settled, whatever logger is used. */
export function withLogContext<T>(fields: LogContext, run: () => T): T {
  return contexts.run({ ...contexts.getStore(), ...fields }, run);
}

/** The fields of {@link withLogContext} at this place. */
export function logContext(): LogContext {
  return contexts.getStore() ?? {};
}

/**
 * JSON lines on standard error, so that standard output stays free for results. Secrets and what clients sent as variables are
 * left out. Level: `RESIDUA_LOG_LEVEL`, default `info`.
 */
export function createLogger(
  name: string,
  level = process.env['RESIDUA_LOG_LEVEL'] ?? 'info',
  destination: pino.DestinationStream = pino.destination(2),
): Logger {
  return pino({ ...options, name, level }, destination);
}

const secretKeys = ['authorization', 'apiToken', 'token', 'password', 'databaseUrl', 'variables', 'connectionParams'];

const options: pino.LoggerOptions = {
  base: { pid: process.pid },
  redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
  serializers: { err: describeError },
  mixin: () => {
    const traceId = currentTraceId();
    return traceId === undefined ? { ...logContext() } : { ...logContext(), traceId };
  },
  hooks: { streamWrite: withoutSecrets },
};

/** Passwords in addresses and bearer tokens, wherever in a line they stand. */
function withoutSecrets(line: string): string {
  return line
    .replace(/(:\/\/[^\s:/@"]*):[^\s@/"]+@/g, '$1:[redacted]@')
    .replace(/\b(Bearer) [^\s"\\]+/gi, '$1 [redacted]');
}

/** Without the parameters of a statement and the values of a row, which database errors carry. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const { code, query } = error as { code?: unknown; query?: unknown };
  return {
    type: name,
    message,
    stack,
    ...(code === undefined ? {} : { code }),
    ...(typeof query === 'string' ? { query } : {}),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
