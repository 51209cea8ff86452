import type { RandomSource } from '../../shared/random.js';
import { logBetween, smoothStep, type DefectLayer } from './defectLayer.js';
import { makeOutline, visitOutline, type OutlineOptions } from './outline.js';
import { placeIn, type Scene } from './scene.js';
import { drawTone, oppositeTone, toned } from './tone.js';

/** Pits, blowholes and specks: small soft ellipses, mostly dark, some in clusters, some with a lit rim. */
export function blob(scene: Scene, random: RandomSource): DefectLayer[] {
  const place = placeIn(scene, random);
  const tone = drawTone(scene, place, random, { darkChance: 0.75, contrast: [3.5, 12], least: 26 });
  const count = random.uniform() < 0.6 ? 1 : 2 + random.integer(6);
  const largest = logBetween(random, 2.5, 12) * scene.unit;
  const spread = largest * random.between(2, 5);
  const pit = new Float32Array(scene.deviation.length);
  const rim = new Float32Array(scene.deviation.length);
  const lit = random.uniform() < 0.4;
  for (let i = 0; i < count; i++) {
    const radius = i === 0 ? largest : Math.max(0.9 * scene.unit, largest * random.between(0.2, 0.8));
    const options = {
      x: place.x + (i === 0 ? 0 : random.normal() * spread),
      y: place.y + (i === 0 ? 0 : random.normal() * spread),
      radiusX: radius,
      radiusY: radius * random.between(0.4, 1),
      angle: random.between(0, Math.PI),
      irregularity: random.between(0.05, 0.35),
      detail: random.between(0.8, 1.8),
    };
    drawPit(scene, pit, lit ? rim : undefined, options, random);
  }
  const layers = [{ coverage: pit, source: toned(scene, pit, tone, random.between(0, 0.3)) }];
  if (!lit) return layers;
  return [{ coverage: rim, source: toned(scene, rim, oppositeTone(tone, 0.6), 0.8) }, ...layers];
}

/** Opaque inside, soft at the edge; the rim is a crescent on one side. */
function drawPit(
  scene: Scene,
  pit: Float32Array,
  rim: Float32Array | undefined,
  options: OutlineOptions,
  random: RandomSource,
): void {
  const outline = makeOutline(options, random);
  // A soft edge of at least a pixel.
  const softness = Math.max(0.8 / Math.max(1, options.radiusY), random.between(0.1, 0.5));
  const depth = random.between(0.75, 1);
  visitOutline(scene, options, outline, 2, (i, distance) => {
    const value = depth * smoothStep(1 + softness, 1 - softness, distance);
    if (value > pit[i]!) pit[i] = value;
  });
  if (!rim) return;
  const offset = 0.35 * options.radiusY + 0.5;
  const light = random.between(0, 2 * Math.PI);
  const moved = { ...options, x: options.x + Math.cos(light) * offset, y: options.y + Math.sin(light) * offset };
  const shape = makeOutline(moved, random);
  visitOutline(scene, moved, shape, 2, (i, distance) => {
    const value = 0.8 * smoothStep(1.3, 0.7, distance);
    if (value > rim[i]!) rim[i] = value;
  });
}
