import type { ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { errorText, refuseConnection, sendError } from '../../graphql/index.js';
import { quoted } from '../../services/names.js';

/** What is wrong with bytes that are no request, by the code of Node's parser; anything else is a malformed request. */
const refusals: Record<string, [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are larger than 16 kB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The extensions of a chunk are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The headers of the request did not arrive in time.'],
};

/** What Fastify is told, so that what is refused before any route sees it is refused as by routes: as JSON, with a code. */
export const protocolErrorOptions = {
  clientErrorHandler: (error, socket) => refuseBytes(socket, error.code),
  frameworkErrors: (error, _request, reply) =>
    void sendError(reply, error.statusCode ?? 400, 'BAD_REQUEST', error.message),
  // Node would answer these itself, without a body.
  http: { requireHostHeader: false } as ServerOptions,
} satisfies FastifyServerOptions & { http: ServerOptions };

function refuseBytes(socket: Duplex, code: string): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = refusals[code] ?? [400, 'This is not a request of HTTP/1.1.'];
  refuseConnection(socket, status, status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST', message);
}

/**
 * What Node answers without a body: a request of HTTP/1.1 without a host, and an expectation nobody meets; and a body that was
 * compressed on its way, which would be taken for a broken one.
 */
export function refuseProtocolErrors(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, reply, done) => {
    if (raw.headers.host !== undefined || raw.httpVersion !== '1.1') return done();
    sendError(reply.header('connection', 'close'), 400, 'BAD_REQUEST', 'The request has no header "host".');
  });
  app.addHook('onRequest', ({ headers }, reply, done) => {
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return done();
    const message = `The content-encoding is ${quoted(encoding)}; bodies are read as they are, without one.`;
    sendError(reply.header('accept-encoding', 'identity'), 415, 'UNSUPPORTED_MEDIA_TYPE', message);
  });
  app.server.on('checkExpectation', (request, response) => {
    const message = 'The only expectation that is met is 100-continue.';
    const text = errorText([{ code: 'BAD_REQUEST', message }]);
    response.writeHead(417, { 'content-type': 'application/json; charset=utf-8', connection: 'close' }).end(text);
    request.resume();
  });
}
