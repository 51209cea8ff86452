import { decodeSafetensors, encodeSafetensors } from '../toolkit/index.js';
import type { DetectorState } from '../plugin-api/index.js';

/** A detector's state as the bytes of a safetensors file; its metadata stands in the header as JSON. */
export function encodeDetectorState({ tensors, metadata }: DetectorState): Uint8Array {
  return encodeSafetensors({ tensors: { ...tensors }, metadata: { residua: JSON.stringify(metadata) } });
}

/** @throws ProblemError MODEL_WEIGHTS_INVALID when the bytes are no safetensors file of ours. */
export function decodeDetectorState(bytes: Uint8Array, item: string): DetectorState {
  const { tensors, metadata } = decodeSafetensors(bytes, item);
  return { tensors, metadata: JSON.parse(metadata['residua'] ?? '{}') as Record<string, unknown> };
}
