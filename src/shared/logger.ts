import pino from 'pino';

export type Logger = pino.Logger;

/** JSON lines on standard error, so that standard output stays free for results. Level: `RESIDUA_LOG_LEVEL`, default `info`. */
export function createLogger(name: string, level = process.env['RESIDUA_LOG_LEVEL'] ?? 'info'): Logger {
  return pino({ name, level, base: { pid: process.pid } }, pino.destination(2));
}
