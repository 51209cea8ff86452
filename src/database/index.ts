export { createDataSource, type DataSourceOptions, poolUsage } from './dataSource.js';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/embeddedPostgres.js';
export { migrate, pendingMigrations, revertLastMigration, schemaDrift } from './migrate.js';
export {
  callQueueOf,
  poolExecutor,
  queueOf,
  type SqlExecutor,
  transactionExecutor,
  type WorkerCall,
} from './queueSchema.js';
