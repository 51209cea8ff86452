import { accepted, PredictNowDocument, present } from '../../../../src/client/index.js';
import { client } from '../../../api/session.js';
import type { ScoreMap } from '../../../canvas/anomalyMap.js';
import { mapWorker } from './mapWorker.js';

/** Maps kept: of the image that is shown and of those just left. A map has a million pixels at most. */
const most = 6;
const kept = new Map<string, Promise<ScoreMap>>();

/**
 * What a version says about an image: it is asked, since a map that is stored somewhere is that of an evaluation's thresholds and cannot be found by its
 * image.
 */
export function mapOf(imageId: string, modelVersionId: string): Promise<ScoreMap> {
  const key = `${imageId}/${modelVersionId}`;
  const known = kept.get(key);
  const map = known ?? predicted(imageId, modelVersionId);
  // The newest last: those asked for longest ago go first.
  kept.delete(key);
  kept.set(key, map);
  if (!known) map.catch(() => kept.delete(key));
  for (const old of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(old);
  }
  return map;
}

async function predicted(imageId: string, modelVersionId: string): Promise<ScoreMap> {
  const answer = await client.request(PredictNowDocument, { input: { imageId, modelVersionId } });
  const prediction = present(accepted(answer.predict).prediction, 'prediction');
  const address = present(prediction.anomalyMapUrl, 'anomaly map');
  const map = await mapWorker.ask('decode', await client.download(address));
  return { ...map, scale: present(prediction.anomalyMapScale, 'scale of the anomaly map') };
}
