import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Authenticator } from '../../access/index.js';
import type { GraphQLSchema } from 'graphql';
import type { BlobStore } from '../../files/index.js';
import {
  authenticate,
  carryPrincipals,
  contextFactory,
  createApolloServer,
  Documents,
  FileAddresses,
  graphqlRoute,
  graphqlWebSocket,
  handleErrors,
  RateLimits,
  sendError,
  type AccessSignals,
  type WebSocketEndpoint,
} from '../../graphql/index.js';
import { sessionCookie } from '../../services/access/hostCookie.js';
import type { Services } from '../../services/index.js';
import type { PixelProcesses } from '../../services/pixel-process/pixelProcesses.js';
import type { ResiduaConfig } from '../../shared/config.js';
import type { Logger } from '../../shared/logger.js';
import type { AnsweredRequest } from '../metrics/apiMetrics.js';
import { blobRoutes } from './blobs.js';
import { graphiqlAssets, graphiqlPage } from './graphiql.js';
import { crossOriginRules } from './crossOrigin.js';
import { healthRoutes } from './health.js';
import { followRequests } from './requests.js';
import { imageRoutes } from './images.js';
import { modelPredictionRoutes } from './modelPredictions.js';
import { protocolErrorOptions, refuseProtocolErrors } from './protocolErrors.js';
import { recordRefusals } from './recordRefusals.js';
import { refuseSlowBodies } from './slowBodies.js';
import { requireDeclaredRoutes } from './scopeOfRequest.js';
import { signInRoutes } from './sign-in/signInRoutes.js';
import { stationRoutes } from './stations.js';
import { studioRoutes } from './studio.js';
import { uploadRoutes } from './uploads.js';

export interface HttpServerParts {
  config: Pick<
    ResiduaConfig,
    | 'host'
    | 'port'
    | 'publicUrl'
    | 'apiToken'
    | 'oidc'
    | 'localAccounts'
    | 'trustedProxies'
    | 'introspection'
    | 'studio'
    | 'allowedOrigins'
    | 'allowedHosts'
    | 'limits'
    | 'rates'
  >;
  schema: GraphQLSchema;
  services: Services;
  blobs: BlobStore;
  pixels: PixelProcesses;
  logger: Logger;
  /** Tells when somebody's rights may have changed. */
  accessSignals: AccessSignals;
  /** Says who asks; the server's token decides when left out. */
  authenticator?: Authenticator;
  /** Called for every request that was answered. */
  requestAnswered?: (request: AnsweredRequest) => void;
}

export interface HttpServer {
  /** What clients put before paths, e.g. `http://127.0.0.1:4000`. */
  url: string;
  /** The one it listens on. */
  port: number;
  sockets: Pick<WebSocketEndpoint, 'connections' | 'slowSubscribers'>;
  /**
   * Takes no new connections, sends WebSocket clients away (1001) and lets requests under way end; within about 10 s. New
   * requests on connections that stay are refused, and `/readyz` says why.
   */
  stop(): Promise<void>;
}

/** How long WebSocket clients may take to leave, and requests to end. */
const farewellMilliseconds = 5_000;
const drainMilliseconds = 10_000;

/** Listens for GraphQL over HTTP and WebSocket, for files and for health checks, all on one port. */
export async function startHttpServer(parts: HttpServerParts): Promise<HttpServer> {
  const { config, schema, services, logger, accessSignals } = parts;
  let url = config.publicUrl ?? '';
  const addresses = new FileAddresses(await services.fileKeys.key(), () => url);
  const newContext = contextFactory(services, logger, addresses, () => url);
  const authenticator = parts.authenticator ?? services.authentication;
  const documents = new Documents({ schema, config });
  const apollo = createApolloServer({ schema, config, logger }, documents);
  await apollo.start();
  const app = newApp(config);
  carryPrincipals(app);
  followRequests(app, parts);
  refuseProtocolErrors(app);
  refuseSlowBodies(app, config.limits.bodyMilliseconds);
  handleErrors(app, logger);
  recordRefusals(app, services, logger);
  await crossOriginRules(app, config, logger);
  const drain = refuseWhenDraining(app);
  const isKnown = visitors(parts);
  const rates = new RateLimits(config);
  limitAddresses(app, rates);
  graphqlRoute(app, {
    apollo,
    newContext,
    ...{ authenticator, rates, publicUrl: config.publicUrl, bodyLimit: config.limits.requestBytes },
    page: config.introspection ? graphiqlVisit(isKnown) : undefined,
  });
  if (config.studio) studioRoutes(app, { logger, isKnown });
  await signInRoutes(app, { ...{ config, services, logger }, url: () => url });
  await addOtherRoutes(app, parts, { addresses, authenticator, rates, drain });
  const sockets = graphqlWebSocket(app.server, {
    ...{ schema, config, logger, documents, newContext, authenticator, accessSignals, rates },
  });
  await app.listen({ host: config.host, port: config.port });
  const { port } = app.server.address() as AddressInfo;
  url ||= listeningUrl(config.host, port);
  return {
    url,
    port,
    sockets,
    stop: async () => {
      drain.draining = true;
      const impatience = setTimeout(() => app.server.closeAllConnections(), drainMilliseconds);
      await Promise.all([app.close(), sockets.close(farewellMilliseconds)]);
      clearTimeout(impatience);
      await apollo.stop();
    },
  };
}

