import type { FastifyInstance, FastifyRequest } from 'fastify';
import { withLogContext, type Logger } from '../../shared/logger.js';
import type { AnsweredRequest } from '../metrics/apiMetrics.js';

interface Observers {
  logger: Logger;
  requestAnswered?: (request: AnsweredRequest) => void;
}

/** Gives every request an id that its log lines and its answer (`x-request-id`) carry, and tells when it was answered. */
export function followRequests(app: FastifyInstance, { logger, requestAnswered }: Observers): void {
  const within = ({ id: requestId }: FastifyRequest, done: () => void) => withLogContext({ requestId }, done);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    within(request, done);
  });
  // Once more: what reads a body calls back from the socket's context.
  app.addHook('preValidation', (request, _reply, done) => within(request, done));
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? 'none';
    const milliseconds = Math.round(reply.elapsedTime);
    const level = route === '/livez' || route === '/readyz' ? 'debug' : 'info';
    logger[level]({ requestId: request.id, method, route, status: reply.statusCode, milliseconds }, 'request');
    requestAnswered?.({ method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    done();
  });
}
