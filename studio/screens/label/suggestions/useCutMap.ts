import { useEffect, useState } from 'preact/hooks';
import { valueAtScore, type CutMap, type ScoreMap } from '../../../canvas/anomalyMap.js';
import { factors } from './factors.js';
import { mapOf } from './maps.js';
import { mapWorker } from './mapWorker.js';
import type { SuggestingVersion } from './useVersions.js';

interface CutState {
  map?: ScoreMap;
  cut?: CutMap;
  /** Score at which it is cut, and the value of the map that is. */
  score?: number;
  least?: number;
  error?: unknown;
}

/** The map of an image and its regions at a threshold; an answer that comes late for others is dropped. */
export function useCutMap(
  imageId: string | undefined,
  version: SuggestingVersion | undefined,
  factor: number,
): CutState {
  const [state, setState] = useState<CutState>({});
  const versionId = version?.id;
  useEffect(() => {
    setState({});
    if (imageId === undefined || versionId === undefined) return;
    let isCurrent = true;
    mapOf(imageId, versionId).then(
      (map) => isCurrent && setState({ map }),
      (error: unknown) => isCurrent && setState({ error }),
    );
    return () => void (isCurrent = false);
  }, [imageId, versionId]);
  const { map } = state;
  // Without a threshold, a map reaches four times of what would be one.
  const unit = version?.pixelThreshold || (map ? map.scale / factors.most : 0);
  useEffect(() => {
    if (!map) return;
    let isCurrent = true;
    const score = factor * unit;
    const least = valueAtScore(map, score);
    mapWorker.ask('cut', map, least).then(
      (cut) => isCurrent && setState({ map, cut, score, least }),
      (error: unknown) => isCurrent && setState({ map, error }),
    );
    return () => void (isCurrent = false);
  }, [map, factor, unit]);
  return state;
}
