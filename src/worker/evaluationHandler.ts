import type { JobRun } from '../jobs/index.js';
import type { NewEvaluatedImage, SnapshotImage } from '../services/index.js';
import type { AnomalyMap } from '../shared/images.js';
import { EvaluationAccumulator } from '../toolkit/index.js';
import { decodeDetectorState } from './detectorArtifact.js';
import { openPredictor } from './detectorRun.js';
import { predictNative, storePrediction, type MapThresholds } from './storedPrediction.js';
import { pixelMask } from './trainingImages.js';
import type { WorkerParts } from './workerParts.js';

/** Runs one EVALUATION job: predicts every image of the split, stores maps and overlays, computes the metrics. */
export async function handleEvaluation(parts: WorkerParts, job: JobRun): Promise<void> {
  const { services, blobs } = parts;
  const evaluation = await services.evaluations.require(job.job.id);
  const version = await services.models.requireVersion(evaluation.modelVersionId);
  const run = await services.trainingRuns.require(version.trainingRunId);
  const images = await services.snapshotImages.ofSplit(evaluation.snapshotId, evaluation.split);
  const state = decodeDetectorState(await blobs.read(version.artifactSha256), 'artifact');
  const predictor = await openPredictor(parts, run, state, job.pluginLog);
  const accumulator = new EvaluationAccumulator();
  const results: NewEvaluatedImage[] = [];
  try {
    for (const [i, image] of images.entries()) {
      job.signal.throwIfAborted();
      const { map, anomalyScore } = await predictNative(parts, predictor, image, run.settings.imageSize);
      if (image.label !== 'UNLABELLED') accumulator.add(evaluated(image, map, anomalyScore));
      const stored = await storePrediction(parts, image, map, anomalyScore, version);
      results.push({
        imageId: image.id,
        filename: image.filename,
        anomalyScore,
        error: errorOf(image, anomalyScore, version),
        ...stored,
      });
      job.report({ phase: 'evaluation', step: i + 1, totalSteps: images.length, fraction: (i + 1) / images.length });
    }
  } finally {
    await predictor.dispose();
  }
  const outcome = accumulator.finish();
  await job.complete((manager) => services.evaluations.store(manager, evaluation.jobId, outcome, results));
}

function evaluated(image: SnapshotImage, { data, width, height }: AnomalyMap, anomalyScore: number) {
  const isAnomalous = image.label === 'ANOMALOUS';
  const mask = isAnomalous ? (pixelMask(image)?.data ?? null) : null;
  return { scores: data, mask, width, height, anomalyScore, isAnomalous, defectType: image.defectType };
}

/** Positive when the verdict is wrong, by how far. */
function errorOf(image: SnapshotImage, score: number, { imageThreshold }: MapThresholds): number {
  const threshold = imageThreshold ?? 0;
  return image.label === 'ANOMALOUS' ? threshold - score : score - threshold;
}
