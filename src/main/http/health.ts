import type { FastifyInstance } from 'fastify';
import type { Services } from '../../services/index.js';

/**
 * `/livez`: the process answers. `/readyz`: and it can serve, 503 otherwise; the answer says what is wrong.
 * @param draining whether the process is about to end.
 */
export function healthRoutes(app: FastifyInstance, services: Pick<Services, 'server'>, draining: () => boolean): void {
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const checks = { ...(await services.server.readiness()), process: draining() ? 'is stopping' : 'ok' };
    const ready = Object.values(checks).every((check) => check === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'not ready', checks });
  });
}
