import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import {
  hostRefusal,
  isAllowedOrigin,
  isKnownHost,
  originRefusal,
  sendError,
  type OriginRules,
} from '../../graphql/index.js';
import type { Logger } from '../../shared/logger.js';

/** What pages may read of an answer besides its body. */
const exposedHeaders = [
  ...['x-request-id', 'etag', 'content-disposition', 'residua-model-version', 'residua-anomaly-score'],
  ...['residua-is-anomalous', 'residua-anomaly-map-scale', 'retry-after'],
];

/** Seconds for which a browser need not ask again whether it may. */
const maxAge = 7_200;

/**
 * Lets pages of allowed origins use the server from a browser, and refuses those of others with the reason; the WebSocket does the
 * same. Programs, and pictures in pages, send no origin.
 */
export async function crossOriginRules(app: FastifyInstance, rules: OriginRules, logger: Logger): Promise<void> {
  app.addHook('onRequest', ({ headers, url }, reply, done) => {
    const { origin, host } = headers;
    // Health checks tell nothing, and come under any name.
    const isKnown = /^[/](livez|readyz)([?]|$)/.test(url) || isKnownHost(host, rules);
    if (isKnown && isAllowedOrigin(origin, host, rules)) return done();
    const message = isKnown ? originRefusal(origin!) : hostRefusal(host!);
    logger.warn({ origin, host, status: 403 }, message);
    sendError(reply, 403, 'FORBIDDEN', message);
  });
  const methods = ['GET', 'HEAD', 'POST', 'PUT'];
  await app.register(cors, {
    // An answer differs by who asks: caches must know.
    delegator: ({ headers }, done) => done(null, { origin: headers.origin ?? false, methods, exposedHeaders, maxAge }),
  });
}
