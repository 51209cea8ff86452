import type { BinaryMask } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import type { Surface } from './brushedSteel.js';
import { smoothStep, ValueNoise } from './valueNoise.js';

/*
 * These defects are drawn by their own geometry (groove, crater, drying edge) and share no code with the augmentations that
 * make synthetic defects during training: a detector tested on the generator it was trained with would only show that it
 * remembers the generator.
 */

/** Draws one kind of damage on a surface and marks exactly the pixels it touched. `strength`: 0 barely visible, 1 plain. */
export type SurfaceDefect = (surface: Surface, mask: BinaryMask, strength: number, random: RandomSource) => void;

/** A groove along a bent line: dark bottom, bright lip on the side that faces the light, pressure fading at both ends. */
export const scratch: SurfaceDefect = (surface, mask, strength, random) => {
  const { size, light } = surface;
  const angle = random.between(0, Math.PI);
  const length = random.between(45, 150);
  const halfWidth = random.between(0.7, 1.0) + 0.6 * strength;
  const depth = 0.07 + 0.2 * strength;
  const bend = random.between(-0.35, 0.35) * length;
  const centre = { x: random.between(0.25, 0.75) * size, y: random.between(0.25, 0.75) * size };
  const direction = { x: Math.cos(angle), y: Math.sin(angle) };
  const normal = { x: -direction.y, y: direction.x };
  const lit = Math.sign(normal.x * light.x + normal.y * light.y) || 1;
  const wobble = new ValueNoise(random.uint32());

  forEachPixel(size, (x, y, index) => {
    const along = (x - centre.x) * direction.x + (y - centre.y) * direction.y;
    const t = along / length + 0.5;
    if (t <= 0 || t >= 1) return;
    const across = (x - centre.x) * normal.x + (y - centre.y) * normal.y;
    const offset = across - bend * (t - 0.5) ** 2 - 1.2 * wobble.at(t * 6, 0.5);
    const pressure = Math.min(1, 8 * t, 8 * (1 - t)) * (0.75 + 0.25 * wobble.at(t * 14, 7.5));
    const groove = Math.exp(-((offset / halfWidth) ** 2));
    const lip = Math.exp(-(((offset - lit * 1.8 * halfWidth) / halfWidth) ** 2));
    surface.brightness[index]! += pressure * depth * (0.65 * lip - groove);
    if (pressure * Math.max(groove, lip) > 0.3) mask.data[index] = 1;
  });
};

/** One to four craters with uneven rims, shaded by the light: dark towards it, bright on the far wall. */
export const pit: SurfaceDefect = (surface, mask, strength, random) => {
  const { size, light } = surface;
  const field = { x: random.between(0.2, 0.8) * size, y: random.between(0.2, 0.8) * size };
  const craters = 1 + random.integer(4);
  for (let crater = 0; crater < craters; crater++) {
    const centre = { x: field.x + 14 * random.normal(), y: field.y + 14 * random.normal() };
    const radius = random.between(2.6, 4.2) + 4 * strength * random.uniform();
    const depth = 0.1 + 0.22 * strength;
    const rim = new ValueNoise(random.uint32());
    forEachPixel(size, (x, y, index) => {
      const [dx, dy] = [x - centre.x, y - centre.y];
      const distance = Math.hypot(dx, dy);
      if (distance > 2 * radius) return;
      const bearing = Math.atan2(dy, dx);
      const reach = radius * (1 + 0.25 * rim.at(2 * Math.cos(bearing) + 5, 2 * Math.sin(bearing) + 5));
      const inside = 1 - smoothStep(0.75, 1.1, distance / reach);
      if (inside <= 0) return;
      const wall = (dx * light.x + dy * light.y) / reach;
      surface.brightness[index]! -= inside * depth * (0.75 + 0.8 * wall);
      if (inside > 0.15) mask.data[index] = 1;
    });
  }
};

/** A dried liquid: an irregular patch, a little darker and warmer than the steel, with the darker edge that drying leaves. */
export const stain: SurfaceDefect = (surface, mask, strength, random) => {
  const { size } = surface;
  const centre = { x: random.between(0.25, 0.75) * size, y: random.between(0.25, 0.75) * size };
  const radius = random.between(16, 38);
  const stretch = random.between(0.7, 1.4);
  const darkening = 0.035 + 0.11 * strength;
  const colour = 0.015 + 0.05 * strength;
  const outline = new ValueNoise(random.uint32());
  const density = new ValueNoise(random.uint32());

  forEachPixel(size, (x, y, index) => {
    const [dx, dy] = [(x - centre.x) * stretch, (y - centre.y) / stretch];
    const distance = Math.hypot(dx, dy) / radius + 0.38 * outline.fractal(x / 20, y / 20, 3);
    const cover = 1 - smoothStep(0.86, 1, distance);
    if (cover <= 0) return;
    const edge = Math.exp(-(((distance - 0.88) / 0.09) ** 2));
    const amount = cover * (0.75 + 0.25 * density.fractal(x / 9, y / 9, 2) + 0.5 * edge);
    surface.brightness[index]! *= 1 - darkening * amount;
    surface.tint[index * 3]! *= 1 + 0.5 * colour * amount;
    surface.tint[index * 3 + 2]! *= 1 - colour * amount;
    if (cover > 0.5) mask.data[index] = 1;
  });
};

function forEachPixel(size: number, visit: (x: number, y: number, index: number) => void): void {
  for (let y = 0, index = 0; y < size; y++) {
    for (let x = 0; x < size; x++, index++) visit(x, y, index);
  }
}
