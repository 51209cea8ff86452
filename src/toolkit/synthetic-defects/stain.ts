import type { RandomSource } from '../../shared/random.js';
import { logBetween, smoothStep, type DefectLayer } from './defectLayer.js';
import { makeOutline, visitOutline } from './outline.js';
import { placeIn, type Scene } from './scene.js';
import { drawTone, toned, type Tone } from './tone.js';

/**
 * Blotches of low contrast on the surface, whose texture stays more or less visible: spilt oil, worn or unpolished places.
 * Edges range from washed-out to sharp; some have a darker seam, as dried liquids do.
 */
export function stain(scene: Scene, random: RandomSource): DefectLayer[] {
  const place = placeIn(scene, random);
  const tone = drawTone(scene, place, random, { darkChance: 0.7, contrast: [2, 6], least: 18, most: 55 });
  const radius = logBetween(random, 7, 42) * scene.unit;
  const options = {
    ...place,
    radiusX: radius * random.between(0.8, 1.4),
    radiusY: radius * random.between(0.5, 1),
    angle: random.between(0, Math.PI),
    irregularity: logBetween(random, 0.08, 0.5),
    detail: random.between(0.7, 2),
  };
  const outline = makeOutline(options, random);
  const softness = Math.max(1.2 / options.radiusY, logBetween(random, 0.03, 0.45));
  const seam = random.uniform() < 0.25 ? random.between(0.2, 0.5) : 0;
  const body = 1 - seam;
  const coverage = new Float32Array(scene.deviation.length);
  visitOutline(scene, options, outline, 2.2, (i, distance) => {
    const inside = smoothStep(1 + softness, 1 - softness, distance);
    const nearEdge = seam === 0 ? 0 : seam * smoothStep(0.75, 0.95, distance);
    coverage[i] = inside * (body + nearEdge);
  });
  return [{ coverage, source: tint(toned(scene, coverage, tone, random.between(0.35, 1)), coverage, tone, random) }];
}

/** Dark stains on coloured surfaces may be warmer than them, as rust and oil are. Grey pictures stay grey. */
function tint(source: Float32Array, coverage: Float32Array, tone: Tone, random: RandomSource): Float32Array {
  const warmth = Math.max(0, 0.07 * random.normal());
  if (tone.offset > 0) return source;
  for (let i = 0; i < coverage.length; i++) {
    if (coverage[i] === 0) continue;
    const [r, g, b] = [source[3 * i]!, source[3 * i + 1]!, source[3 * i + 2]!];
    if (Math.abs(r - g) + Math.abs(g - b) < 6) continue;
    source[3 * i] = r * (1 + warmth);
    source[3 * i + 2] = b * (1 - warmth);
  }
  return source;
}
