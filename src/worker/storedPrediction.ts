import { decodeRgb, encodeGrey16Png, encodePng } from '../files/index.js';
import type { Predictor } from '../plugin-api/index.js';
import type { NewEvaluatedImage } from '../services/index.js';
import type { AnomalyMap } from '../shared/images.js';
import { findRegions, overlay, resizeMap } from '../toolkit/index.js';
import { loadScaled } from './trainingImages.js';
import type { WorkerParts } from './workerParts.js';

/** An image in the blob store. */
export interface StoredImage {
  sha256: string;
  filename: string;
  width: number;
  height: number;
}

/** How far above the pixel threshold the white of a stored map, and the red of an overlay, lie. */
const mapHeadroom = 4;
const overlayHeadroom = 2;

/** Thresholds a map is shown and cut with. */
export interface MapThresholds {
  /** null, as before any calibration, counts as 0. */
  imageThreshold: number | null;
  pixelThreshold: number | null;
}

/** What is stored of one prediction. */
export interface StoredPrediction {
  isAnomalous: boolean;
  anomalyMapSha256: string;
  anomalyMapScale: number;
  overlaySha256: string;
  regions: NewEvaluatedImage['regions'];
}

/** Predicts an image and scales the map to the image's own size. */
export async function predictNative(
  { blobs }: WorkerParts,
  predictor: Predictor,
  image: StoredImage,
  size: number,
): Promise<{ map: AnomalyMap; anomalyScore: number }> {
  const { anomalyMap, anomalyScore } = await predictor.predict(await loadScaled(blobs, image, size));
  return { map: resizeMap(anomalyMap, image.width, image.height), anomalyScore };
}

/** Stores a map and its overlay, and finds the regions above the pixel threshold. */
export async function storePrediction(
  { blobs }: WorkerParts,
  image: StoredImage,
  map: AnomalyMap,
  anomalyScore: number,
  thresholds: MapThresholds,
): Promise<StoredPrediction> {
  const imageThreshold = thresholds.imageThreshold ?? 0;
  const pixelThreshold = thresholds.pixelThreshold ?? 0;
  const scale = Math.max(mapHeadroom * pixelThreshold, Number.MIN_VALUE);
  const shown = { ...map, data: map.data.map((score) => score / scale) };
  const original = await decodeRgb(await blobs.read(image.sha256), undefined, { item: image.filename });
  const range = { low: pixelThreshold, high: overlayHeadroom * pixelThreshold };
  const [mapBlob, overlayBlob] = await Promise.all([
    encodeGrey16Png(shown).then((png) => blobs.put(png)),
    encodePng(overlay(original, map, range)).then((png) => blobs.put(png)),
  ]);
  return {
    isAnomalous: anomalyScore >= imageThreshold,
    anomalyMapSha256: mapBlob.sha256,
    anomalyMapScale: scale,
    overlaySha256: overlayBlob.sha256,
    regions: findRegions(map, pixelThreshold),
  };
}
