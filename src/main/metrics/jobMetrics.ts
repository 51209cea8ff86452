import { Gauge, type Registry } from 'prom-client';
import type { JobStatistics } from '../../services/jobs.service.js';

/** Jobs of the whole installation, read from the database whenever somebody asks; nothing while it does not answer. */
export function measureJobs(registry: Registry, read: () => Promise<JobStatistics>): void {
  const oldestQueued = new Gauge({
    name: 'residua_oldest_queued_job_seconds',
    help: 'Age of the job that waits longest for a worker; 0 when none waits.',
    registers: [],
  });
  const heartbeat = new Gauge({
    name: 'residua_oldest_heartbeat_seconds',
    help: 'Time since the last sign of life of the worker that has been silent longest; 0 when none runs a job.',
    registers: [],
  });
  new Gauge({
    name: 'residua_jobs',
    help: 'Jobs by kind and state.',
    labelNames: ['kind', 'state'],
    registers: [registry],
    async collect() {
      const statistics = await read().catch(() => undefined);
      this.reset();
      if (!statistics) return;
      for (const { kind, state, count } of statistics.counts) this.set({ kind, state }, count);
      oldestQueued.set(statistics.oldestQueuedSeconds);
      heartbeat.set(statistics.oldestHeartbeatSeconds);
    },
  });
  // After the one that fills them: a registry asks in this order.
  registry.registerMetric(oldestQueued);
  registry.registerMetric(heartbeat);
}
