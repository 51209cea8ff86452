import { problem } from '../shared/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../toolkit/index.js';
import type { DetectorState, FeatureParts } from '../plugin-api/index.js';
import type { ResolvedPlugin } from '../plugin-host/index.js';

type AnyDetector = ResolvedPlugin<'detector'>['plugin'];

/** A state with what it can be told by whether it meets the features it was made of. */
export interface StoredState extends DetectorState {
  /** `weightsDigest` of the feature extractor; artifacts of older versions have none. */
  featureWeights?: string | undefined;
  /** Version of the detector's states it is of; 1 when left out. */
  stateVersion?: number | undefined;
}

/** A detector's state as the bytes of a safetensors file; its metadata stands in the header as JSON. */
export function encodeDetectorState({ tensors, metadata, featureWeights, stateVersion }: StoredState): Uint8Array {
  return encodeSafetensors({
    tensors: { ...tensors },
    metadata: {
      residua: JSON.stringify(metadata),
      ...(featureWeights !== undefined && { featureWeights }),
      ...(stateVersion !== undefined && { stateVersion: String(stateVersion) }),
    },
  });
}

/** @throws ProblemError MODEL_WEIGHTS_INVALID when the bytes are no safetensors file of ours. */
export function decodeDetectorState(bytes: Uint8Array, item: string): StoredState {
  const { tensors, metadata } = decodeSafetensors(bytes, item);
  const { residua = '{}', featureWeights, stateVersion } = metadata;
  const own = metadataOf(residua, item);
  return { tensors, metadata: own, featureWeights, ...(stateVersion && { stateVersion: Number(stateVersion) }) };
}

function metadataOf(text: string, item: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw problem('MODEL_WEIGHTS_INVALID', `${item}: the metadata of the state are not JSON`, { item });
  }
}

/**
 * A state as this version of its detector has it, by the detector's readers.
 * @throws ProblemError MODEL_FORMAT_UNSUPPORTED when there is none.
 */
export function readState(
  { id, stateVersion: now = 1, stateReaders = {} }: Pick<AnyDetector, 'id' | 'stateVersion' | 'stateReaders'>,
  stored: StoredState,
): StoredState {
  let state = stored;
  for (let version = stored.stateVersion ?? 1; version !== now; version++) {
    const read = version < now ? stateReaders[version] : undefined;
    if (!read) {
      const message = `the state has version ${version} of detector ${id}, which makes version ${now} here and has no reader of it. Train again`;
      throw problem('MODEL_FORMAT_UNSUPPORTED', message, { item: id });
    }
    state = { ...state, ...read(state), stateVersion: version + 1 };
  }
  return state;
}

/**
 * A state means nothing on features of other weights, which a file of the same name may hold.
 * @throws ProblemError MODEL_PLUGIN_MISMATCH.
 */
export function checkFeatureWeights(
  { featureWeights: then }: StoredState,
  { features }: { features: FeatureParts | undefined },
  { featureExtractor: recorded }: { featureExtractor: { id: string } | null },
): void {
  const [now, id] = [features?.featureExtractor.weightsDigest, recorded?.id];
  if (now === undefined || id === undefined) return;
  if (then === undefined || then === now) return;
  const message =
    `the model was made with weights ${then.slice(0, 12)} of feature extractor ${id}; here they are ${now.slice(0, 12)}. ` +
    'Put the same file into the models folder, or train again';
  throw problem('MODEL_PLUGIN_MISMATCH', message, { item: id });
}
