import { atMost, type Check, equal, megabyte, type Scenario } from '../scenario.js';
import type { Holdings, MeasuredProcess } from '../measuredProcess.js';
import type { Setting } from '../setting.js';

const runs = 300;
/** So many until everything is loaded and every cache has its size. */
const warmUp = 30;

/** Runs one after the other: what they leave must not add up. */
export const soak: Scenario = {
  name: 'soak',
  run: async (setting, size) => {
    const worker = await setting.worker();
    await trainings(setting, size.of(warmUp));
    const [before, connections] = [await holdings(setting, worker), await connectionsOf(setting)];
    await trainings(setting, size.of(runs));
    const after = await holdings(setting, worker);
    return [
      ...compared('API', before.api, after.api),
      ...compared('worker', before.worker, after.worker),
      equal('tensors of the worker', after.worker.tensors!, before.worker.tensors!),
      atMost('more connections of the database', (await connectionsOf(setting)) - connections, 2),
    ];
  },
};

async function holdings({ api }: Setting, worker: MeasuredProcess) {
  return { api: await api.holdings(), worker: await worker.holdings() };
}

function compared(name: string, before: Holdings, after: Holdings): Check[] {
  return [
    atMost(`growth of the heap, ${name}`, (after.heapBytes - before.heapBytes) / megabyte, 5, 'MB'),
    atMost(`more file descriptors, ${name}`, after.fileDescriptors - before.fileDescriptors, 2),
  ];
}

async function trainings(setting: Setting, count: number): Promise<void> {
  const settings = { imageSize: 32 };
  const detector = { name: 'patchcore', params: { featureDimension: 16, coresetRatio: 0.5 } };
  for (let i = 0; i < count; i++) await setting.train({ detector, settings });
  const sql = `SELECT count(*) FILTER (WHERE state = 'FAILED')::int AS failed,
    count(*) FILTER (WHERE state NOT IN ('COMPLETED', 'FAILED'))::int AS open FROM job`;
  for (;;) {
    const [found] = await setting.dataSource.query<[{ failed: number; open: number }]>(sql);
    if (found.failed > 0) throw new Error(`${found.failed} trainings have failed`);
    if (found.open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** By now: pools let idle connections go. */
async function connectionsOf({ dataSource }: Setting): Promise<number> {
  const [{ count }] = await dataSource.query<[{ count: number }]>(
    'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database()',
  );
  return count;
}
