import { buildSchema } from '../graphql/index.js';
import type { ResiduaConfig } from '../shared/config.js';
import { createLogger } from '../shared/logger.js';
import { startHttpServer } from './http/httpServer.js';
import { openRuntime } from './runtime.js';

export interface Api {
  /** What clients put before paths, e.g. `http://127.0.0.1:4000`; GraphQL is at `/graphql`. */
  url: string;
  /** Sends WebSocket clients away (1001), lets requests under way end, closes the database; within 15 s. */
  stop(): Promise<void>;
}

/** Starts the API of an installation whose database has been migrated. */
export async function startApi(config: ResiduaConfig & { databaseUrl: string }): Promise<Api> {
  const logger = createLogger('api');
  const runtime = await openRuntime(config);
  try {
    await runtime.services.projects.default();
    const { services, blobs } = runtime;
    const server = await startHttpServer({ config, schema: await buildSchema(), services, blobs, logger });
    logger.info({ url: server.url }, 'listening');
    return {
      url: server.url,
      stop: async () => {
        // Sockets close before the feed ends: a client must not take the end of the server for the end of its job.
        await server.stop();
        await runtime.stop();
      },
    };
  } catch (error) {
    await runtime.stop();
    throw error;
  }
}
