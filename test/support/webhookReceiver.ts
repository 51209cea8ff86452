import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it arrived. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a receiver does with a message. */
export type Behaviour = (answer: ServerResponse) => void;

/** Takes everything. */
export const takes: Behaviour = (answer) => answer.writeHead(204).end();

/** Answers with a status. */
export const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (answer) =>
    answer.writeHead(status, headers).end();

/** Never says anything. */
export const hangs: Behaviour = () => undefined;

/** Ends the connection without a word. */
export const hangsUp: Behaviour = (answer) => answer.socket?.destroy();

/** Says that it took it, and talks on for ever. */
export const babbles: Behaviour = (answer) => {
  answer.writeHead(200);
  const timer = setInterval(() => answer.write('x'.repeat(65_536)), 1);
  answer.on('close', () => clearInterval(timer));
};

/** A receiver of webhooks on this machine. It does what comes first in `next`, and takes everything behind that. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  readonly next: Behaviour[] = [];
  private arrived: (() => void)[] = [];
  private readonly server = createServer((request, answer) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      this.received.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
      (this.next.shift() ?? takes)(answer);
      for (const wake of this.arrived.splice(0)) wake();
    });
  });

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Waits until so many messages have come since it was started. */
  async count(messages: number): Promise<Received[]> {
    while (this.received.length < messages) await new Promise<void>((resolve) => this.arrived.push(resolve));
    return this.received;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
