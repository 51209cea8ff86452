import { decodeRgb, encodeGrey16Png, encodePng, resizeRgb } from '../../files/index.js';
import type { Region, StoredPrediction } from '../../services/index.js';
import type { AnomalyMap, RgbImage } from '../../shared/images.js';
import { findRegions, overlay, resizeMap } from '../../toolkit/index.js';
import { withNearestNormals } from './nearestNormals.js';
import type { OpenModel } from '../openModel.js';
import type { WorkerParts } from '../workerParts.js';

/** How far above the pixel threshold the white of a stored map, and the red of an overlay, lie. */
const mapHeadroom = 4;
const overlayHeadroom = 2;

/** Thresholds a prediction is judged, shown and cut at. */
export interface PredictionThresholds {
  /** null, as before any calibration, counts as 0. */
  imageThreshold: number | null;
  pixelThreshold: number | null;
}

/** What a model version says about an image, at the image's own size. */
export interface ImagePrediction {
  original: RgbImage;
  map: AnomalyMap;
  anomalyScore: number;
  isAnomalous: boolean;
  /** Parts of the map at or above the pixel threshold. */
  regions: Region[];
}

/** Decodes an image once, predicts it at the size the detector was trained at, and scales the map back. */
export async function predictImage(
  parts: WorkerParts,
  { predictor, run }: Pick<OpenModel, 'predictor' | 'run'>,
  image: { sha256: string; filename: string },
  thresholds: PredictionThresholds,
): Promise<ImagePrediction> {
  const original = await decodeRgb(await parts.blobs.read(image.sha256), undefined, { item: image.filename });
  const { imageSize } = run.settings;
  const scaled = await resizeRgb(original, { width: imageSize, height: imageSize });
  const { anomalyMap, anomalyScore, matches } = await predictor.predict(scaled);
  const map = resizeMap(anomalyMap, original.width, original.height);
  return {
    original,
    map,
    anomalyScore,
    isAnomalous: anomalyScore >= (thresholds.imageThreshold ?? 0),
    regions: await withNearestNormals(parts.services, findRegions(map, thresholds.pixelThreshold ?? 0), map, matches),
  };
}

/** Stores the map of a prediction as a picture. */
export async function storeMap(
  { blobs }: WorkerParts,
  { map }: ImagePrediction,
  thresholds: PredictionThresholds,
): Promise<Pick<StoredPrediction, 'anomalyMapSha256' | 'anomalyMapScale'>> {
  const anomalyMapScale = Math.max(mapHeadroom * (thresholds.pixelThreshold ?? 0), Number.MIN_VALUE);
  const shown = { ...map, data: map.data.map((score) => score / anomalyMapScale) };
  const { sha256 } = await blobs.put(await encodeGrey16Png(shown));
  return { anomalyMapSha256: sha256, anomalyMapScale };
}

/** Stores the map of a prediction and its overlay. */
export async function storePrediction(
  parts: WorkerParts,
  prediction: ImagePrediction,
  thresholds: PredictionThresholds,
): Promise<StoredPrediction> {
  const { original, map, anomalyScore, isAnomalous, regions } = prediction;
  const low = thresholds.pixelThreshold ?? 0;
  const [stored, overlayBlob] = await Promise.all([
    storeMap(parts, prediction, thresholds),
    encodePng(overlay(original, map, { low, high: overlayHeadroom * low })).then((png) => parts.blobs.put(png)),
  ]);
  return { anomalyScore, isAnomalous, regions, ...stored, overlaySha256: overlayBlob.sha256 };
}
