import { connectedComponents } from '../pixels/connectedComponents.js';
import { boxMean } from '../pixels/boxMean.js';

/** Limits under which a picture counts as an object before a plain background. */
const limits = {
  /** Grey levels: local deviation of a plain background, and its spread (10th to 90th percentile) along the border. */
  texture: 5,
  spread: 45,
  /** Grey levels an object differs from the background. */
  difference: 18,
  /** A shadow is weaker than this share of the object's typical difference. */
  shadow: 0.6,
  /** Share of the image an object takes, and of the border it may touch. */
  smallest: 0.01,
  largest: 0.7,
  border: 0.15,
};

/**
 * Estimates where the object is, for pictures of an object before a plain background: 1 object, 0 background. null for
 * pictures that a surface fills.
 * @param luminance `[height * width]`, 0..255.
 * @param deviation local deviation of the luminance, same shape.
 */
export function estimateForeground(
  luminance: Float32Array,
  deviation: Float32Array,
  width: number,
  height: number,
): Uint8Array | null {
  const border = borderPixels(width, height);
  const levels = Float32Array.from(border, (i) => luminance[i]!).sort();
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => levels[Math.floor(share * (levels.length - 1))]!);
  const textures = Float32Array.from(border, (i) => deviation[i]!).sort();
  const plain = high! - low! < limits.spread && textures[Math.floor(textures.length * 0.7)]! < limits.texture;
  if (!plain) return null;
  const smoothed = boxMean(luminance, width, height, 1);
  const difference = smoothed.map((level) => Math.abs(level - middle!));
  const least = Math.max(limits.difference, high! - low!);
  const first = mask(difference, least, width, height);
  // Second look: shadows differ less from the background than the object does.
  const objectLevels = difference.filter((_, i) => first[i] === 1).sort();
  const typical = objectLevels[Math.floor(0.8 * objectLevels.length)] ?? 0;
  const foreground = withoutHoles(
    mask(difference, Math.max(least, limits.shadow * typical), width, height),
    width,
    height,
  );
  const share = foreground.reduce((sum, value) => sum + value, 0) / foreground.length;
  const touching = border.filter((i) => foreground[i] === 1).length / border.length;
  return share >= limits.smallest && share <= limits.largest && touching <= limits.border ? foreground : null;
}

/** Indices of a frame 1/40 of the image wide. */
function borderPixels(width: number, height: number): number[] {
  const frame = Math.max(1, Math.round(Math.min(width, height) / 40));
  const indices: number[] = [];
  for (let y = 0; y < height; y++) {
    const whole = y < frame || y >= height - frame;
    for (let x = 0; x < width; x++) {
      if (whole || x < frame || x >= width - frame) indices.push(y * width + x);
    }
  }
  return indices;
}

/** 1 where the difference exceeds the threshold, without regions under half a percent: dust is no object. */
function mask(difference: Float32Array, threshold: number, width: number, height: number): Uint8Array {
  const data = new Uint8Array(difference.length);
  for (let i = 0; i < data.length; i++) data[i] = difference[i]! > threshold ? 1 : 0;
  const { labels, components } = connectedComponents({ width, height, data });
  const smallest = data.length / 200;
  for (let i = 0; i < data.length; i++) {
    if (labels[i] !== 0 && components[labels[i]! - 1]!.pixels < smallest) data[i] = 0;
  }
  return data;
}

/** Glints inside the object, as bright as the background, belong to it. */
function withoutHoles(object: Uint8Array, width: number, height: number): Uint8Array {
  const data = object.map((value) => 1 - value);
  const { labels, components } = connectedComponents({ width, height, data });
  const open = components.map(
    ({ box }) => box.x === 0 || box.y === 0 || box.x + box.width === width || box.y + box.height === height,
  );
  return object.map((value, i) => (value === 1 || !open[labels[i]! - 1] ? 1 : 0));
}
