import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** What may be on its way to a client before its operations have to wait. */
const mostBytesUnderWay = 64 * 1024;

/**
 * Sends messages over a WebSocket at the pace of its client. Messages of one turn of the event loop leave together: a write
 * to a socket costs more than an event takes to be made.
 */
export class Outbox {
  private corked = false;

  /** @param connection what the WebSocket writes to. */
  constructor(
    private readonly socket: WebSocket,
    private readonly connection: Duplex,
  ) {}

  /**
   * Resolves at once while little is under way, otherwise when the data has left the process: so a slow client slows its own
   * operations and nothing piles up. What is sent after the end is dropped.
   */
  async send(data: string): Promise<void> {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.cork();
    if (this.socket.bufferedAmount < mostBytesUnderWay) return this.socket.send(data, () => undefined);
    await new Promise<void>((resolve, reject) => {
      this.socket.send(data, (error) => (error ? reject(error) : resolve()));
    });
  }

  private cork(): void {
    if (this.corked) return;
    this.corked = true;
    this.connection.cork();
    setImmediate(() => {
      this.corked = false;
      this.connection.uncork();
    });
  }
}
