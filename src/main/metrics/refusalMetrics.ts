import { Counter, type Registry } from 'prom-client';
import { refusedByLimit } from '../../access/refusedByLimit.js';

/** Measures what this process has refused because of limits. */
export function measureRefusals(registry: Registry): void {
  new Counter({
    name: 'residua_refused_total',
    help: 'Requests, operations and additions refused by a rate, a quota or the slow-down of attempts.',
    labelNames: ['kind', 'limit'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [key, count] of refusedByLimit) {
        const [kind = '', limit = ''] = key.split(' ');
        this.inc({ kind, limit }, count);
      }
    },
  });
}
