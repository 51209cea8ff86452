import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { GraphQLError } from 'graphql';
import {
  CloseCode,
  handleProtocols,
  makeServer,
  MessageType,
  type ConnectionInitMessage,
  type Context,
  type Server as ProtocolServer,
} from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Authenticator, Principal } from '../../access/index.js';
import { withLogContext, type Logger } from '../../shared/logger.js';
import { FaultError } from '../../shared/errors.js';
import type { ContextFactory, GraphqlContext } from '../context.js';
import { presentErrors } from '../errors/presentError.js';
import { AccessWatch, type AccessSignals, type WatchedSocket } from './accessWatch.js';
import type { GraphqlServerOptions } from './apolloServer.js';
import { Callers } from './callers.js';
import type { Documents } from './documents.js';
import { heartbeat } from './heartbeat.js';
import { refuseConnection, statusOf } from './httpErrors.js';
import { Inbox } from './inbox.js';
import { hostRefusal, isAllowedOrigin, isKnownHost, originRefusal, type OriginRules } from './origins.js';
import { Outbox } from './outbox.js';
import { operationPreparer } from './prepareOperation.js';
import type { RateLimits } from './rateLimits.js';
import { sharingSubscribe } from './sharedExecution.js';
import { SocketLimits } from './socketLimits.js';
import { Turnstile } from './turnstile.js';

export interface WebSocketEndpoint {
  /** Tells every client to go (1001) and waits until all are gone, at most `milliseconds`. */
  close(milliseconds: number): Promise<void>;
  /** Sockets open now. */
  readonly connections: number;
  /** Sockets closed so far because their client did not keep up. */
  readonly slowSubscribers: number;
}

const mostFragmentsOfMessage = 1_000;

/** How long a client that was told to go may take before its connection is cut. */
const farewellMilliseconds = 15_000;

/** What the protocol's server tells about a socket. */
interface Operations {
  /** Ids of those that run. */
  running: () => string[];
  /** Who waits for them. */
  callers: Callers;
  /** The client's address. */
  address: string;
  cookie: string | undefined;
  /** Who opened it; undefined before `connection_init`. */
  principal?: Principal;
  /** Contexts of the operations that run, by their ids. */
  contexts: Map<string, GraphqlContext>;
  /** Begins to look whether the opener's rights still hold. */
  watch: (subscriptions: Subscriptions) => void;
}

export interface WebSocketOptions extends GraphqlServerOptions {
  documents: Documents;
  newContext: ContextFactory;
  authenticator: Authenticator;
  /** Tells when somebody's rights may have changed. */
  accessSignals: AccessSignals;
  rates: RateLimits;
}

/** Iterators of the operations that run on a socket, by their ids; null for those that are still being made. */
type Subscriptions = Context['subscriptions'];

/** `/graphql` over WebSocket, protocol graphql-transport-ws, on the port of an HTTP server. */
export function graphqlWebSocket(server: Server, options: WebSocketOptions): WebSocketEndpoint {
  const limits = new SocketLimits(options.rates, options.config.limits.socketsPerAddress);
  const protocol = protocolServer(options, limits);
  const watch = new AccessWatch(options.authenticator, options.accessSignals, options.logger);
  const turnstile = new Turnstile();
  let slowSubscribers = 0;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.config.limits.webSocketMessageBytes,
    maxFragments: mostFragmentsOfMessage,
    handleProtocols,
  });
  sockets.on('wsClientError', ({ message }, socket) => refuseConnection(socket, 400, 'BAD_REQUEST', `${message}.`));
  server.on('upgrade', (request, socket, head) => {
    const address = proxyAddr(request, options.config.trustedProxies);
    const refusal = upgradeRefusal(request, options.config) ?? limits.ofOpening(address);
    if (refusal) {
      const { code, message, details } = refusal;
      const status = statusOf(code);
      options.logger.warn({ origin: request.headers.origin, host: request.headers.host, status }, message);
      return refuseConnection(socket, status, code, message, details);
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      limits.add(address, webSocket);
      serve(
        { socket: webSocket, outbox: new Outbox(webSocket, socket), turnstile, request, address, watch },
        protocol,
        options,
        () => slowSubscribers++,
      );
    });
  });
  return {
    close: (milliseconds) => {
      watch.stop();
      return closeAll(sockets, milliseconds);
    },
    get connections() {
      return sockets.clients.size;
    },
    get slowSubscribers() {
      return slowSubscribers;
    },
  };
}

