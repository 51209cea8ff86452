import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { pendingMigrations } from '../database/index.js';
import { pluginApiVersion } from '../plugin-api/index.js';
import type { ResiduaConfig } from '../shared/config.js';
import { maximumPageSize } from './pagination.js';

/** What a server tells of itself. */
export interface ServerInfo {
  version: string;
  pluginApiVersion: number;
  computeBackend: string;
  database: string;
  limits: Record<string, number>;
}

const packageJson = createRequire(import.meta.url)('residua/package.json') as { version: string };

/** What this server needs in order to serve: `ok`, or what is wrong with it. */
export interface Readiness {
  database: string;
  migrations: string;
  notifications: string;
}

/** A database that takes longer than this to say that it is there is as good as none. */
const patienceMilliseconds = 2_000;

/** What this server is, and what clients may ask of it. */
export class ServerService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Pick<ResiduaConfig, 'compute' | 'limits'>,
    private readonly signals: { readonly connected: boolean },
  ) {}

  async describe(): Promise<ServerInfo> {
    const [row]: { server_version: string }[] = await this.dataSource.query('SHOW server_version');
    return {
      version: packageJson.version,
      pluginApiVersion,
      computeBackend: this.config.compute ?? 'automatic',
      database: `PostgreSQL ${row?.server_version.split(' ')[0]}`,
      limits: { ...this.config.limits, pageSize: maximumPageSize },
    };
  }

  /** Asks the database and looks at the connection for notifications; answers within about 2 s. */
  async readiness(): Promise<Readiness> {
    const notifications = this.signals.connected ? 'ok' : 'not connected';
    const impatience = new AbortController();
    const pending = await Promise.race([
      pendingMigrations(this.dataSource).catch(() => undefined),
      pause(patienceMilliseconds, undefined, { signal: impatience.signal }).catch(() => undefined),
    ]);
    impatience.abort();
    if (!pending) return { database: 'does not answer', migrations: 'unknown', notifications };
    const migrations = pending.length === 0 ? 'ok' : `not executed: ${pending.join(', ')}`;
    return { database: 'ok', migrations, notifications };
  }
}
