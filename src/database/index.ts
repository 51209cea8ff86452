export { type AuditNote, type NewAuditEvent, noteForAudit, withAuditTrail, writeAuditEvent } from './auditTrail.js';
export { closeFolders } from './closeFolders.js';
export { createDataSource, type DataSourceOptions, poolUsage } from './dataSource.js';
export { isForeignKeyViolation, isSerializationFailure, isUniqueViolation } from './databaseErrors.js';
export { blobColumns, type BlobReference, blobReferences } from './blobReferences.js';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/embeddedPostgres.js';
export { hasPlace as hasEmbeddedPostgres } from './embedded/place.js';
export { type PostgresWatchEvents, watchEmbeddedPostgres } from './embedded/watchPostgres.js';
export {
  executedMigrations,
  isUpgrade,
  migrate,
  migrateExactly,
  pendingMigrations,
  rehearseMigration,
  requireTables,
  revertLastMigration,
  schemaDrift,
} from './migrate.js';
export {
  callQueueOf,
  poolExecutor,
  queueOf,
  type SqlExecutor,
  transactionExecutor,
  type WorkerCall,
} from './queueSchema.js';
export { type CopiedTable, TableCopy } from './tableCopy.js';
export { storableJson } from './storableJson.js';
