import { afterAll, beforeAll, expect, it } from 'vitest';
import { useDatabase } from '../../support/database.js';
import { Installation } from '../../support/installation.js';

const database = useDatabase();
let here: Installation;
let snapshotId: string;
beforeAll(async () => {
  // Enough for the features of an image, and too little for a step of this training.
  here = await Installation.open(database.url, { RESIDUA_COMPUTE_BYTES: String(32 * 2 ** 20) });
  snapshotId = await here.snapshot('tiles', 5, 64);
});
afterAll(() => here.stop());

const draem = (params: Record<string, number>) => ({ snapshotId, detector: { id: 'draem', params } });

it('a training that does not fit says before its first step what it needs, and what to turn down', async () => {
  const { jobId } = await here.start(draem({ imagesPerStep: 32, reconstructionWidth: 32 }));
  const { job, events } = await here.ended(jobId);
  expect(job).toMatchObject({ state: 'FAILED', attempt: 1, failure: { code: 'OUT_OF_MEMORY' } });
  expect(job.failure!.message).toMatch(
    /^"training-step" needs about [\d.]+ [MG]iB \(state .*, in between .*\); it may take 32\.0 MiB \(RESIDUA_COMPUTE_BYTES\)\. Less takes a smaller settings\.imageSize \(64\), detector\.params\.imagesPerStep \(32\), detector\.params\.workingSize \(32\), detector\.params\.reconstructionWidth \(32\)$/,
  );
  expect(events.filter(({ payload }) => 'stage' in payload && payload.stage === 'training')).toEqual([]);
});

it('the same with fewer images a step and a narrower network fits', async () => {
  const { jobId } = await here.start(draem({ steps: 2 }));
  const { job } = await here.ended(jobId);
  expect(job.failure).toBeNull();
});
