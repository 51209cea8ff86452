import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import {
  JobEventEntity,
  type ModelExportEntity,
  type MetricsReportedPayload,
} from '../../../src/database/entities/index.js';
import type { ModelVersionEntity, TrainingRunEntity } from '../../../src/services/records.js';
import { openModel } from '../../../src/worker/openModel.js';
import { predictImage } from '../../../src/worker/prediction/imagePrediction.js';
import { exportOnnx } from '../../../src/worker/export/onnxExport.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';
import { writePlugin } from '../../support/pluginPackages.js';

/** The mean of the normal images, pixel by pixel: no features, no augmentations, no loss, two stages of unequal length. */
const meanImage = `
import { defineDetector, hostTensor, tf, z } from 'residua/plugin-api';
export const plugin = defineDetector({
  id: 'mean-image', version: '1.0.0', apiVersion: 2, title: 'Mean image', description: 'Difference to the mean of the normal images.',
  params: z.strictObject({ rounds: z.int().min(1).max(100).default(3) }),
  supervisions: ['UNSUPERVISED'],
  uses: { features: false, augmentations: [], loss: false },
  continues: false,
  stages: ({ params }) => [{ name: 'mean', weight: 3 }, { name: 'rounds', weight: params.rounds }],
  check: () => [],
  train: async (context) => {
    const { normalImages, settings: { imageSize }, params, steps } = context;
    for (const name of ['featureExtractor', 'featureLayers', 'imageAugmentations', 'residualAugmentations', 'loss']) {
      if (name in context) throw new Error('given ' + name);
    }
    const mean = new Float32Array(imageSize * imageSize * 3);
    for (const [i, image] of normalImages.entries()) {
      const { data } = await image.load();
      data.forEach((value, at) => (mean[at] += value / normalImages.length));
      steps.report({ stage: 'mean', step: i + 1, totalSteps: normalImages.length, metrics: { images: i + 1 } });
    }
    for (let step = 1; step <= params.rounds; step++) {
      steps.report({ stage: 'rounds', step, totalSteps: params.rounds, metrics: { round: step } });
    }
    return { tensors: { mean: hostTensor(mean, [1, imageSize, imageSize, 3]) }, metadata: {} };
  },
  predictionGraph: ({ tensors: { mean } }) => {
    const captured = tf.tensor(mean.data, mean.shape);
    return {
      predict: (image) => {
        const anomalyMap = tf.mean(tf.abs(tf.sub(image, captured)), 3);
        return { anomalyMap, anomalyScore: tf.reshape(tf.max(anomalyMap), [1]) };
      },
      dispose: () => captured.dispose(),
    };
  },
});`;

const database = useDatabase();
let folder: string;
let here: Installation;
let version: ModelVersionEntity;
let run: TrainingRunEntity;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-bare-detector-'));
  const plugin = await writePlugin(folder, 'detector', 'mean-image', meanImage);
  here = await Installation.open(database.url, { RESIDUA_PLUGINS: plugin });
  const snapshotId = await here.snapshot('tiles', 5, 64);
  version = await here.trained({ snapshotId, detector: { id: 'mean-image', params: { rounds: 9 } } });
  run = await here.runtime.services.trainingRuns.require(everything, version.trainingRunId);
}, 60_000);
afterAll(async () => {
  await here.stop();
  await rm(folder, { recursive: true });
});

describe('a detector without features, augmentations and loss', () => {
  it('trains, and its run records none of them', () => {
    expect(run).toMatchObject({ featureExtractor: null, augmentations: [], loss: null, preset: 'cpu-small' });
    expect(run.settings).toEqual({ imageSize: 64, smoothingSigma: 4 });
    expect(run.detector).toMatchObject({ id: 'mean-image', params: { rounds: 9 } });
  });

  it('is at its own stages in their order, before the calibration that every training has', async () => {
    const events = await database.dataSource
      .getRepository(JobEventEntity)
      .find({ where: { jobId: run.jobId, type: 'METRICS_REPORTED' }, order: { seq: 'ASC' } });
    const stages = events.map(({ payload }) => (payload as MetricsReportedPayload).stage);
    expect([...new Set(stages)]).toEqual(['mean', 'rounds', 'calibration']);
  });

  it('predicts, and is exported as ONNX', async () => {
    const log = { info: () => undefined, warn: () => undefined };
    const model = await openModel(here.parts, version.id, log);
    const thresholds = { imageThreshold: 0, pixelThreshold: 0 };
    const scoreOf = async (defective: boolean) =>
      (await predictImage(here.parts, model, await here.stored(surface(77, defective)), thresholds)).anomalyScore;
    expect(await scoreOf(true)).toBeGreaterThan(await scoreOf(false));
    await model.predictor.dispose();
    const exported = await here.runtime.services.modelExports.describe({
      modelVersionId: version.id,
    } as ModelExportEntity);
    expect((await exportOnnx(here.parts, exported, log)).length).toBeGreaterThan(64 * 64 * 3 * 4);
  });

  it.each([
    [{ featureExtractor: { id: 'mobilenet-v3' } }, 'uses no feature extractor; leave out "mobilenet-v3"'],
    [{ augmentations: [{ id: 'synthetic-defect' }] }, 'uses no augmentations of images; leave out "synthetic-defect"'],
    [{ augmentations: [{ id: 'knn-residual' }] }, 'uses no augmentations of residuals; leave out "knn-residual"'],
    [{ loss: { id: 'focal' } }, 'uses no loss; leave out "focal"'],
    [{ preset: 'paper' }, 'no preset "paper" of detector mean-image; known: cpu-small, cpu-medium'],
    [{ detector: { id: 'mean-image', params: { swinBlocks: 7 } } }, 'swinBlocks'],
  ])('refuses %j by name', async (choice, message) => {
    const { snapshotId } = run;
    const started = here.start({ snapshotId, detector: { id: 'mean-image' }, ...choice });
    await expect(started).rejects.toThrow(message);
  });
});
