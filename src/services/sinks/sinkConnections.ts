import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { SinkEntity } from '../../database/entities/index.js';
import type { Heartbeat, SinkConnection, SinkContext, Verdict } from '../../plugin-api/index.js';
import type { PluginRegistry } from '../../plugin-host/index.js';
import { inTime } from '../../shared/inTime.js';
import { createLogger } from '../../shared/logger.js';
import { quoted } from '../names.js';
import { findUnderRoots } from '../serverRoots.js';
import { isPublicAddress } from '../webhooks/addressRules.js';
import { AddressRefused } from './outcomeOf.js';

/** Milliseconds that opening a sink, telling it something or closing it may take. */
const deadlineMilliseconds = 10_000;

/** A connection that nobody has used for so long is closed. */
const idleMilliseconds = 60_000;

/** What opening a sink needs to know of it. */
export type OpenedSink = Pick<SinkEntity, 'id' | 'plugin' | 'params' | 'secret'>;

/** What of the configuration says where sinks may lead. */
export interface SinkSettings {
  sinkRoots: readonly string[];
  webhookPrivate: boolean;
  /** Milliseconds that opening, telling and closing may take. */
  deadline?: number;
}

interface Kept {
  /** Of what it was opened with. */
  digest: string;
  connection: Promise<SinkConnection>;
  idle: NodeJS.Timeout;
}

/** The open connections of sinks in this process. Code of outside plugins runs here: workers alone have one. */
export class SinkConnections {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly registry: Pick<PluginRegistry, 'load' | 'resolve'>,
    private readonly settings: SinkSettings,
  ) {}

  /** @throws the reason why the receiver has not got it, within the deadline; the connection was closed then. */
  deliver(sink: OpenedSink, verdict: Verdict): Promise<void> {
    return this.use(sink, (connection, signal) => connection.deliver(verdict, signal));
  }

  /** The same for a heartbeat; nothing for a sink without. */
  beat(sink: OpenedSink, heartbeat: Heartbeat): Promise<void> {
    return this.use(sink, (connection, signal) => connection.beat?.(heartbeat, signal) ?? Promise.resolve());
  }

  /** Closes all. */
  async close(): Promise<void> {
    await Promise.all([...this.kept.keys()].map((id) => this.drop(id)));
  }

  private async use(
    sink: OpenedSink,
    work: (connection: SinkConnection, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    try {
      await this.inTime(async (signal) => work(await this.connection(sink, signal), signal));
    } catch (error) {
      // Whatever went wrong, the next attempt begins anew.
      await this.drop(sink.id);
      throw error;
    }
  }

  private connection(sink: OpenedSink, signal: AbortSignal): Promise<SinkConnection> {
    const digest = digestOf(sink);
    const known = this.kept.get(sink.id);
    if (known?.digest === digest) {
      known.idle.refresh();
      return known.connection;
    }
    if (known) void this.drop(sink.id);
    const idle = setTimeout(() => void this.drop(sink.id), idleMilliseconds).unref();
    const connection = this.open(sink, signal);
    this.kept.set(sink.id, { digest, connection, idle });
    return connection;
  }

  private async open({ id, plugin: name, params: given, secret }: OpenedSink, signal: AbortSignal) {
    await this.registry.load('sink', name);
    const { plugin, params } = this.registry.resolve('sink', { id: name, params: given }, ['input', 'plugin']);
    const logger = createLogger('sinks').child({ sinkId: id, plugin: name });
    const context: SinkContext = {
      secret: secret ?? undefined,
      folder: async (path) => (await findUnderRoots(path, this.roots)).path,
      addressOf: (url) => this.addressOf(url),
      signal,
      log: { info: (message) => logger.info(message), warn: (message) => logger.warn(message) },
    };
    return plugin.open(params, context);
  }

  private async addressOf(url: string): Promise<string> {
    const { hostname, protocol } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const { webhookPrivate } = this.settings;
    const refused = (reason: string) => {
      const message = `the address ${quoted(url)} ${reason}; this server and its workers allow that with RESIDUA_WEBHOOK_PRIVATE=true alone`;
      return new AddressRefused([{ code: 'BAD_USER_INPUT', message, field: ['input', 'plugin'] }]);
    };
    if (!webhookPrivate && !protocol.endsWith('s:')) throw refused('is not encrypted');
    const found = await lookup(host, { all: true });
    const open = webhookPrivate ? found : found.filter(({ address }) => isPublicAddress(address));
    if (!open[0]) throw refused('leads to a private address');
    return open[0].address;
  }

  private get roots() {
    const none = 'this server writes no verdicts into folders: it has no sink root (RESIDUA_SINK_ROOTS)';
    return {
      folders: this.settings.sinkRoots,
      called: 'sink root',
      none,
      field: ['input', 'plugin', 'params', 'path'],
    };
  }

  private async drop(id: string): Promise<void> {
    const known = this.kept.get(id);
    if (!known) return;
    this.kept.delete(id);
    clearTimeout(known.idle);
    await this.inTime(async () => (await known.connection).close()).catch(() => undefined);
  }

  private inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return inTime(this.settings.deadline ?? deadlineMilliseconds, work);
  }
}

function digestOf({ plugin, params, secret }: OpenedSink): string {
  return createHash('sha256')
    .update(JSON.stringify([plugin, params, secret]))
    .digest('hex');
}
