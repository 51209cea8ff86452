import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from '../../graphql/index.js';

/** What must arrive of a body between two looks, bytes. */
const leastBytes = 10 * 1024;

/**
 * Refuses (408) requests whose body arrives so slowly that it only holds a connection open: less than 10 kB between two looks, while
 * this server was ready to read. A large body may take as long as it needs.
 * @param milliseconds between two looks.
 */
export function refuseSlowBodies(app: FastifyInstance, milliseconds: number): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.raw.complete) watch(request, reply, milliseconds);
    done();
  });
}

function watch({ raw }: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  const { socket } = raw;
  let seen = socket.bytesRead;
  const timer = setInterval(() => {
    if (raw.complete || reply.raw.headersSent) return clearInterval(timer);
    const arrived = socket.bytesRead - seen;
    seen = socket.bytesRead;
    // What waits to be read is late because of this server.
    if (arrived >= leastBytes || raw.readableLength > 0) return;
    clearInterval(timer);
    const rule = `at least ${leastBytes} bytes must arrive every ${milliseconds} ms`;
    sendError(reply, 408, 'BAD_REQUEST', `Of the body ${arrived} bytes arrived in ${milliseconds} ms; ${rule}.`);
  }, milliseconds);
  raw.once('close', () => clearInterval(timer));
}
