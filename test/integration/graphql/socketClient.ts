import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

export interface Message {
  id?: string;
  type: string;
  payload?: unknown;
}

/** A client that speaks the protocol by hand, mistakes included. */
export class SocketClient {
  readonly received: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private arrived: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()) as Message);
      for (const wake of this.arrived.splice(0)) wake();
    });
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  }

  /** @param url http address of the server. */
  static async open(
    url: string,
    options: ClientOptions & { protocol?: string; search?: string } = {},
  ): Promise<SocketClient> {
    const { protocol = 'graphql-transport-ws', search = '', ...rest } = options;
    const client = new SocketClient(new WebSocket(`${url.replace('http', 'ws')}/graphql${search}`, protocol, rest));
    await once(client.socket, 'open');
    return client;
  }

  /** Open and acknowledged. */
  static async connect(url: string, connectionParams?: object): Promise<SocketClient> {
    const client = await SocketClient.open(url);
    client.send({ type: 'connection_init', ...(connectionParams ? { payload: connectionParams } : {}) });
    await client.next(({ type }) => type === 'connection_ack');
    return client;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** The first message, received already or still to come, that fits. */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.received.find(fits);
      if (found) return found;
      await Promise.race([
        new Promise<void>((resolve) => this.arrived.push(resolve)),
        this.closed.then(({ code, reason }) => {
          throw new Error(`the socket was closed: ${code} ${reason}`);
        }),
      ]);
    }
  }

  /** Asks something harmless; an answer shows that the socket is open and the server alive. */
  async stillWorks(): Promise<void> {
    const id = `alive-${this.received.length}`;
    this.subscribe(id, '{ __typename }');
    await this.next((message) => message.id === id && message.type === 'complete');
  }

  close(): void {
    this.socket.close();
  }
}

/** Error codes of an `error` message or of a `next` message with errors. */
export function codesOf({ payload }: Message): string[] {
  const errors = Array.isArray(payload) ? payload : ((payload as { errors?: unknown[] }).errors ?? []);
  return (errors as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code);
}
