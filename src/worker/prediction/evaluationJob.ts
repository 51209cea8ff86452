import { everything } from '../../access/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { NewEvaluatedImage } from '../../services/evaluations.service.js';
import type { SnapshotImage } from '../../services/snapshot-images.service.js';
import { EvaluationAccumulator, resizeMap, type EvaluatedMap } from '../../toolkit/index.js';
import { predictImages, type PredictedImage } from './predictImages.js';
import { pixelMask } from '../training/trainingImages.js';
import type { WorkerParts } from '../workerParts.js';

/** Runs one EVALUATION job: predicts every image of the split, stores maps and overlays, computes the metrics. */
export async function runEvaluationJob(parts: WorkerParts, attempt: JobAttempt): Promise<void> {
  const { services } = parts;
  const { jobId, modelVersionId, snapshotId, split } = await services.evaluations.require(everything, attempt.job.id);
  const images = await services.snapshotImages.find(everything, snapshotId, { split });
  const accumulator = new EvaluationAccumulator();
  const results: NewEvaluatedImage[] = [];
  let imagesWithoutMask = 0;
  const { pixelThreshold } = await predictImages(parts, attempt, modelVersionId, images, (image, prediction) => {
    if (image.label !== 'UNLABELLED') {
      const map = evaluatedMap(image, prediction);
      accumulator.add(map);
      if (map.isAnomalous && !map.mask) imagesWithoutMask += 1;
    }
    results.push(evaluatedImage(image, prediction));
  });
  const outcome = { ...accumulator.finish(), images: results, pixelThreshold, imagesWithoutMask };
  await attempt.complete((manager) => services.evaluations.store(manager, jobId, outcome));
}

/** At the size of the image, which is that of its mask. */
function evaluatedMap(image: SnapshotImage, { detectorMap, anomalyScore }: PredictedImage): EvaluatedMap {
  const isAnomalous = image.label === 'ANOMALOUS';
  const mask = isAnomalous ? (pixelMask(image)?.data ?? null) : null;
  const { data: scores, width, height } = resizeMap(detectorMap, image.width, image.height);
  return { scores, mask, width, height, anomalyScore, isAnomalous, defectType: image.defectType };
}

function evaluatedImage(image: SnapshotImage, prediction: PredictedImage): NewEvaluatedImage {
  const { anomalyScore, anomalyMapSha256, anomalyMapScale, overlaySha256, regions } = prediction;
  const { id: imageId, filename, label, defectType } = image;
  return {
    ...{ imageId, filename, label, defectType },
    ...{ anomalyScore, anomalyMapSha256, anomalyMapScale, overlaySha256, regions },
  };
}
