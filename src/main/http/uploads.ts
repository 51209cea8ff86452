import type { FastifyInstance } from 'fastify';
import type { Readable } from 'node:stream';
import type { Services } from '../../services/index.js';
import { uuidPattern } from '../../services/pagination.js';
import { nothingWithId } from '../../shared/errors.js';
import { scopeOfRequest } from './scopeOfRequest.js';

/** `PUT /uploads/:id`: the announced bytes, of any type, as a stream. */
export function uploadRoutes(app: FastifyInstance, services: Services): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.put<{ Params: { id: string } }>(
    '/uploads/:id',
    // The service knows the announced size and stops reading behind it.
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request, reply) => {
      const { id } = request.params;
      if (!uuidPattern.test(id)) throw nothingWithId('upload');
      const scope = scopeOfRequest(request);
      const content = (request.body as Readable | undefined) ?? request.raw;
      await services.uploads.receive(scope, id, content, request.principal!.id);
      return reply.code(204).send();
    },
  );
}
