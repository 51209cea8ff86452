import type { Logger as TypeormLogger } from 'typeorm';
import type { Logger } from '../shared/logger.js';

/** Sends what TypeORM says into the log; by itself it would write to standard output, which belongs to results. */
export class LoggerForTypeorm implements TypeormLogger {
  constructor(private readonly logger: Logger) {}

  logQuery(query: string): void {
    this.logger.trace({ query }, 'query');
  }

  /** Not an error here: the query's promise rejects, and whoever awaits it decides. */
  logQueryError(error: string | Error, query: string): void {
    this.logger.debug({ query, error: String(error) }, 'a query failed');
  }

  logQuerySlow(milliseconds: number, query: string): void {
    this.logger.warn({ query, milliseconds }, 'a query was slow');
  }

  logSchemaBuild(message: string): void {
    this.logger.debug(message);
  }

  logMigration(message: string): void {
    this.logger.debug(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    this.logger[level === 'warn' ? 'warn' : 'debug'](String(message));
  }
}
