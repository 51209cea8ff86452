import { everything } from '../../access/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { NewPredictedImage } from '../../services/dataset-predictions.service.js';
import { predictImages } from './predictImages.js';
import type { WorkerParts } from '../workerParts.js';

/** Runs one PREDICTION job: predicts every image asked for and stores scores, maps, overlays and regions. */
export async function runDatasetPredictionJob(parts: WorkerParts, attempt: JobAttempt): Promise<void> {
  const { services } = parts;
  const { jobId, modelVersionId, snapshotId, split, label } = await services.datasetPredictions.require(
    everything,
    attempt.job.id,
  );
  const images = await services.snapshotImages.find(everything, snapshotId, { split, label });
  const results: NewPredictedImage[] = [];
  const thresholds = await predictImages(
    parts,
    attempt,
    modelVersionId,
    images,
    ({ id, filename }, { detectorMap: _, ...stored }) => {
      results.push({ imageId: id, filename, ...stored });
    },
  );
  await attempt.complete((manager) => services.datasetPredictions.store(manager, jobId, thresholds, results));
}
