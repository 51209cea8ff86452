import { Gauge, type Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { poolUsage } from '../../database/index.js';

/** How the connections to the database are used. */
export function measurePool(registry: Registry, dataSource: DataSource): void {
  new Gauge({
    name: 'residua_database_connections',
    help: 'Connections of the pool by what they do; waiting: statements that wait for one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(poolUsage(dataSource))) this.set({ state }, count);
    },
  });
}
