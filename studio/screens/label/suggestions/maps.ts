import { accepted, PredictNowDocument, present, StoredMapDocument } from '../../../../src/client/index.js';
import { found } from '../../../api/found.js';
import { client } from '../../../api/session.js';
import type { ScoreMap } from '../../../canvas/anomalyMap.js';
import { mapWorker } from './mapWorker.js';

/** Maps kept: of the image that is shown and of those just left. A map has a million pixels at most. */
const most = 6;
const kept = new Map<string, Promise<ScoreMap>>();

/** What a version says about an image: as it is stored, else the version is asked. */
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
  const { url, scale } = (await stored(imageId, modelVersionId)) ?? (await asked(imageId, modelVersionId));
  return { ...(await mapWorker.ask('decode', await client.download(url))), scale };
}

interface MapAddress {
  url: string;
  /** Score of white. */
  scale: number;
}

async function stored(id: string, modelVersionId: string): Promise<MapAddress | undefined> {
  const { prediction } = found((await client.request(StoredMapDocument, { id, modelVersionId })).node, 'image');
  return prediction ? { url: prediction.anomalyMapUrl, scale: prediction.anomalyMapScale } : undefined;
}

async function asked(imageId: string, modelVersionId: string): Promise<MapAddress> {
  const answer = await client.request(PredictNowDocument, { input: { imageId, modelVersionId } });
  const { anomalyMapUrl, anomalyMapScale } = present(accepted(answer.predict).prediction, 'prediction');
  return { url: present(anomalyMapUrl, 'anomaly map'), scale: present(anomalyMapScale, 'scale of the anomaly map') };
}
