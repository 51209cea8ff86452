import type { ImageLabel, ImageOrigin } from '../../database/entities/index.js';
import type { Box } from '../../shared/images.js';
import type { LoggedPrediction } from '../prediction-log.service.js';

/** Boxes of a draft, at most: those of the highest scores. */
const mostBoxes = 100;

/** What the image of a prediction is called: as its feedback says, and nothing where nobody has said anything. */
export function labelOf({ isAnomalous, feedback }: Pick<LoggedPrediction, 'isAnomalous' | 'feedback'>): ImageLabel {
  switch (feedback?.verdict) {
    case 'RIGHT':
      return isAnomalous ? 'ANOMALOUS' : 'NORMAL';
    case 'FALSE_ALARM':
      return 'NORMAL';
    case 'MISSED':
      return 'ANOMALOUS';
    default:
      return 'UNLABELLED';
  }
}

/** The regions of a prediction as boxes of its image, inside it. */
export function draftBoxes(
  { regions }: Pick<LoggedPrediction, 'regions'>,
  image: { width: number; height: number },
): Box[] {
  return regions.slice(0, mostBoxes).flatMap(({ box }) => {
    const [x, y] = [Math.max(0, box.x), Math.max(0, box.y)];
    const width = Math.min(box.x + box.width, image.width) - x;
    const height = Math.min(box.y + box.height, image.height) - y;
    return width > 0 && height > 0 ? [{ x, y, width, height }] : [];
  });
}

/** What an image keeps of the prediction it was made of. */
export function originOf(prediction: LoggedPrediction): ImageOrigin {
  const { id: predictionId, modelVersionId, model, version, anomalyScore, isAnomalous, station, partId } = prediction;
  const given = { verdict: prediction.feedback?.verdict ?? null, at: prediction.at.toISOString() };
  return { predictionId, modelVersionId, model, version, anomalyScore, isAnomalous, station, partId, ...given };
}
