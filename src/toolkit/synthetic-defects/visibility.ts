import { connectedComponents } from '../pixels/connectedComponents.js';
import { boxMean } from '../pixels/boxMean.js';
import type { Scene } from './scene.js';

/** Grey levels of change that an eye notices on a quiet surface. */
const noticeable = 5;
/** A region is seen when its brightness changes by this share of the texture's contrast, ... */
const brightnessShare = 0.5;
/** ... or when its pixels differ by this multiple of it: two samples of one texture differ by 1.1 on average. */
const differenceShare = 1.6;
/** Regions smaller than this many square units are specks of noise. */
const speck = 6;

/**
 * 1 where the canvas differs visibly from the image: where the largest difference of the channels, averaged over 3 x 3
 * pixels so that pixels which happen to agree leave no holes, is noticeable, in regions that stand out against the texture
 * around them. Texture put in place of the same texture is no defect.
 */
export function visibleMask(scene: Scene, canvas: Float32Array): Uint8Array<ArrayBuffer> {
  const { width, height } = scene;
  const { absolute, signed } = differences(scene, canvas);
  const smoothed = boxMean(absolute, width, height, 1);
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) mask[i] = smoothed[i]! >= noticeable ? 1 : 0;
  const { labels, components } = connectedComponents({ width, height, data: mask });
  const sums = components.map(() => ({ absolute: 0, signed: 0, contrast: 0, changed: 0 }));
  for (let i = 0; i < mask.length; i++) {
    if (labels[i] === 0 || absolute[i]! < 1) continue;
    const sum = sums[labels[i]! - 1]!;
    sum.changed++;
    sum.absolute += absolute[i]!;
    sum.signed += signed[i]!;
    sum.contrast += scene.deviation[i]!;
  }
  const seen = sums.map(
    (sum, i) =>
      sum.changed > 0 &&
      components[i]!.pixels >= speck * scene.unit ** 2 &&
      (Math.abs(sum.signed) >= Math.max(noticeable * sum.changed, brightnessShare * sum.contrast) ||
        sum.absolute >= Math.max(noticeable * sum.changed, differenceShare * sum.contrast)),
  );
  for (let i = 0; i < mask.length; i++) if (labels[i] !== 0 && !seen[labels[i]! - 1]) mask[i] = 0;
  return mask;
}

/** Per pixel, the largest absolute difference of the channels and the mean signed one. */
function differences({ pixels, width, height }: Scene, canvas: Float32Array) {
  const absolute = new Float32Array(width * height);
  const signed = new Float32Array(width * height);
  for (let i = 0, c = 0; i < absolute.length; i++, c += 3) {
    const red = canvas[c]! - pixels[c]!;
    const green = canvas[c + 1]! - pixels[c + 1]!;
    const blue = canvas[c + 2]! - pixels[c + 2]!;
    if (red === 0 && green === 0 && blue === 0) continue;
    absolute[i] = Math.max(Math.abs(red), Math.abs(green), Math.abs(blue));
    signed[i] = (red + green + blue) / 3;
  }
  return { absolute, signed };
}
