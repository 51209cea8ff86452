import type { Logger } from 'typeorm';
import type { TestDatabase } from './database.js';

/** Gives a function that runs some work and answers the SQL statements it sent through the database's data source. */
export function useStatements(database: TestDatabase): (work: () => Promise<unknown>) => Promise<string[]> {
  return async (work) => {
    const { dataSource } = database;
    const statements: string[] = [];
    const usual = dataSource.logger;
    dataSource.logger = Object.assign(Object.create(usual) as Logger, {
      logQuery: (statement: string) => void statements.push(statement),
    });
    try {
      await work();
    } finally {
      dataSource.logger = usual;
    }
    return statements;
  };
}
