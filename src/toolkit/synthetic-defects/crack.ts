import type { RandomSource } from '../../shared/random.js';
import { logBetween, type DefectLayer } from './defectLayer.js';
import { placeIn, type Scene } from './scene.js';
import { drawStroke, taper, type StrokePoint } from './strokes.js';
import { drawTone, toned } from './tone.js';

/** Where a branch starts and what is left of it. */
interface Branch {
  x: number;
  y: number;
  heading: number;
  length: number;
  halfWidth: number;
}

/** A thin dark line that wanders and forks: a random walk that keeps its direction roughly. */
export function crack(scene: Scene, random: RandomSource): DefectLayer[] {
  const place = placeIn(scene, random);
  const tone = drawTone(scene, place, random, { darkChance: 0.92, contrast: [3.5, 12], least: 26 });
  const heading = random.between(0, 2 * Math.PI);
  const halfWidth = logBetween(random, 0.5, 1.6) * scene.unit;
  const length = logBetween(random, 24, 260) * scene.unit;
  const coverage = new Float32Array(scene.deviation.length);
  const open: Branch[] = [
    { ...place, heading, length: length / 2, halfWidth },
    { ...place, heading: heading + Math.PI, length: length / 2, halfWidth },
  ];
  for (let branches = 0; branches < 7; branches++) {
    const branch = open.shift();
    if (!branch) break;
    drawStroke(scene, coverage, walk(branch, open, scene.unit, random));
  }
  return [{ coverage, source: toned(scene, coverage, tone, 0.15) }];
}

/** One branch from its thick start to its thin end; forks are appended to `open`. */
function walk(branch: Branch, open: Branch[], unit: number, random: RandomSource): StrokePoint[] {
  const step = 0.7;
  const steps = Math.max(3, Math.ceil(branch.length / step));
  const points: StrokePoint[] = [];
  let { x, y, heading } = branch;
  let thickness = 1;
  for (let i = 0; i < steps; i++) {
    const rest = 1 - i / steps;
    // Small tremor all the time, a kink every dozen pixels, and a pull back to where it was going.
    heading += (random.normal() * 0.14 + (branch.heading - heading) * 0.04) / Math.sqrt(unit);
    if (random.uniform() < 0.06 / unit) heading += random.normal() * 0.7;
    thickness += (1 - thickness) * 0.1 + random.normal() * 0.12;
    x += Math.cos(heading) * step;
    y += Math.sin(heading) * step;
    const narrowing = taper(i / steps, 1e-9, 0.6);
    points.push({
      x,
      y,
      halfWidth: branch.halfWidth * Math.max(0.3, Math.min(1.8, thickness) * narrowing),
      strength: Math.max(0.45, Math.min(1, 0.6 + 0.4 * narrowing)),
    });
    if (rest > 0.2 && random.uniform() < 0.012 / unit) {
      const aside = random.between(0.4, 1.1) * (random.uniform() < 0.5 ? -1 : 1);
      const length = branch.length * rest * random.between(0.2, 0.6);
      open.push({ x, y, heading: heading + aside, length, halfWidth: branch.halfWidth * random.between(0.5, 0.8) });
    }
  }
  return points;
}
