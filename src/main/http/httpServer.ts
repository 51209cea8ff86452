import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { BlobStore } from '../../files/index.js';
import {
  checkToken,
  contextFactory,
  createApolloServer,
  graphqlRoute,
  graphqlWebSocket,
  handleErrors,
} from '../../graphql/index.js';
import type { Services } from '../../services/index.js';
import type { ResiduaConfig } from '../../shared/config.js';
import type { Logger } from '../../shared/logger.js';
import { blobRoutes } from './blobs.js';
import { graphiqlAssets, graphiqlPage } from './graphiql.js';
import { healthRoutes } from './health.js';
import { imageRoutes } from './images.js';
import { modelPredictionRoutes } from './modelPredictions.js';
import { uploadRoutes } from './uploads.js';

export interface HttpServerParts {
  config: Pick<
    ResiduaConfig,
    'host' | 'port' | 'publicUrl' | 'apiToken' | 'introspection' | 'allowedOrigins' | 'limits'
  >;
  schema: GraphQLSchema;
  services: Services;
  blobs: BlobStore;
  logger: Logger;
}

export interface HttpServer {
  /** What clients put before paths, e.g. `http://127.0.0.1:4000`. */
  url: string;
  /** The one it listens on. */
  port: number;
  /** Sends WebSocket clients away (1001), lets requests under way end, then closes; at most about 10 s. */
  stop(): Promise<void>;
}

const drainMilliseconds = 5_000;

/** Listens for GraphQL over HTTP and WebSocket, for files and for health checks, all on one port. */
export async function startHttpServer(parts: HttpServerParts): Promise<HttpServer> {
  const { config, schema, services, logger } = parts;
  let url = config.publicUrl ?? '';
  const newContext = contextFactory(services, logger, () => url);
  const apollo = createApolloServer({ schema, config, logger });
  await apollo.start();
  const app = fastify({
    bodyLimit: config.limits.requestBytes,
    forceCloseConnections: 'idle',
    // A model's name may have 200 characters, each up to 12 when encoded.
    routerOptions: { maxParamLength: 2_400 },
  });
  handleErrors(app, logger);
  graphqlRoute(app, {
    apollo,
    newContext,
    apiToken: config.apiToken,
    bodyLimit: config.limits.requestBytes,
    page: config.introspection ? graphiqlPage : undefined,
  });
  await addOtherRoutes(app, parts);
  const sockets = graphqlWebSocket(app.server, { schema, config, logger, newContext });
  await app.listen({ host: config.host, port: config.port });
  const { port } = app.server.address() as AddressInfo;
  url ||= listeningUrl(config.host, port);
  return {
    url,
    port,
    stop: async () => {
      await sockets.close(drainMilliseconds);
      const impatience = setTimeout(() => app.server.closeAllConnections(), drainMilliseconds);
      await app.close();
      clearTimeout(impatience);
      await apollo.stop();
    },
  };
}

async function addOtherRoutes(app: FastifyInstance, { config, services, blobs }: HttpServerParts): Promise<void> {
  healthRoutes(app, services);
  if (config.introspection) graphiqlAssets(app);
  await app.register((files, _options, done) => {
    files.addHook('onRequest', (request, _reply, next) => {
      checkToken(request, config.apiToken);
      next();
    });
    blobRoutes(files, blobs);
    imageRoutes(files, services, blobs);
    void files.register((models, _, modelsDone) => {
      modelPredictionRoutes(models, { services, blobs, limits: config.limits });
      modelsDone();
    });
    void files.register((uploads, _, uploadsDone) => {
      uploadRoutes(uploads, services);
      uploadsDone();
    });
    done();
  });
}

/** An address that a client on this machine can use, also when the server listens on all of them. */
function listeningUrl(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
