import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createLogger } from '../shared/logger.js';

/** PostgreSQL notification channels. A payload is an id or a name, never data: it may get lost and must stay small. */
export const channels = [
  'job_event',
  'project_change',
  'prediction_logged',
  'job_queued',
  'job_cancel',
  'worker_call',
  'worker_answer',
  'access_changed',
] as const;
export type Channel = (typeof channels)[number];

/** How often the connection is asked whether it still lives, and how long it may take to answer. */
const defaultCheckMilliseconds = 5_000;
const answerMilliseconds = 5_000;

/** Called with the payload, or without one when anything may have happened: after a connection was lost and made anew. */
export type SignalListener = (payload: string | undefined) => void;

/**
 * The notifications of one process, over one connection that is made anew when it breaks. A signal says only that reading the
 * tables is worthwhile; whoever listens must also look by itself now and then.
 */
export class DatabaseSignals {
  private readonly listeners = new Map<Channel, Set<SignalListener>>(channels.map((channel) => [channel, new Set()]));
  private readonly logger = createLogger('signals');
  private client: pg.Client | undefined;
  private running = false;
  private retry: NodeJS.Timeout | undefined;
  private check: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly checkMilliseconds = defaultCheckMilliseconds,
  ) {}

  /** Whether notifications arrive at the moment, as far as is known. */
  get connected(): boolean {
    return this.client !== undefined;
  }

  /** Connects. @throws when the first connection fails; later ones are retried. */
  async start(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.connect();
    } catch (error) {
      this.running = false;
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.retry);
    clearInterval(this.check);
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** @returns a function that ends it. */
  listen(channel: Channel, listener: SignalListener): () => void {
    const listeners = this.listeners.get(channel)!;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  private async connect(): Promise<void> {
    const { url } = this.dataSource.options as { url?: string };
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
      query_timeout: answerMilliseconds,
      keepAlive: true,
      application_name: 'residua-signals',
    });
    client.on('notification', ({ channel, payload }) => {
      this.emit(channel as Channel, payload);
    });
    client.on('error', () => this.reconnect(client));
    client.on('end', () => this.reconnect(client));
    try {
      await client.connect();
      await client.query(channels.map((channel) => `LISTEN ${channel}`).join('; '));
      if (!this.running) throw new Error('stopped while connecting');
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    this.check = setInterval(() => this.ask(client), this.checkMilliseconds);
  }

  /** A connection whose other side has vanished without a word stays open for hours; only a question shows it. */
  private ask(client: pg.Client): void {
    client.query('SELECT 1').catch(() => this.reconnect(client));
  }

  /** Only for the current client: a broken one reports both an error and its end. */
  private reconnect(broken: pg.Client): void {
    if (!this.running || this.client !== broken) return;
    this.client = undefined;
    clearInterval(this.check);
    broken.end().catch(() => undefined);
    this.logger.warn('the connection for notifications was lost');
    this.tryAgain(100);
  }

  private tryAgain(milliseconds: number): void {
    this.retry = setTimeout(() => {
      this.connect().then(
        () => {
          this.logger.info('the connection for notifications is back');
          for (const channel of channels) this.emit(channel, undefined);
        },
        () => {
          if (this.running) this.tryAgain(Math.min(milliseconds * 2, 2000));
        },
      );
    }, milliseconds);
  }

  private emit(channel: Channel, payload: string | undefined): void {
    for (const listener of this.listeners.get(channel) ?? []) listener(payload);
  }
}
