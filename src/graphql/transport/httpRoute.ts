import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../../access/index.js';
import { FaultError } from '../../shared/errors.js';
import type { ContextFactory, GraphqlContext } from '../context.js';
import { authenticate } from './authentication.js';
import { callerOf } from './callers.js';
import { sendError } from './httpErrors.js';
import type { RateLimits } from './rateLimits.js';

export interface HttpRouteOptions {
  apollo: ApolloServer<GraphqlContext>;
  newContext: ContextFactory;
  authenticator: Authenticator;
  publicUrl: string | undefined;
  rates: RateLimits;
  /** Bytes of a request body. */
  bodyLimit: number;
  /** Answers a browser that opens the address; undefined for none. */
  page?: ((request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>) | undefined;
}

/** `/graphql` over HTTP. Apollo Server must have been started. */
export function graphqlRoute(app: FastifyInstance, options: HttpRouteOptions): void {
  const { apollo, newContext, authenticator, publicUrl, rates, bodyLimit, page } = options;
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    bodyLimit,
    onRequest: async (request, reply) => {
      if (page && isBrowserVisit(request)) return page(request, reply);
      void reply.header('cache-control', 'no-store');
      await authenticate(request, { authenticator, publicUrl, rates, withoutCookies: request.method !== 'POST' });
      if (!isAllowedMethod(request)) return refuseMethod(request, reply);
      if (request.method === 'POST') checkMediaType(request.headers);
      return undefined;
    },
    preHandler: ({ method, body }, _reply, done) => {
      if (method === 'POST') checkBody(body);
      done();
    },
    handler: fastifyApolloHandler(apollo, {
      context: ({ principal, headers, ip: address }, { raw }) => {
        const traceParent = traceParentOf(headers);
        return Promise.resolve(newContext({ principal: principal!, address, caller: callerOf(raw), traceParent }));
      },
    }),
  });
}

function traceParentOf({ traceparent }: FastifyRequest['headers']): string | undefined {
  return typeof traceparent === 'string' ? traceparent : undefined;
}

function isBrowserVisit({ method, headers, query }: FastifyRequest): boolean {
  const asks = Object.hasOwn(query as object, 'query');
  return method === 'GET' && !asks && (headers.accept ?? '').includes('text/html');
}

function isAllowedMethod({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'POST';
}

function refuseMethod({ method }: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendError(reply.header('allow', 'GET, POST'), 405, 'BAD_REQUEST', `${method} is not allowed here; use POST.`);
}

/** What a page of another site can send without the browser asking first. */
const simpleTypes = ['', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];

/** Before the body is read: its media type, and that another site's page did not send it. */
function checkMediaType(headers: FastifyRequest['headers']): void {
  const [type, ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase());
  const preflighted = headers['x-apollo-operation-name'] || headers['apollo-require-preflight'];
  if (simpleTypes.includes(type!) && !preflighted) {
    throw new FaultError(
      'BAD_REQUEST',
      'Blocked as a possible cross-site request forgery: send content-type application/json.',
    );
  }
  if (type !== 'application/json') {
    throw new FaultError('UNSUPPORTED_MEDIA_TYPE', 'The content-type must be application/json.');
  }
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8') {
    throw new FaultError('UNSUPPORTED_MEDIA_TYPE', 'The charset must be utf-8.');
  }
}

function checkBody(body: unknown): void {
  if (Array.isArray(body))
    throw new FaultError('BAD_REQUEST', 'Batches are not accepted: send one operation per request.');
  if (typeof body !== 'object' || body === null) {
    throw new FaultError('BAD_REQUEST', 'The body must be a JSON object with the operation under "query".');
  }
}
