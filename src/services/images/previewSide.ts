import { previewSides, type PreviewSide } from '../../files/index.js';
import { FaultError } from '../../shared/errors.js';

/** A size of previews that somebody asked for. @throws FaultError BAD_USER_INPUT for one that there is not. */
export function previewSideOf(asked: number): PreviewSide {
  const side = previewSides.find((one) => one === asked);
  if (side) return side;
  throw new FaultError('BAD_USER_INPUT', `side is ${asked}; previews have a side of ${previewSides.join(', ')} pixels`);
}
