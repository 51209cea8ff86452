export { createDataSource, type DataSourceOptions } from './dataSource.js';
export { migrate, pendingMigrations, revertLastMigration, schemaDrift } from './migrate.js';
