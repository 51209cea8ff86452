import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countPredictions } from '../../../src/main/metrics/workerMetrics.js';
import { PredictionHandler } from '../../../src/worker/prediction/predictionHandler.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.open(database.url);
}, 60_000);
afterAll(() => installation.stop());

it('are counted by model, version and verdict', async () => {
  const snapshotId = await installation.snapshot('tiles');
  const { id: modelVersionId } = await installation.trained({
    ...{ snapshotId, modelName: 'tiles & more', detector: { id: 'patchcore' } },
  });
  const registry = new Registry();
  const handler = new PredictionHandler({ ...installation.parts, predicted: countPredictions(registry) });
  for (const image of [surface(3, false, 64), surface(77, true, 64), surface(78, true, 64)]) {
    await handler.answer({ modelVersionId, image: await installation.stored(image), keep: 'NOTHING' });
  }
  await handler.dispose();
  const counted = (await registry.metrics()).split('\n').filter((line) => line.startsWith('residua_predictions_total'));
  expect(counted.toSorted()).toEqual([
    'residua_predictions_total{model="tiles & more",version="1",verdict="ANOMALOUS"} 2',
    'residua_predictions_total{model="tiles & more",version="1",verdict="NORMAL"} 1',
  ]);
});