function upgradeRefusal({ url, headers }: IncomingMessage, config: OriginRules): FaultError | undefined {
  if (url?.split('?')[0] !== '/graphql') {
    return new FaultError('NOT_FOUND', 'WebSockets are opened at /graphql.');
  }
  if (!isKnownHost(headers.host, config)) return new FaultError('FORBIDDEN', hostRefusal(headers.host!));
  if (isAllowedOrigin(headers.origin, headers.host, config)) return undefined;
  return new FaultError('FORBIDDEN', originRefusal(headers.origin!));
}

/** The protocol's messages and close codes, with our limits and errors. */
function protocolServer(
  { newContext, documents, authenticator, ...options }: WebSocketOptions,
  limits: SocketLimits,
): ProtocolServer<Operations> {
  const { config, logger } = options;
  const { connectionInitMilliseconds, operationsPerSocket } = config.limits;
  const prepare = operationPreparer(options, documents);
  return makeServer({
    connectionInitWaitTimeout: connectionInitMilliseconds,
    // Only connection_init carries a token: addresses end up in logs.
    onConnect: async (context) => {
      context.extra.running = () => Object.keys(context.subscriptions);
      const isKnown = await enter(context, authenticator);
      if (isKnown) context.extra.watch(context.subscriptions);
      return isKnown;
    },
    onSubscribe: ({ subscriptions, extra: { address, principal } }, _id, payload) => {
      const isFull = Object.keys(subscriptions).length > operationsPerSocket;
      const tooMany = isFull ? tooManyOperations(operationsPerSocket) : limits.ofOperation(address, principal!);
      return tooMany ? [tooMany] : prepare(payload);
    },
    context: ({ extra }, id) => {
      const { principal, address, callers } = extra;
      const context = newContext({ principal: principal!, address, caller: callers.of(id) });
      extra.contexts.set(id, context);
      return context;
    },
    onComplete: ({ extra }, id) => void extra.contexts.delete(id),
    subscribe: sharingSubscribe(),
    onError: (_context, _id, _payload, errors) => presentErrors(errors, logger),
    onNext: (_context, _id, _payload, _args, { errors, ...result }) =>
      errors ? { ...result, errors: presentErrors(errors, logger) } : undefined,
  });
}

/** Cookies of a page that may use this server; whoever says no page is no browser, and has no session. */
function cookieOf({ headers }: IncomingMessage, rules: OriginRules): string | undefined {
  const { origin, host, cookie } = headers;
  return origin !== undefined && isAllowedOrigin(origin, host, rules) ? cookie : undefined;
}

/** Learns who opened a socket; whoever is nobody is sent away. */
async function enter(
  { connectionParams = {}, extra }: Context<ConnectionInitMessage['payload'], Operations>,
  authenticator: Authenticator,
): Promise<boolean> {
  const given = connectionParams['authorization'] ?? connectionParams['Authorization'];
  const authorization = typeof given === 'string' ? given : undefined;
  try {
    extra.principal = await authenticator.authenticate({ ...extra, authorization });
    return true;
  } catch (error) {
    if (error instanceof FaultError) return false;
    throw error;
  }
}

function tooManyOperations(limit: number): GraphQLError {
  const message = `${limit} operations are running on this socket already; wait for one to end or open another socket.`;
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } });
}

interface Connection {
  socket: WebSocket;
  outbox: Outbox;
  turnstile: Turnstile;
  request: IncomingMessage;
  /** The client's. */
  address: string;
  watch: AccessWatch;
}

