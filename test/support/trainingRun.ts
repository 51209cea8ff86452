import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { JobEntity, TrainingRunEntity } from '../../src/database/entities/index.js';
import type { TrainingSettings } from '../../src/shared/training.js';
import { anyProject } from './anyProject.js';

/** Writes the rows of a completed training as if a worker had done it. @returns its id. */
export async function addTrainingRun(
  { manager }: DataSource,
  { snapshotId, modelName }: { snapshotId: string; modelName: string },
): Promise<string> {
  const jobId = uuid();
  const plugin = { id: 'x', version: '1.0.0', digest: 'd', params: {} };
  await manager.insert(JobEntity, {
    id: jobId,
    projectId: await anyProject(manager),
    kind: 'TRAINING',
    state: 'COMPLETED',
  });
  await manager.insert(TrainingRunEntity, {
    ...{ jobId, snapshotId, modelName, supervision: 'UNSUPERVISED', seed: 0 },
    detector: { ...plugin, kind: 'detector' },
    featureExtractor: { ...plugin, kind: 'feature-extractor' },
    ...{ augmentations: [], settings: {} as TrainingSettings, environment: {} },
  });
  return jobId;
}
