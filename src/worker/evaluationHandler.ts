import { decodeRgb, encodeGrey16Png, encodePng } from '../files/index.js';
import type { JobRun } from '../jobs/index.js';
import type { Predictor } from '../plugin-api/index.js';
import type { NewEvaluatedImage, SnapshotImage } from '../services/index.js';
import type { AnomalyMap } from '../shared/images.js';
import { EvaluationAccumulator, findRegions, overlay, resizeMap } from '../toolkit/index.js';
import { decodeDetectorState } from './detectorArtifact.js';
import { openPredictor } from './detectorRun.js';
import { loadScaled, pixelMask } from './trainingImages.js';
import type { WorkerParts } from './workerParts.js';

/** How far above the pixel threshold the white of a stored map, and the red of an overlay, lie. */
const mapHeadroom = 4;
const overlayHeadroom = 2;

/** Thresholds a map is shown and cut with. */
export interface MapThresholds {
  imageThreshold: number;
  pixelThreshold: number;
}

/** What is stored of one prediction. */
export interface StoredPrediction {
  isAnomalous: boolean;
  anomalyMapSha256: string;
  anomalyMapScale: number;
  overlaySha256: string;
  regions: NewEvaluatedImage['regions'];
}

/** Runs one EVALUATION job: predicts every image of the split, stores maps and overlays, computes the metrics. */
export async function handleEvaluation(parts: WorkerParts, job: JobRun): Promise<void> {
  const { services, blobs } = parts;
  const evaluation = await services.evaluations.require(job.job.id);
  const version = await services.models.requireVersion(evaluation.modelVersionId);
  const run = await services.trainingRuns.require(version.trainingRunId);
  const images = await services.snapshotImages.ofSplit(evaluation.snapshotId, evaluation.split);
  const state = decodeDetectorState(await blobs.read(version.artifactSha256), 'artifact');
  const predictor = await openPredictor(parts, run, state, job.pluginLog);
  const thresholds = { imageThreshold: version.imageThreshold ?? 0, pixelThreshold: version.pixelThreshold ?? 0 };
  const accumulator = new EvaluationAccumulator();
  const results: NewEvaluatedImage[] = [];
  try {
    for (const [i, image] of images.entries()) {
      job.signal.throwIfAborted();
      const { map, anomalyScore } = await predictNative(parts, predictor, image, run.settings.imageSize);
      if (image.label !== 'UNLABELLED') accumulator.add(evaluated(image, map, anomalyScore));
      const stored = await storePrediction(parts, image, map, anomalyScore, thresholds);
      results.push({ imageId: image.id, filename: image.filename, anomalyScore, error: errorOf(image, anomalyScore, thresholds), ...stored });
      job.report({ phase: 'evaluation', step: i + 1, totalSteps: images.length, fraction: (i + 1) / images.length });
    }
  } finally {
    await predictor.dispose();
  }
  const outcome = accumulator.finish();
  await job.complete((manager) => services.evaluations.store(manager, evaluation.jobId, outcome, results));
}

/** Predicts an image and scales the map to the image's own size. */
export async function predictNative(
  { blobs }: WorkerParts,
  predictor: Predictor,
  image: SnapshotImage,
  size: number,
): Promise<{ map: AnomalyMap; anomalyScore: number }> {
  const { anomalyMap, anomalyScore } = await predictor.predict(await loadScaled(blobs, image, size));
  return { map: resizeMap(anomalyMap, image.width, image.height), anomalyScore };
}

/** Stores a map and its overlay, and finds the regions above the pixel threshold. */
export async function storePrediction(
  { blobs }: WorkerParts,
  image: Pick<SnapshotImage, 'sha256' | 'filename'>,
  map: AnomalyMap,
  anomalyScore: number,
  { imageThreshold, pixelThreshold }: MapThresholds,
): Promise<StoredPrediction> {
  const scale = Math.max(mapHeadroom * pixelThreshold, Number.MIN_VALUE);
  const shown = { ...map, data: map.data.map((score) => score / scale) };
  const original = await decodeRgb(await blobs.read(image.sha256), undefined, { item: image.filename });
  const range = { low: pixelThreshold / overlayHeadroom, high: overlayHeadroom * pixelThreshold };
  const [mapBlob, overlayBlob] = await Promise.all([
    encodeGrey16Png(shown).then((png) => blobs.put(png)),
    encodePng(overlay(original, map, range)).then((png) => blobs.put(png)),
  ]);
  return {
    isAnomalous: anomalyScore > imageThreshold,
    anomalyMapSha256: mapBlob.sha256,
    anomalyMapScale: scale,
    overlaySha256: overlayBlob.sha256,
    regions: findRegions(map, pixelThreshold),
  };
}

function evaluated(image: SnapshotImage, { data, width, height }: AnomalyMap, anomalyScore: number) {
  const isAnomalous = image.label === 'ANOMALOUS';
  const mask = isAnomalous ? (pixelMask(image)?.data ?? null) : null;
  return { scores: data, mask, width, height, anomalyScore, isAnomalous, defectType: image.defectType };
}

/** Positive when the verdict is wrong, by how far. */
function errorOf(image: SnapshotImage, score: number, { imageThreshold }: MapThresholds): number {
  return image.label === 'ANOMALOUS' ? imageThreshold - score : score - imageThreshold;
}
