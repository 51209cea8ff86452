import type { JobAttempt } from '../../jobs/index.js';
import type { StoredPrediction } from '../../services/dataset-predictions.service.js';
import type { ModelVersionEntity } from '../../services/records.js';
import type { SnapshotImage } from '../../services/snapshot-images.service.js';
import type { AnomalyMap } from '../../shared/images.js';
import { predictImage, storePrediction } from './imagePrediction.js';
import { openModel } from '../openModel.js';
import type { WorkerParts } from '../workerParts.js';

/** A prediction with the detector's own map still at hand. */
export interface PredictedImage extends StoredPrediction {
  detectorMap: AnomalyMap;
}

/** Images of another depth that are named in the log; the others are counted. */
const mostWarnings = 20;

/**
 * Predicts images of a snapshot one after the other for a job, storing maps and overlays and reporting each.
 * @param take is called with each image in order.
 * @returns the version as it was when the work began: its thresholds are those that were used.
 */
export async function predictImages(
  parts: WorkerParts,
  attempt: JobAttempt,
  modelVersionId: string,
  images: readonly SnapshotImage[],
  take: (image: SnapshotImage, prediction: PredictedImage) => void,
): Promise<ModelVersionEntity> {
  const stage = attempt.job.kind.toLowerCase();
  const totalSteps = images.length;
  const model = await openModel(parts, modelVersionId, attempt.pluginLog);
  let warned = 0;
  try {
    for (const [i, image] of images.entries()) {
      attempt.signal.throwIfAborted();
      const prediction = await predictImage(parts, model, image, model.version);
      for (const warning of prediction.warnings) {
        if (++warned <= mostWarnings) attempt.log('WARN', `'${image.filename}': ${warning}`);
      }
      take(image, {
        ...(await storePrediction(parts, prediction, model.version)),
        detectorMap: prediction.detectorMap,
      });
      attempt.report({ stage, step: i + 1, totalSteps, fraction: (i + 1) / totalSteps });
    }
    if (warned > mostWarnings) attempt.log('WARN', `and ${warned - mostWarnings} more images of another depth`);
  } finally {
    await model.predictor.dispose();
  }
  return model.version;
}
