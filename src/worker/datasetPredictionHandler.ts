import type { JobRun } from '../jobs/index.js';
import type { NewPredictedImage } from '../services/index.js';
import { predictImages } from './manyImages.js';
import type { WorkerParts } from './workerParts.js';

/** Runs one PREDICTION job: predicts every image asked for and stores scores, maps, overlays and regions. */
export async function handleDatasetPrediction(parts: WorkerParts, job: JobRun): Promise<void> {
  const { services } = parts;
  const { jobId, modelVersionId, snapshotId, split, label } = await services.datasetPredictions.require(job.job.id);
  const images = await services.snapshotImages.find(snapshotId, { split, label });
  const results: NewPredictedImage[] = [];
  const thresholds = await predictImages(
    parts,
    job,
    modelVersionId,
    images,
    ({ id, filename }, { map: _, ...stored }) => {
      results.push({ imageId: id, filename, ...stored });
    },
  );
  await job.complete((manager) => services.datasetPredictions.store(manager, jobId, thresholds, results));
}
