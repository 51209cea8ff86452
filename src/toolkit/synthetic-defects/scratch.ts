import { logBetween, type DefectLayer } from './defectLayer.js';
import { PerlinNoise } from './perlinNoise.js';
import type { RandomSource } from '../../shared/random.js';
import { placeIn, type Scene } from './scene.js';
import { drawStroke, taper, type StrokePoint } from './strokes.js';
import { drawTone, oppositeTone, toned } from './tone.js';

/** Thin, slightly bent, tapering lines, dark or bright, sometimes several side by side, sometimes with a lit edge. */
export function scratch(scene: Scene, random: RandomSource): DefectLayer[] {
  const place = placeIn(scene, random);
  const tone = drawTone(scene, place, random, { darkChance: 0.55, contrast: [3.5, 12], least: 22 });
  const length = logBetween(random, 22, 170) * scene.unit;
  const angle = random.between(0, Math.PI);
  const count = random.uniform() < 0.3 ? 2 + random.integer(3) : 1;
  const line = new Float32Array(scene.deviation.length);
  const edge = new Float32Array(scene.deviation.length);
  const lit = random.uniform() < 0.35;
  for (let i = 0; i < count; i++) {
    const aside = i === 0 ? 0 : random.between(-9, 9) * scene.unit;
    const points = scratchLine(
      { x: place.x - Math.sin(angle) * aside, y: place.y + Math.cos(angle) * aside },
      angle + random.normal() * 0.05,
      length * random.between(0.5, 1),
      logBetween(random, 0.5, 1.7) * scene.unit,
      random,
    );
    drawStroke(scene, line, points);
    if (lit) drawStroke(scene, edge, beside(points, angle));
  }
  const layers = [{ coverage: line, source: toned(scene, line, tone, 0.3) }];
  if (!lit) return layers;
  return [{ coverage: edge, source: toned(scene, edge, oppositeTone(tone, 0.7), 0.7) }, ...layers];
}

/** Points along a shallow arc through `place`, pressed unevenly. */
function scratchLine(
  place: { x: number; y: number },
  angle: number,
  length: number,
  halfWidth: number,
  random: RandomSource,
): StrokePoint[] {
  const bend = random.normal() * 0.06 * length;
  const pressure = new PerlinNoise(64, 1, random);
  const steps = Math.max(4, Math.ceil(length / 0.6));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = i / steps;
    const along = (t - 0.5) * length;
    const aside = bend * (1 - 4 * (t - 0.5) ** 2);
    const force = 0.85 + 0.5 * pressure.at((along / halfWidth) * 0.05 + 32, 0.5);
    return {
      x: place.x + along * cos - aside * sin,
      y: place.y + along * sin + aside * cos,
      halfWidth: halfWidth * Math.max(0.35, taper(t, 0.2, 0.45)),
      strength: Math.max(0.3, Math.min(1, force)) * Math.max(0.4, taper(t, 0.1, 0.3)),
    };
  });
}

/** The same line moved aside by its own width. */
function beside(points: readonly StrokePoint[], angle: number): StrokePoint[] {
  return points.map(({ x, y, halfWidth, strength }) => ({
    x: x - Math.sin(angle) * (halfWidth + 0.8),
    y: y + Math.cos(angle) * (halfWidth + 0.8),
    halfWidth: halfWidth * 0.8,
    strength: strength * 0.8,
  }));
}
