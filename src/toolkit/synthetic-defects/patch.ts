import type { RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import { logBetween, smoothStep, type DefectLayer } from './defectLayer.js';
import { makeOutline, visitOutline } from './outline.js';
import { placeIn, type Scene } from './scene.js';

/** Where a target pixel's colour is read in the other picture: rotation, scale and shift. */
interface Placement {
  image: RgbImage;
  centreX: number;
  centreY: number;
  cos: number;
  sin: number;
}

/**
 * A piece of another place or image, turned and scaled, laid over the surface: displaced structure, dents, foreign parts
 * (after CutPaste, Li et al. 2021, with irregular outlines and soft edges).
 */
export function patch(scene: Scene, random: RandomSource): DefectLayer[] {
  const place = placeIn(scene, random);
  const radius = logBetween(random, 4, 28) * scene.unit;
  const options = {
    ...place,
    radiusX: radius * random.between(0.8, 1.3),
    radiusY: radius * random.between(0.3, 1),
    angle: random.between(0, Math.PI),
    irregularity: random.between(0.05, 0.4),
    detail: random.between(0.7, 1.6),
  };
  const outline = makeOutline(options, random);
  const softness = Math.max(0.8 / options.radiusY, logBetween(random, 0.05, 0.3));
  const opacity = random.between(0.65, 1);
  const coverage = new Float32Array(scene.deviation.length);
  visitOutline(scene, options, outline, 2, (i, distance) => {
    coverage[i] = opacity * smoothStep(1 + softness, 1 - softness, distance);
  });
  return [{ coverage, source: cut(scene, coverage, options, random) }];
}

/** The piece's colours: a rotated, scaled, slightly brighter or darker view of this or another image. */
function cut(
  scene: Scene,
  coverage: Float32Array,
  target: { x: number; y: number },
  random: RandomSource,
): Float32Array {
  const placement = choosePlacement(scene, random);
  const gain = 1 + 0.25 * random.normal();
  const offset = 8 * random.normal();
  const source = new Float32Array(scene.mean.length);
  for (let i = 0; i < coverage.length; i++) {
    if (coverage[i] === 0) continue;
    const dx = (i % scene.width) - target.x;
    const dy = Math.floor(i / scene.width) - target.y;
    const from = readIndex(placement, dx, dy);
    for (let c = 0; c < 3; c++) source[3 * i + c] = placement.image.data[from + c]! * gain + offset;
  }
  return source;
}

function choosePlacement(scene: Scene, random: RandomSource): Placement {
  const own: RgbImage = { width: scene.width, height: scene.height, data: scene.pixels };
  const useOther = scene.others.length > 0 && random.uniform() < 0.5;
  const image = useOther ? random.pick(scene.others) : own;
  const centre = useOther
    ? { x: random.uniform() * image.width, y: random.uniform() * image.height }
    : placeIn(scene, random);
  // At least a sixth of a turn: the texture then runs across that of the surface.
  const angle = random.between(Math.PI / 6, (11 * Math.PI) / 6);
  const scale = logBetween(random, 0.6, 1.7) * Math.sqrt((image.width * image.height) / (scene.width * scene.height));
  return { image, centreX: centre.x, centreY: centre.y, cos: Math.cos(angle) * scale, sin: Math.sin(angle) * scale };
}

/** Index of the red value at an offset from the piece's centre; the picture is mirrored beyond its edges. */
function readIndex({ image, centreX, centreY, cos, sin }: Placement, dx: number, dy: number): number {
  const x = mirror(Math.floor(centreX + dx * cos - dy * sin), image.width);
  const y = mirror(Math.floor(centreY + dx * sin + dy * cos), image.height);
  return 3 * (y * image.width + x);
}

function mirror(position: number, size: number): number {
  const period = 2 * size;
  const phase = ((position % period) + period) % period;
  return phase < size ? phase : period - 1 - phase;
}