function serve(
  { socket, outbox, turnstile, request, address, watch }: Connection,
  protocol: ProtocolServer<Operations>,
  { config, logger }: GraphqlServerOptions,
  tooSlow: () => void,
): void {
  const operations: Operations = {
    running: () => [],
    callers: new Callers(),
    address,
    cookie: cookieOf(request, config),
    contexts: new Map(),
    watch: (subscriptions) => {
      if (socket.readyState !== socket.OPEN) return;
      stopWatching = watch.add(watchedSocket(socket, operations, subscriptions, logger));
    },
  };
  let stopWatching = () => {};
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => outbox.send(data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        new Inbox(socket, turnstile, (data) => {
          // A `complete` has been heeded by the time this resolves.
          void receive(socket, handle, data, logger).then(() => operations.callers.keep(operations.running()));
        }),
    },
    operations,
  );
  // ws has begun to close by itself with the code that fits, e.g. 1009.
  socket.on('error', (error) => logger.debug({ err: error }, 'a WebSocket broke the protocol'));
  const stopPinging = heartbeat(socket, config.limits.socketAnswerMilliseconds, () => {
    const running = operations.running();
    if (running.length === 0) return socket.terminate();
    tooSlow();
    sendAway(socket, running, logger);
  });
  socket.once('close', (code, reason) => {
    stopPinging();
    operations.callers.keep([]);
    stopWatching();
    closed(code, reason.toString()).catch((error: unknown) =>
      logger.error({ err: error }, 'ending a WebSocket failed'),
    );
  });
}

/** A socket as those see it who look whether its opener's rights still hold. */
function watchedSocket(
  socket: WebSocket,
  operations: Operations,
  subscriptions: Subscriptions,
  logger: Logger,
): WatchedSocket {
  return {
    get principal() {
      return operations.principal!;
    },
    set principal(principal) {
      operations.principal = principal;
    },
    operations: () => operations.contexts,
    forbid: (id) => {
      const message = 'Your rights have changed: what this subscription tells may not be read any more.';
      const originalError = new FaultError('FORBIDDEN', message);
      const payload = presentErrors([new GraphQLError(message, { originalError })], logger);
      socket.send(JSON.stringify({ id, type: MessageType.Error, payload }));
      const running = subscriptions[id];
      delete subscriptions[id];
      operations.contexts.delete(id);
      if (running && 'return' in running) void running.return(undefined);
    },
    // Clients of the protocol connect again after this code, with what they then have to show.
    expel: (code) => socket.close(CloseCode.Forbidden, code),
  };
}

async function receive(
  socket: WebSocket,
  handle: (data: string) => Promise<void>,
  data: string,
  logger: Logger,
): Promise<void> {
  try {
    await withLogContext({ requestId: randomUUID() }, () => handle(data));
  } catch (error) {
    if (socket.readyState !== socket.OPEN) return;
    // The library throws for message types only a server may send; that is the client's mistake.
    if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
      return socket.close(CloseCode.BadRequest, 'Invalid message received');
    }
    logger.error({ err: error }, 'a WebSocket message failed unexpectedly');
    socket.close(CloseCode.InternalServerError, 'Internal error');
  }
}

/**
 * Ends the operations of a client that does not read what it is sent. Whether it ever reads this is its own affair: soon the
 * connection is cut.
 */
function sendAway(socket: WebSocket, running: readonly string[], logger: Logger): void {
  const message =
    'The client did not keep up with what it is sent; subscribe again behind the last cursor it has seen.';
  const originalError = new FaultError('SUBSCRIBER_TOO_SLOW', message);
  const payload = presentErrors([new GraphQLError(message, { originalError })], logger);
  for (const id of running) socket.send(JSON.stringify({ id, type: MessageType.Error, payload }));
  logger.warn({ operations: running.length }, 'a subscriber is too slow');
  socket.close(tryAgainLater, 'SUBSCRIBER_TOO_SLOW');
  const cut = setTimeout(() => socket.terminate(), farewellMilliseconds);
  socket.once('close', () => clearTimeout(cut));
}

/** Close code of RFC 6455's registry that clients of the protocol answer by connecting again. */
const tryAgainLater = 1013;

async function closeAll(sockets: WebSocketServer, milliseconds: number): Promise<void> {
  const gone = [...sockets.clients].map((client) => {
    const closing = new Promise((resolve) => client.once('close', resolve));
    client.close(1001, 'Server is shutting down');
    return closing;
  });
  const impatience = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), milliseconds);
  await Promise.all(gone);
  clearTimeout(impatience);
}
