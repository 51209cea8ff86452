import type { DataSource } from 'typeorm';
import { closeFolders, createDataSource } from '../database/index.js';
import type { BlobStore } from '../files/index.js';
import { DatabaseSignals, JobEventFeed, JobQueue, ProjectChangeFeed, WorkerCalls } from '../jobs/index.js';
import type { PluginRegistry } from '../plugin-host/index.js';
import type { Services } from '../services/index.js';
import { PixelProcesses } from '../services/pixel-process/pixelProcesses.js';
import type { ResiduaConfig } from '../shared/config.js';
import { armFailpoints } from '../shared/failpoints.js';
import { createLogger } from '../shared/logger.js';
import { openBlobStore } from './openBlobStore.js';
import { loadPlugins } from './plugins.js';
import { createServices } from './services.js';

/** What a process of Residua is made of, API and worker alike. */
export interface Runtime {
  config: ResiduaConfig;
  dataSource: DataSource;
  queue: JobQueue;
  feed: JobEventFeed;
  changes: ProjectChangeFeed;
  calls: WorkerCalls;
  blobs: BlobStore;
  registry: PluginRegistry;
  signals: DatabaseSignals;
  /** They begin when they are needed. */
  pixels: PixelProcesses;
  services: Services;
  /** Ends jobs, followers and database connections, in this order. */
  stop(): Promise<void>;
}

/**
 * Connects to database and blob store and loads the plugins. The database has been migrated.
 * @param eventDelivered told how many seconds ago an event happened that a follower of a job has been waiting for.
 */
export async function openRuntime(
  config: ResiduaConfig & { databaseUrl: string },
  eventDelivered?: (lagSeconds: number) => void,
): Promise<Runtime> {
  armFailpoints(config.failpoints);
  closeFolders(config, createLogger('folders'));
  const registry = await loadPlugins(config);
  const blobs = await openBlobStore(config);
  const dataSource = await createDataSource(config.databaseUrl).initialize();
  const signals = new DatabaseSignals(dataSource);
  await signals.start();
  const queue = new JobQueue(dataSource, signals);
  const feed = new JobEventFeed(dataSource, signals, eventDelivered);
  const changes = new ProjectChangeFeed(dataSource, signals);
  const calls = new WorkerCalls(dataSource, signals);
  const pixels = new PixelProcesses(config.limits);
  const services = createServices({
    config,
    dataSource,
    signals,
    queue,
    feed,
    changes,
    calls,
    blobs,
    registry,
    pixels,
  });
  return {
    ...{ config, dataSource, signals, queue, feed, changes, calls, blobs, registry, pixels, services },
    stop: async () => {
      await calls.stop();
      pixels.stop();
      await queue.stop();
      feed.stop();
      changes.stop();
      await services.auditEvents.stop();
      await services.shadows.stop();
      await services.predictionLog.stop();
      await signals.stop();
      await dataSource.destroy();
    },
  };
}
