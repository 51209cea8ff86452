import path from 'node:path';
import { createCompute, importOnnx, tensorCount } from '../compute/index.js';
import { hideSecrets } from '../plugin-host/index.js';
import type { ResiduaConfig } from '../shared/config.js';
import { createLogger } from '../shared/logger.js';
import { startWork } from '../worker/worker.js';
import { SinkConnections } from '../services/sinks/sinkConnections.js';
import { SinkDispatcher } from '../services/sinks/sinkDispatcher.js';
import { SourceConnections } from '../services/sources/sourceConnections.js';
import { SourceDispatcher } from '../services/sources/sourceDispatcher.js';
import { WebhookDispatcher } from '../services/webhooks/webhookDispatcher.js';
import { modelsOf } from './plugins.js';
import { startMetrics } from './metrics/metricsServer.js';
import { measurePool } from './metrics/poolMetrics.js';
import { measureRefusals } from './metrics/refusalMetrics.js';
import { countPredictions, measureWorker } from './metrics/workerMetrics.js';
import { periodicLooks } from './periodicLooks.js';
import { openRuntime } from './runtime.js';
import { startTracing } from './tracing.js';

/** A worker process's work. */
export interface RunningWorker {
  stop(): Promise<void>;
  /** Resolves when its GPU has failed: the process is to end, and whoever keeps it starts another one. */
  engineLost: Promise<unknown>;
}

/** Starts a worker process's work on a migrated database. */
export async function startWorker(config: ResiduaConfig & { databaseUrl: string }): Promise<RunningWorker> {
  const log = createLogger('worker');
  const tracing = await startTracing(config.tracing, 'residua-worker');
  const metrics = await startMetrics(config.metrics, log);
  const reason = config.compute && `RESIDUA_COMPUTE=${config.compute}`;
  const compute = await createCompute({ engine: config.compute, bytes: config.computeBytes, reason });
  log.info(compute.environment, `computing with ${compute.engine}`);
  const runtime = await openRuntime(config);
  const { services, blobs, pixels, registry, queue, calls } = runtime;
  // All of it was read; what runs from here on may be code of plugins.
  hideSecrets(process.env);
  const files = { cacheDirectory: path.join(config.home, 'cache'), importOnnx };
  const { checkpointSeconds, stepTimeoutSeconds } = config.worker;
  const predicted = countPredictions(metrics.registry);
  const { limits } = config;
  const settings = { checkpointSeconds, stepTimeoutSeconds, limits };
  const parts = {
    services,
    blobs,
    pixels,
    registry,
    compute,
    files,
    models: modelsOf(config),
    ...settings,
    predicted,
    sources: new SourceConnections(registry, config),
    sinks: new SinkConnections(registry, config),
    log,
  };
  const work = await startWork(parts, config.worker, queue, calls);
  measureWorker(metrics.registry, { tensors: tensorCount, jobs: () => queue.runningCount });
  measurePool(metrics.registry, runtime.dataSource);
  measureRefusals(metrics.registry);
  const looks = periodicLooks(runtime, config);
  for (const look of looks) look.start();
  const webhooks = new WebhookDispatcher(runtime.dataSource, runtime.signals, config);
  webhooks.start();
  const sinks = new SinkDispatcher(runtime.dataSource, runtime.signals, parts.sinks);
  sinks.start();
  const sources = new SourceDispatcher(runtime.dataSource, queue, parts.sources);
  sources.start();
  return {
    engineLost: work.engineLost,
    stop: async () => {
      await Promise.all([...looks, webhooks, sinks, sources].map((one) => one.stop()));
      // Side by side: a job that is given back must not wait for the answer of a prediction.
      await Promise.all([work.stop(), queue.stop()]);
      await runtime.stop();
      await compute.dispose();
      await metrics.stop();
      await tracing.stop();
    },
  };
}
