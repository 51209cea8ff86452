import type { RandomSource } from '../../shared/random.js';
import { logBetween, smoothStep, type DefectLayer } from './defectLayer.js';
import { makeOutline, visitOutline } from './outline.js';
import { placeIn, type Scene } from './scene.js';
import { drawTone, oppositeTone, toned } from './tone.js';

/**
 * Material broken off at an edge: of the object, whose background shows, or of a surface at the picture's border, where a
 * smooth darker or brighter fracture with a lit line shows.
 */
export function chip(scene: Scene, random: RandomSource): DefectLayer[] {
  const place = placeAtEdge(scene, random);
  const radius = logBetween(random, 5, 26) * scene.unit;
  const options = {
    ...place,
    radiusX: radius * random.between(0.8, 1.6),
    radiusY: radius * random.between(0.4, 1),
    angle: random.between(0, Math.PI),
    irregularity: random.between(0.08, 0.35),
    detail: random.between(0.7, 1.6),
  };
  const outline = makeOutline(options, random);
  const softness = Math.max(0.8 / options.radiusY, random.between(0.03, 0.12));
  const fracture = new Float32Array(scene.deviation.length);
  const line = new Float32Array(scene.deviation.length);
  visitOutline(scene, options, outline, 2, (i, distance) => {
    fracture[i] = smoothStep(1 + softness, 1 - softness, distance);
    line[i] = 0.8 * smoothStep(0.2, 0.05, Math.abs(distance - 1));
  });
  const background = scene.foreground && random.uniform() < 0.6 ? backgroundColour(scene) : undefined;
  if (background) {
    const source = new Float32Array(scene.mean.length);
    for (let i = 0; i < source.length; i++) source[i] = background[i % 3]!;
    return [{ coverage: fracture, source }];
  }
  const tone = drawTone(scene, place, random, { darkChance: 0.7, contrast: [2.5, 8], least: 20 });
  return [
    { coverage: fracture, source: toned(scene, fracture, tone, random.between(0.1, 0.6)) },
    { coverage: line, source: toned(scene, line, oppositeTone(tone, random.between(0.2, 0.8)), 0.4) },
  ];
}

/** A point of the object's outline, or of the picture's border. */
function placeAtEdge(scene: Scene, random: RandomSource): { x: number; y: number } {
  const { width, height, foreground } = scene;
  if (!foreground) {
    const along = random.uniform();
    const far = random.uniform() < 0.5;
    return random.uniform() < 0.5
      ? { x: along * width, y: far ? height : 0 }
      : { x: far ? width : 0, y: along * height };
  }
  // From a point on the object straight on until the object ends.
  const { x, y } = placeIn(scene, random);
  const angle = random.between(0, 2 * Math.PI);
  for (let distance = 1; ; distance++) {
    const [px, py] = [x + Math.cos(angle) * distance, y + Math.sin(angle) * distance];
    const inside = px >= 0 && py >= 0 && px < width && py < height;
    if (!inside || foreground[Math.floor(py) * width + Math.floor(px)] === 0) return { x: px, y: py };
  }
}

/** Mean colour of everything that is not the object. */
function backgroundColour(scene: Scene): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < scene.deviation.length; i++) {
    if (scene.foreground?.[i] === 1) continue;
    count++;
    for (let c = 0; c < 3; c++) sums[c]! += scene.pixels[3 * i + c]!;
  }
  return sums.map((sum) => sum / Math.max(1, count));
}