function newApp(config: Pick<ResiduaConfig, 'limits' | 'trustedProxies'>): FastifyInstance {
  return fastify({
    ...protocolErrorOptions,
    bodyLimit: config.limits.requestBytes,
    forceCloseConnections: 'idle',
    // A model's name may have 200 characters, each up to 12 when encoded.
    routerOptions: { maxParamLength: 2_400 },
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    trustProxy: config.trustedProxies.length > 0 && config.trustedProxies,
  });
}

/** GraphiQL for whoever is signed in, where people sign in. */
function graphiqlVisit(isKnown: (request: FastifyRequest) => Promise<boolean>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    (await isKnown(request)) ? graphiqlPage(reply) : reply.redirect('/sign-in?return=/graphql', 303);
}

/** Whether whoever opens a page may see it: everybody, or where people sign in, those who have. */
function visitors({ services: { authentication, sessions }, config }: HttpServerParts) {
  return async (request: FastifyRequest): Promise<boolean> => {
    if (!authentication.hasAccounts) return true;
    const secret = sessionCookie(config.publicUrl).in(request.headers.cookie);
    return secret !== undefined && (await sessions.isAlive(secret));
  };
}

interface Drain {
  draining: boolean;
}

/** Requests that come on open connections after the server was told to stop: health checks are answered, others refused. */
function refuseWhenDraining(app: FastifyInstance): Drain {
  const drain = { draining: false };
  app.addHook('onRequest', (request, reply, done) => {
    if (!drain.draining) return done();
    void reply.header('connection', 'close');
    if (isHealthCheck(request)) return done();
    sendError(reply, 503, 'SERVICE_UNAVAILABLE', 'This server is stopping. Try again: another one may answer.');
  });
  return drain;
}

function isHealthCheck({ url }: FastifyRequest): boolean {
  return /^[/](livez|readyz)([?]|$)/.test(url);
}

/** Before anybody is asked who he is. Health checks come as often as they like. */
function limitAddresses(app: FastifyInstance, rates: RateLimits): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isHealthCheck(request)) rates.countAddress(request.ip);
    done();
  });
}

interface Doors {
  addresses: FileAddresses;
  authenticator: Authenticator;
  rates: RateLimits;
  drain: Drain;
}

async function addOtherRoutes(
  app: FastifyInstance,
  { config, services, blobs, pixels }: HttpServerParts,
  { addresses, authenticator, rates, drain }: Doors,
): Promise<void> {
  healthRoutes(app, services, () => drain.draining);
  if (config.introspection) graphiqlAssets(app);
  await app.register((files, _options, done) => {
    requireDeclaredRoutes(files);
    files.addHook('onRequest', async (request) => {
      const reads = request.method === 'GET' || request.method === 'HEAD';
      request.opened = reads ? addresses.opened(request.url) : undefined;
      if (!request.opened) await authenticate(request, { authenticator, rates, publicUrl: config.publicUrl });
    });
    blobRoutes(files, blobs, services);
    imageRoutes(files, services, pixels);
    void files.register((models, _, modelsDone) => {
      modelPredictionRoutes(models, { services, limits: config.limits });
      stationRoutes(models, services);
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
