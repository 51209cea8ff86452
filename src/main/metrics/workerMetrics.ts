import { Counter, Gauge, type Registry } from 'prom-client';
import type { AnsweredPrediction } from '../../worker/workerParts.js';

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

/** @returns what counts a single prediction that was answered. */
export function countPredictions(registry: Registry): (prediction: AnsweredPrediction) => void {
  const counter = new Counter({
    name: 'residua_predictions_total',
    help: 'Single predictions that this worker answered, by model, version and verdict.',
    labelNames: ['model', 'version', 'verdict'],
    registers: [registry],
  });
  return ({ model, version, isAnomalous }) =>
    counter.inc({ model, version, verdict: isAnomalous ? 'ANOMALOUS' : 'NORMAL' });
}
