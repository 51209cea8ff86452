import type { WebSocket } from 'ws';
import type { Turnstile } from './turnstile.js';

/**
 * Hands over the messages of a WebSocket one after another, at the pace of a turnstile that all sockets share, and reads no further
 * while some wait: a client that sends much at once waits itself.
 */
export class Inbox {
  private readonly waiting: string[] = [];
  private working = false;

  /** @param handle what a message is for; called in order, not waited for. */
  constructor(
    private readonly socket: WebSocket,
    private readonly turnstile: Turnstile,
    private readonly handle: (message: string) => void,
  ) {
    socket.on('message', (data: Buffer) => {
      this.waiting.push(data.toString());
      if (!this.working) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    this.socket.pause();
    for (;;) {
      await this.turnstile.pass();
      const message = this.waiting.shift();
      if (message === undefined || this.socket.readyState !== this.socket.OPEN) break;
      this.handle(message);
    }
    this.working = false;
    this.socket.resume();
  }
}
