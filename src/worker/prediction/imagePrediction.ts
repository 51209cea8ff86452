import { decodeRgb, encodeGrey16Png, encodePng, fittingSize, type ImageSize } from '../../files/index.js';
import type { StoredPrediction } from '../../services/dataset-predictions.service.js';
import type { Region } from '../../services/records.js';
import type { AnomalyMap, Box, RgbImage } from '../../shared/images.js';
import { findRegions, overlay, resizeMap } from '../../toolkit/index.js';
import { drawOutline } from '../../toolkit/post-processing/outline.js';
import { bankDistanceOf } from '../bankDistance.js';
import { depthWarnings, readImage, type StoredImage } from '../imagePixels.js';
import { withNearestNormals } from './nearestNormals.js';
import type { OpenModel } from '../openModel.js';
import type { WorkerParts } from '../workerParts.js';

/** How far above the pixel threshold the white of a stored map, and the red of an overlay, lie. */
const mapHeadroom = 4;
const overlayHeadroom = 2;

/** Divided by less, a score could leave the range of numbers. */
const leastWhite = 1e-12;

/** Pixels of a shown map and overlay, at most. A detector's map is smaller; a camera's image may be much larger. */
const mostShownPixels = 1024 * 1024;

/** Thresholds a prediction is judged, shown and cut at. */
export interface PredictionThresholds {
  /** null, as before any calibration, counts as 0. */
  imageThreshold: number | null;
  pixelThreshold: number | null;
}

/** An image that came along with the question, already scaled for the model. */
export interface SentPixels extends ImageSize {
  /** PNG, base64. */
  scaled: string;
  /** Bits that its values use. */
  sampleBits: number;
}

/** What a model version says about an image. */
export interface ImagePrediction {
  /** At the size of `map`; undefined for an image that came already scaled. */
  picture: RgbImage | undefined;
  /** Of the image's proportions, at its size or at a million pixels, whichever is smaller. */
  map: AnomalyMap;
  /** As the detector made it. */
  detectorMap: AnomalyMap;
  anomalyScore: number;
  isAnomalous: boolean;
  /** See `bankDistanceOf`. */
  bankDistance: number | null;
  /** Parts of the map at or above the pixel threshold, in pixels of the image. */
  regions: Region[];
  /** What to know about the answer. */
  warnings: string[];
}

/** Decodes an image once, predicts it at the size the detector was trained at, and scales the map to be shown. */
export async function predictImage(
  parts: WorkerParts,
  model: Pick<OpenModel, 'predictor' | 'run'>,
  image: StoredImage | SentPixels,
  thresholds: PredictionThresholds,
): Promise<ImagePrediction> {
  const { scaled, picture, size } = await pixelsOf(parts, model, image);
  const { anomalyMap: detectorMap, anomalyScore, matches } = await model.predictor.predict(scaled);
  const shown = fittingSize(size, mostShownPixels);
  const map = resizeMap(detectorMap, shown.width, shown.height);
  const found = findRegions(map, thresholds.pixelThreshold ?? 0);
  const regions = await withNearestNormals(parts.services, found, { map, matches, size });
  return {
    ...{ picture, map, detectorMap, anomalyScore },
    isAnomalous: anomalyScore >= (thresholds.imageThreshold ?? 0),
    bankDistance: bankDistanceOf(matches),
    regions: regions.map((region) => onImage(region, map, size)),
    warnings: depthWarnings(model.run, image.sampleBits),
  };
}

async function pixelsOf(
  parts: WorkerParts,
  { run }: Pick<OpenModel, 'run'>,
  image: StoredImage | SentPixels,
): Promise<{ scaled: RgbImage; picture: RgbImage | undefined; size: ImageSize }> {
  if ('scaled' in image) {
    // Written by a pixel process that checked what was sent.
    const { scaled, width, height } = image;
    return { scaled: await decodeRgb(Buffer.from(scaled, 'base64')), picture: undefined, size: { width, height } };
  }
  const { scaled, shown, width, height } = await readImage(parts, image, run, mostShownPixels);
  return { scaled, picture: shown, size: { width, height } };
}

/** A region of a map in pixels of its image: a box that holds it, and its area. */
function onImage(region: Region, map: ImageSize, image: ImageSize): Region {
  const [x, y] = [image.width / map.width, image.height / map.height];
  if (x === 1 && y === 1) return region;
  const { box, pixels } = region;
  return { ...region, box: enclosing(box, x, y), pixels: Math.round(pixels * x * y) };
}

function enclosing(box: Box, x: number, y: number): Box {
  const [left, top] = [Math.floor(box.x * x), Math.floor(box.y * y)];
  const [right, bottom] = [Math.ceil((box.x + box.width) * x), Math.ceil((box.y + box.height) * y)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The score of a map's white. Where normal maps are 0 all over, so is the threshold: then it is the highest score. */
function whiteOf({ data }: AnomalyMap, pixelThreshold: number): number {
  if (pixelThreshold > leastWhite) return mapHeadroom * pixelThreshold;
  return Math.max(
    leastWhite,
    data.reduce((highest, score) => Math.max(highest, score), 0),
  );
}

/** The map of a prediction as a picture. */
export async function mapPicture(
  { map }: Pick<ImagePrediction, 'map'>,
  thresholds: PredictionThresholds,
): Promise<{ png: Buffer; anomalyMapScale: number }> {
  const anomalyMapScale = whiteOf(map, thresholds.pixelThreshold ?? 0);
  const shown = { ...map, data: map.data.map((score) => score / anomalyMapScale) };
  return { png: await encodeGrey16Png(shown), anomalyMapScale };
}

/** Stores the map of a prediction and its overlay. */
export async function storePrediction(
  { blobs }: WorkerParts,
  prediction: ImagePrediction,
  thresholds: PredictionThresholds,
): Promise<StoredPrediction> {
  const { picture, map, anomalyScore, isAnomalous, regions } = prediction;
  const low = thresholds.pixelThreshold ?? 0;
  const shown = overlay(picture!, map, { low, high: overlayHeadroom * low });
  // On a dark surface low scores are dark, too.
  drawOutline(shown, map, low);
  const [{ png, anomalyMapScale }, overlayPng] = await Promise.all([
    mapPicture(prediction, thresholds),
    encodePng(shown),
  ]);
  const [mapBlob, overlayBlob] = await Promise.all([blobs.put(png), blobs.put(overlayPng)]);
  const pictures = { anomalyMapSha256: mapBlob.sha256, anomalyMapScale, overlaySha256: overlayBlob.sha256 };
  return { anomalyScore, isAnomalous, regions, ...pictures };
}
