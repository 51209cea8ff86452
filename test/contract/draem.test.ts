import { afterAll, expect, it } from 'vitest';
import { compute, nonFinite, sampleImage } from './plugins.js';
import type { DetectorCheckpoint } from '../../src/plugin-api/index.js';
import { predict, train } from './tinyTrainings.js';

afterAll(() => compute.dispose());

it('draem with SSPCAB trains on what the block predicts wrongly, and predicts', async () => {
  const params = { sspcab: { weight: 0.5 }, workingSize: 64, steps: 2 };
  const { plan, state, reports } = await train('draem', 'SUPERVISED', 1, { params });
  expect(plan.detector.params['sspcab']).toEqual({ weight: 0.5, kernel: 1, dilation: 1, reduction: 8 });
  expect(state.tensors).toHaveProperty(['rec.encoder.sspcab.se.fc1.weight']);
  const metrics = reports.find(({ stage }) => stage === 'training')!.metrics!;
  expect(metrics['prediction']).toBeGreaterThan(0);
  const { anomalyMap, anomalyScore } = await predict(plan, state, sampleImage(64, 64, 50));
  expect(nonFinite(anomalyMap.data) + nonFinite([anomalyScore])).toBe(0);
});

it(
  'draem learns from the textures of a folder, and resumes to the same bits with them',
  { timeout: 300_000 },
  async () => {
    const augmentations = [{ id: 'synthetic-defect', params: { kinds: ['memseg-textural'], textureFolder: 'wood' } }];
    const variation = {
      params: { steps: 3 },
      augmentations,
      textures: [20, 21].map((seed) => sampleImage(32, 48, seed)),
    };
    const checkpoints: DetectorCheckpoint[] = [];
    const { state } = await train('draem', 'UNSUPERVISED', 1, {
      ...variation,
      checkpoint: async (save) => void checkpoints.push(structuredClone(await save())),
    });
    const [resumeFrom] = checkpoints;
    expect((await train('draem', 'UNSUPERVISED', 1, { ...variation, resumeFrom: resumeFrom! })).state).toEqual(state);
    const others = { ...variation, textures: [sampleImage(32, 32, 30)] };
    expect((await train('draem', 'UNSUPERVISED', 1, others)).state.tensors).not.toEqual(state.tensors);
    await expect(train('draem', 'UNSUPERVISED', 1, { augmentations })).rejects.toThrow('names a folder of textures');
  },
);
