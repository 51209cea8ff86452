import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** Between processes and their PostgreSQL: passes everything on, until it is told to do harm. */
export class DatabaseProxy {
  /** Connections whose first message named this application are not passed on any more, in either direction. */
  private readonly swallowed = new Set<string>();
  private commitsToLose = 0;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {}

  /** @param databaseUrl of the real server. */
  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const server = createServer();
    const proxy = new DatabaseProxy(server, new URL(databaseUrl));
    server.on('connection', (client) => proxy.serve(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** What processes use instead of the database's address. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  /** The server has another address now. */
  retarget(databaseUrl: string): void {
    this.target = new URL(databaseUrl);
  }

  /** From now on the connections of this application are half open: neither end hears of the other. */
  swallow(application: string): void {
    this.swallowed.add(application);
  }

  /** New connections work again; those that were swallowed stay as they are. */
  stopSwallowing(): void {
    this.swallowed.clear();
  }

  /** The next transactions that write are committed, but whoever asked for it loses the connection instead of hearing so. */
  loseCommits(count: number): void {
    this.commitsToLose = count;
  }

  /** How many commits are still to be lost. */
  get commitsLeft(): number {
    return this.commitsToLose;
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    let application: string | undefined;
    let deaf = false;
    let losing = false;
    for (const socket of [client, server]) {
      this.open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.open.delete(socket));
    }
    const isDeaf = () => (deaf ||= application !== undefined && this.swallowed.has(application));
    client.on('data', (data) => {
      // The start of a session: its settings, each name and value ended by a zero.
      application ??= /application_name\0([^\0]*)\0/.exec(data.toString('latin1'))?.[1];
      if (isDeaf()) return;
      if (this.commitsToLose > 0 && isWriteEnd(data)) {
        this.commitsToLose--;
        losing = true;
      }
      server.write(data);
    });
    server.on('data', (data) => {
      if (isDeaf()) return;
      // The answer shows that it is done.
      if (losing) client.destroy();
      else client.write(data);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => {
      if (!isDeaf()) client.destroy();
    });
  }
}

/** A COMMIT, or a batch of events, which is a transaction of its own. */
function isWriteEnd(data: Buffer): boolean {
  const text = data.toString('latin1');
  return text.includes('COMMIT\0') || (text.includes('INSERT INTO job_event') && text.includes('jsonb_to_recordset'));
}
