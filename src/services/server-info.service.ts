import { createRequire } from 'node:module';
import type { DataSource } from 'typeorm';
import { pluginApiVersion } from '../plugin-api/index.js';
import type { ResiduaConfig } from '../shared/config.js';
import { maximumPageSize } from './pagination.js';

export interface ServerInfo {
  version: string;
  pluginApiVersion: number;
  computeBackend: string;
  database: string;
  limits: Record<string, number>;
}

const packageJson = createRequire(import.meta.url)('residua/package.json') as { version: string };

/** What this server is, and what clients may ask of it. */
export class ServerInfoService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Pick<ResiduaConfig, 'compute' | 'limits'>,
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

  /** Whether the database answers. */
  async ready(): Promise<boolean> {
    return this.dataSource.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
