/** How what was recorded when settings were those of every method is read now; as the tables are migrated, so are bundles. */
export { settingsAsParams } from '../../migrations/1765000700002-settingsAsParams.js';
