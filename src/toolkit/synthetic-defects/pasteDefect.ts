import type { BinaryMask, RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import { connectedComponents } from '../pixels/connectedComponents.js';
import { placeIn, readScene, type Scene } from './scene.js';

/** A picture and where it is defective. */
export interface DefectiveImage {
  image: RgbImage;
  /** 1 where it is defective. */
  mask: BinaryMask;
}

/** Places tried before the one with the most of the defect is taken. */
const attempts = 6;
/** A place where this share of the defect lies on the object and in the picture is good. */
const enough = 2 / 3;

/**
 * A real defect, turned, mirrored, scaled and in a slightly other light, laid on a normal image (after the CutPaste of Yao et al. 2023): one
 * region of it, or all. Where the image shows an object before a plain background, on the object.
 * @param image a normal image, not to be changed.
 * @param defective of which at least one pixel is defective.
 * @returns a new image, equal to the given one wherever the mask is 0; the mask is not empty.
 * @throws RangeError for a mask without defective pixels.
 */
export function pasteDefect(image: RgbImage, defective: DefectiveImage, random: RandomSource): DefectiveImage {
  const piece = cutOut(defective, random);
  const scene = readScene(image, []);
  let best: DefectiveImage | undefined;
  let most = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const pasted = paste(scene, piece, choosePlacement(scene, random));
    const share = pasted.pixels / piece.pixels;
    if (share > most) [best, most] = [pasted, share];
    if (share >= enough) break;
  }
  // As it was cut out, it lies within the picture.
  const plain = { cos: 1, sin: 0, mirrored: 1, gain: 1, offset: 0 } as const;
  return best ?? paste({ ...scene, foreground: null }, piece, { ...plain, x: piece.x, y: piece.y });
}

/** What is laid on another picture. */
interface Piece extends DefectiveImage {
  /** Middle of the part that is cut out, pixels of its picture. */
  x: number;
  y: number;
  /** Half the diagonal of its box. */
  radius: number;
  pixels: number;
}

function cutOut({ image, mask }: DefectiveImage, random: RandomSource): Piece {
  const { labels, components } = connectedComponents(mask);
  if (components.length === 0) throw new RangeError('the mask of a defect to paste has no defective pixel');
  const chosen = random.uniform() < 0.5 ? undefined : random.integer(components.length);
  const regions = chosen === undefined ? components : [components[chosen]!];
  const left = Math.min(...regions.map(({ box }) => box.x));
  const top = Math.min(...regions.map(({ box }) => box.y));
  const right = Math.max(...regions.map(({ box }) => box.x + box.width));
  const bottom = Math.max(...regions.map(({ box }) => box.y + box.height));
  const taken = (label: number) => label !== 0 && (chosen === undefined || label === chosen + 1);
  return {
    image,
    mask: { ...mask, data: Uint8Array.from(labels, (label) => (taken(label) ? 1 : 0)) },
    ...{ x: (left + right) / 2, y: (top + bottom) / 2, radius: Math.hypot(right - left, bottom - top) / 2 },
    pixels: regions.reduce((sum, { pixels }) => sum + pixels, 0),
  };
}

/** Where a piece comes to lie, and how. */
interface Placement {
  /** Middle, pixels of the target. */
  x: number;
  y: number;
  /** Of the turn from target to piece, over the scale. */
  cos: number;
  sin: number;
  mirrored: 1 | -1;
  gain: number;
  offset: number;
}

function choosePlacement(scene: Scene, random: RandomSource): Placement {
  const { x, y } = placeIn(scene, random);
  const angle = random.between(0, 2 * Math.PI);
  const scale = random.between(0.8, 1.25);
  return {
    ...{ x, y, cos: Math.cos(angle) / scale, sin: Math.sin(angle) / scale },
    mirrored: random.uniform() < 0.5 ? 1 : -1,
    gain: random.between(0.9, 1.1),
    offset: random.between(-10, 10),
  };
}

/** Soft over one pixel at the piece's edge. */
function paste(scene: Scene, piece: Piece, at: Placement): DefectiveImage & { pixels: number } {
  const { width, height, foreground } = scene;
  const data = Uint8Array.from(scene.pixels);
  const mask = new Uint8Array(width * height);
  const reach = piece.radius / Math.hypot(at.cos, at.sin) + 1;
  const [top, bottom] = [Math.max(0, Math.floor(at.y - reach)), Math.min(height, Math.ceil(at.y + reach))];
  const [left, right] = [Math.max(0, Math.floor(at.x - reach)), Math.min(width, Math.ceil(at.x + reach))];
  let pixels = 0;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const i = row * width + column;
      if (foreground && foreground[i] === 0) continue;
      const [dx, dy] = [column + 0.5 - at.x, row + 0.5 - at.y];
      const x = piece.x + at.mirrored * (dx * at.cos - dy * at.sin) - 0.5;
      const y = piece.y + dx * at.sin + dy * at.cos - 0.5;
      const coverage = sampled(piece.mask, 1, 0, x, y);
      if (coverage < 0.5) continue;
      mask[i] = 1;
      pixels++;
      for (let c = 0; c < 3; c++) {
        const colour = at.gain * sampled(piece.image, 3, c, x, y) + at.offset;
        const blended = data[3 * i + c]! * (1 - coverage) + colour * coverage;
        data[3 * i + c] = Math.max(0, Math.min(255, Math.round(blended)));
      }
    }
  }
  return { image: { width, height, data }, mask: { width, height, data: mask }, pixels };
}

/** A value between pixels, bilinear; the edge goes on outside. */
function sampled(
  { width, height, data }: RgbImage | BinaryMask,
  channels: number,
  channel: number,
  x: number,
  y: number,
): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const at = (column: number, row: number) => {
    const inside = Math.max(0, Math.min(height - 1, row)) * width + Math.max(0, Math.min(width - 1, column));
    return data[inside * channels + channel]!;
  };
  const above = at(left, top) * (1 - right) + at(left + 1, top) * right;
  const below = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
  return above * (1 - down) + below * down;
}
