import { problem } from '../shared/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../toolkit/index.js';
import type { DetectorState, FeatureParts } from '../plugin-api/index.js';

/** A state with what it can be told by whether it meets the features it was made of. */
export interface StoredState extends DetectorState {
  /** `weightsDigest` of the feature extractor; artifacts of older versions have none. */
  featureWeights?: string | undefined;
}

/** A detector's state as the bytes of a safetensors file; its metadata stands in the header as JSON. */
export function encodeDetectorState({ tensors, metadata, featureWeights }: StoredState): Uint8Array {
  return encodeSafetensors({
    tensors: { ...tensors },
    metadata: { residua: JSON.stringify(metadata), ...(featureWeights !== undefined && { featureWeights }) },
  });
}

/** @throws ProblemError MODEL_WEIGHTS_INVALID when the bytes are no safetensors file of ours. */
export function decodeDetectorState(bytes: Uint8Array, item: string): StoredState {
  const { tensors, metadata } = decodeSafetensors(bytes, item);
  const { residua = '{}', featureWeights } = metadata;
  return { tensors, metadata: JSON.parse(residua) as Record<string, unknown>, featureWeights };
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
