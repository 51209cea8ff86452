import type { BinaryMask, Box } from '../../shared/images.js';
import { connectedComponents } from '../pixels/connectedComponents.js';

/** The cheapest label from the dearest: the bounding box of each 8-connected region, in the order of their first pixels. */
export function boxesFromMask(mask: BinaryMask): Box[] {
  return connectedComponents(mask).components.map((component) => component.box);
}
