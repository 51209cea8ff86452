import { Gauge, type Registry } from 'prom-client';
import type { JobStatistics } from '../../services/jobs.service.js';
import { readOnce } from './readOnce.js';

/** Jobs of the whole installation, read from the database whenever somebody asks; nothing while it does not answer. */
export function measureJobs(registry: Registry, read: () => Promise<JobStatistics>): void {
  const statistics = readOnce(read);
  const registers = [registry];
  new Gauge({
    name: 'residua_jobs',
    help: 'Jobs by kind and state.',
    labelNames: ['kind', 'state'],
    registers,
    async collect() {
      const counts = (await statistics())?.counts ?? [];
      this.reset();
      for (const { kind, state, count } of counts) this.set({ kind, state }, count);
    },
  });
  new Gauge({
    name: 'residua_failed_jobs',
    help: 'Jobs that failed, by kind and code of the failure.',
    labelNames: ['kind', 'code'],
    registers,
    async collect() {
      const failures = (await statistics())?.failures ?? [];
      this.reset();
      for (const { kind, code, count } of failures) this.set({ kind, code }, count);
    },
  });
  new Gauge({
    name: 'residua_oldest_queued_job_seconds',
    help: 'Age of the job that waits longest for a worker; 0 when none waits.',
    registers,
    async collect() {
      this.set((await statistics())?.oldestQueuedSeconds ?? 0);
    },
  });
  new Gauge({
    name: 'residua_oldest_heartbeat_seconds',
    help: 'Time since the last sign of life of the worker that has been silent longest; 0 when none runs a job.',
    registers,
    async collect() {
      this.set((await statistics())?.oldestHeartbeatSeconds ?? 0);
    },
  });
}
