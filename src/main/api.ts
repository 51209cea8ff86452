import { buildSchema } from '../graphql/index.js';
import type { ResiduaConfig } from '../shared/config.js';
import { createLogger } from '../shared/logger.js';
import { startHttpServer } from './http/httpServer.js';
import { ApiMetrics } from './metrics/apiMetrics.js';
import { measureJobs } from './metrics/jobMetrics.js';
import { startMetrics } from './metrics/metricsServer.js';
import { measureModels } from './metrics/monitoringMetrics.js';
import { measurePool } from './metrics/poolMetrics.js';
import { measureRefusals } from './metrics/refusalMetrics.js';
import { measureStorage } from './metrics/storageMetrics.js';
import { refuseOpenListener } from './openListener.js';
import { openRuntime } from './runtime.js';
import { startTracing } from './tracing.js';

export interface Api {
  /** What clients put before paths, e.g. `http://127.0.0.1:4000`; GraphQL is at `/graphql`. */
  url: string;
  /** Where Prometheus reads; undefined when the configuration has no port for it. */
  metricsUrl: string | undefined;
  /** Link for the first administrator, while there is nobody who could sign in with a password. In no log: it lets somebody in. */
  firstInvitation: { url: string; expiresAt: Date } | undefined;
  /** Sends WebSocket clients away (1001), lets requests under way end, closes the database; within 15 s. */
  stop(): Promise<void>;
}

/**
 * Starts the API of an installation whose database has been migrated.
 * @throws ProblemError CONFIG_INVALID where others could reach it and nobody decided that they may.
 */
export async function startApi(config: ResiduaConfig & { databaseUrl: string }): Promise<Api> {
  refuseOpenListener(config);
  const logger = createLogger('api');
  const tracing = await startTracing(config.tracing, 'residua-api');
  const metrics = await startMetrics(config.metrics, logger);
  const measured = new ApiMetrics(metrics.registry);
  const runtime = await openRuntime(config, measured.eventDelivered);
  const stop = async () => {
    await runtime.stop();
    await metrics.stop();
    await tracing.stop();
  };
  try {
    const { services, blobs, pixels, feed, changes, dataSource, signals } = runtime;
    await services.projects.default();
    const schema = await buildSchema();
    const { requestAnswered } = measured;
    const server = await startHttpServer({
      ...{ config, schema, services, blobs, pixels, logger, requestAnswered },
      accessSignals: (changed) => signals.listen('access_changed', changed),
    });
    measured.watch(server.sockets, [feed, changes]);
    measureJobs(metrics.registry, () => services.jobs.statistics());
    measureModels(metrics.registry, () => services.monitoring.served());
    measurePool(metrics.registry, dataSource);
    measureRefusals(metrics.registry);
    measureStorage(metrics.registry, blobs);
    logger.info({ url: server.url }, 'listening');
    if (config.apiToken) logger.warn('RESIDUA_API_TOKEN opens everything to whoever knows it');
    const invitation = config.localAccounts ? await services.localAccounts.inviteFirst() : undefined;
    return {
      url: server.url,
      metricsUrl: metrics.url,
      firstInvitation: invitation && {
        url: `${server.url}/invitations/${invitation.code}`,
        expiresAt: invitation.expiresAt,
      },
      stop: async () => {
        // Sockets close before the feed ends: a client must not take the end of the server for the end of its job.
        await server.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
