import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { measureJobs } from '../../../../src/main/metrics/jobMetrics.js';
import type { JobStatistics } from '../../../../src/services/jobs.service.js';

it('tell the numbers of the moment they are asked, from one reading', async () => {
  const registry = new Registry();
  let readings = 0;
  measureJobs(registry, () => {
    readings += 1;
    const statistics: JobStatistics = {
      counts: [{ kind: 'TRAINING', state: 'FAILED', count: 2 }],
      failures: [{ kind: 'TRAINING', code: 'OUT_OF_MEMORY', count: 2 }],
      oldestQueuedSeconds: 10 * readings,
      oldestHeartbeatSeconds: 3,
    };
    return Promise.resolve(statistics);
  });
  const first = await registry.metrics();
  expect(first).toContain('\nresidua_oldest_queued_job_seconds 10\n');
  expect(first).toContain('\nresidua_oldest_heartbeat_seconds 3\n');
  expect(first).toContain('residua_failed_jobs{kind="TRAINING",code="OUT_OF_MEMORY"} 2\n');
  expect(await registry.metrics()).toContain('\nresidua_oldest_queued_job_seconds 20\n');
  expect(readings).toBe(2);
});
