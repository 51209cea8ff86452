import type { PostgresWatchEvents } from '../../database/index.js';
import type { ResiduaConfig } from '../../shared/config.js';
import { createLogger } from '../../shared/logger.js';
import type { StopSequence } from '../processes/stopSequence.js';

/**
 * The configuration with a database in it: the one it names, or the embedded one, started here and stopped by `stops` when no
 * other process needs it. With `watch` it is started again when it ends before.
 */
export async function openDatabase(
  config: ResiduaConfig,
  stops: StopSequence,
  watch?: PostgresWatchEvents,
): Promise<ResiduaConfig & { databaseUrl: string }> {
  if (config.databaseUrl !== undefined) return { ...config, databaseUrl: config.databaseUrl };
  const { closeFolders, startEmbeddedPostgres, watchEmbeddedPostgres } = await import('../../database/index.js');
  // Before the server is placed: it may need its own way in.
  closeFolders(config, createLogger('folders'));
  const postgres = await startEmbeddedPostgres(config.home);
  stops.add('database', () => postgres.stop());
  if (watch) stops.add('watch over the database', watchEmbeddedPostgres(config.home, postgres, watch));
  return { ...config, databaseUrl: postgres.url };
}
