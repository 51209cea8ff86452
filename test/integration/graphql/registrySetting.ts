import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import {
  ImageEntity,
  JobEntity,
  TrainingRunEntity,
  type ModelVersionEntity,
  type Split,
} from '../../../src/database/entities/index.js';
import type { Services } from '../../../src/services/index.js';
import { evaluate } from '../../../src/toolkit/index.js';

/** An image of the test split with the score a version gives it. */
export interface Scored {
  filename: string;
  label: 'NORMAL' | 'ANOMALOUS' | 'UNLABELLED';
  defectType?: string;
  score: number;
}

/** Models and evaluations as a training and a worker would leave them, with scores of the caller's choice. */
export class RegistrySetting {
  datasetId = '';
  projectId = '';
  snapshotId = '';
  private readonly images = new Map<string, string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly services: Services,
  ) {}

  /** Makes a data set of these images, in the default project where none is named, half of them again in VALIDATION, and freezes it. */
  async prepare(name: string, images: readonly Omit<Scored, 'score'>[], projectId?: string): Promise<this> {
    const dataset = await this.services.datasets.create(everything, { name, projectId });
    this.datasetId = dataset.id;
    this.projectId = dataset.projectId;
    for (const split of ['TEST', 'VALIDATION'] as const) {
      for (const { filename, label, defectType = null } of images) {
        const id = uuid();
        const facts = { bytes: 1, width: 64, height: 64, sha256: `${split} ${filename}`, label, defectType, split };
        await this.dataSource.manager.insert(ImageEntity, {
          ...{ ...facts, id, datasetId: dataset.id, filename: `${split}/${filename}` },
        });
        this.images.set(`${split}/${filename}`, id);
      }
    }
    this.snapshotId = (await this.services.snapshots.create(everything, { datasetId: dataset.id })).id;
    return this;
  }

  /** The next version of a model. @param fromModelVersionId of its training. */
  async version(modelName: string, fromModelVersionId: string | null = null): Promise<ModelVersionEntity> {
    const { manager } = this.dataSource;
    const jobId = uuid();
    const plugin = { id: 'x', version: '1.0.0', digest: 'd', params: {} };
    await manager.insert(JobEntity, {
      id: jobId,
      projectId: this.projectId,
      kind: 'TRAINING',
      state: 'COMPLETED',
    });
    const run = manager.create(TrainingRunEntity, {
      ...{ jobId, snapshotId: this.snapshotId, modelName, supervision: 'UNSUPERVISED', labels: null, seed: 0 },
      ...{ detector: { ...plugin, kind: 'detector' }, featureExtractor: { ...plugin, kind: 'feature-extractor' } },
      ...{ preset: null, augmentations: [], loss: null, environment: {}, fromModelVersionId },
      settings: { imageSize: 256, smoothingSigma: 4 },
    });
    await manager.save(run);
    const calibration = {
      imageScores: Array.from({ length: 11 }, (_, i) => i / 10),
      pixelQuantiles: Array.from({ length: 16 }, (_, i) => i / 15),
      bankDistances: Array.from({ length: 11 }, (_, i) => 2 + i / 10),
    };
    await this.dataSource.transaction((transaction) =>
      this.services.trainingRuns.registerVersion(transaction, run, { sha256: 'a'.repeat(64), bytes: 1 }, calibration),
    );
    return (await this.services.models.versionsByTrainingRuns(everything, [jobId]))[0]!;
  }

  /** A completed evaluation of a version, with the metrics these scores have. @returns its id. */
  async evaluation(modelVersionId: string, scored: readonly Scored[], split: Split = 'TEST'): Promise<string> {
    const { manager } = this.dataSource;
    const { jobId } = await this.services.evaluations.start(everything, {
      modelVersionId,
      snapshotId: this.snapshotId,
      split,
    });
    const labelled = scored.filter(({ label }) => label !== 'UNLABELLED');
    const outcome = evaluate(
      labelled.map(({ label, score, defectType }) => ({
        ...{ width: 2, height: 1, scores: Float32Array.of(score, score / 2), anomalyScore: score },
        mask: label === 'ANOMALOUS' ? Uint8Array.of(1, 0) : null,
        ...{ isAnomalous: label === 'ANOMALOUS', defectType: defectType ?? null },
      })),
    );
    const images = scored.map(({ filename, label, defectType, score }) => ({
      ...{ imageId: this.images.get(`${split}/${filename}`)!, filename, label, defectType: defectType ?? null },
      ...{ anomalyScore: score, anomalyMapSha256: 'm', anomalyMapScale: 1, overlaySha256: 'o', regions: [] },
    }));
    await this.services.evaluations.store(manager, jobId, {
      ...outcome,
      images,
      pixelThreshold: 0.5,
      imagesWithoutMask: 0,
    });
    await manager.update(JobEntity, { id: jobId }, { state: 'COMPLETED' });
    return jobId;
  }
}
