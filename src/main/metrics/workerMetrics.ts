import { Gauge, type Registry } from 'prom-client';

/** What a worker measures. */
export function measureWorker(registry: Registry, read: { tensors: () => number; jobs: () => number }): void {
  new Gauge({
    name: 'residua_tensors',
    help: 'Tensors this worker holds.',
    registers: [registry],
    collect() {
      this.set(read.tensors());
    },
  });
  new Gauge({
    name: 'residua_worker_jobs',
    help: 'Jobs this worker runs.',
    registers: [registry],
    collect() {
      this.set(read.jobs());
    },
  });
}
