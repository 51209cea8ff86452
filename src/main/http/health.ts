import type { FastifyInstance } from 'fastify';
import type { Services } from '../../services/index.js';

/** `/livez`: the process answers. `/readyz`: and so does the database. */
export function healthRoutes(app: FastifyInstance, services: Pick<Services, 'server'>): void {
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = await services.server.ready();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'the database does not answer' });
  });
}
