import { encodeGlobalId } from '../../graphql/index.js';
import type { Region } from '../../services/records.js';

/** A region with the id of the training image as GraphQL has it. */
export function withGlobalId({ nearestNormal, ...region }: Region) {
  if (!nearestNormal) return { ...region, nearestNormal: null };
  return { ...region, nearestNormal: { ...nearestNormal, imageId: encodeGlobalId('Image', nearestNormal.imageId) } };
}
