import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

/**
 * Pings a client again and again and calls `silent`, once, when a ping is not answered before the next is due. An answer
 * shows that the client reads: the ping stands behind everything that was sent to it before, and holds what the answer must
 * repeat and nobody can guess.
 * @returns what ends it.
 */
export function heartbeat(socket: WebSocket, milliseconds: number, silent: () => void): () => void {
  let awaited: Buffer | undefined;
  socket.on('pong', (answer: Buffer) => {
    if (awaited?.equals(answer)) awaited = undefined;
  });
  const timer = setInterval(() => {
    if (!awaited) {
      awaited = randomBytes(8);
      return socket.ping(awaited);
    }
    clearInterval(timer);
    silent();
  }, milliseconds);
  return () => clearInterval(timer);
}
