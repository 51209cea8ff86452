import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';

/** A message as the broker took it. */
export interface Published {
  topic: string;
  retain: boolean;
  qos: number;
  content: Record<string, unknown>;
}

/** An MQTT broker on this machine, which can go away and come back at the same address. */
export class MqttBroker {
  readonly published: Published[] = [];
  /** Who may connect; everybody without. */
  account: { username: string; password: string } | undefined;
  /** Called before a message is taken; what it waits for holds up the acknowledgement. */
  before: (message: Published) => Promise<void> = () => Promise.resolve();
  private broker: Aedes | undefined;
  private server: Server | undefined;
  private port = 0;
  private readonly sockets = new Set<Socket>();
  private arrived: (() => void)[] = [];

  static async start(): Promise<MqttBroker> {
    const broker = new MqttBroker();
    await broker.come();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Listens; again at the same address where it was away. */
  async come(): Promise<void> {
    const broker = await Aedes.createBroker({
      authenticate: (_client, username, password, done) => {
        const { account } = this;
        done(null, !account || (account.username === username && account.password === password?.toString()));
      },
      authorizePublish: (client, { topic, payload, qos, retain }, done) => {
        if (!client) return done(null);
        const content = JSON.parse(payload.toString()) as Record<string, unknown>;
        const message = { topic, retain, qos, content };
        void this.before(message).then(() => {
          this.published.push(message);
          for (const wake of this.arrived.splice(0)) wake();
          done(null);
        });
      },
    });
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      broker.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    [this.broker, this.server] = [broker, server];
  }

  /** Ends every connection and listens no more. */
  async go(): Promise<void> {
    const { broker, server } = this;
    if (!broker || !server) return;
    [this.broker, this.server] = [undefined, undefined];
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  }

  /** Waits until so many messages of a topic have come since the broker was made. */
  async count(messages: number, topic = /verdict/): Promise<Published[]> {
    for (;;) {
      const found = this.published.filter((one) => topic.test(one.topic));
      if (found.length >= messages) return found;
      await new Promise<void>((resolve) => this.arrived.push(resolve));
    }
  }
}
