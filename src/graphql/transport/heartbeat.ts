import type { WebSocket } from 'ws';

/**
 * Pings a client again and again and calls `silent`, once, when a ping is not answered before the next is due. An answer
 * shows that the client reads: the ping stands behind everything that was sent to it before.
 * @returns what ends it.
 */
export function heartbeat(socket: WebSocket, milliseconds: number, silent: () => void): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (answered) {
      answered = false;
      return socket.ping();
    }
    clearInterval(timer);
    silent();
  }, milliseconds);
  return () => clearInterval(timer);
}
