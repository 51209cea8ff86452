import { bytesOf, painted, spansOf, type Mask } from './mask.js';

/**
 * With every hole filled: what is not marked and cannot be left without crossing what is. Marks that touch by a corner hold a hole shut, since
 * regions are 8-connected. A hole that reaches the image's edge is none.
 */
export function withoutHoles(mask: Mask): Mask {
  const { width, height, data } = bytesOf(mask);
  const outside = new Uint8Array(width * height);
  const waiting: number[] = [];
  const visit = (at: number) => {
    if (data[at] === 1 || outside[at] === 1) return;
    outside[at] = 1;
    waiting.push(at);
  };
  for (let x = 0; x < width; x++) [x, (height - 1) * width + x].forEach(visit);
  for (let y = 0; y < height; y++) [y * width, (y + 1) * width - 1].forEach(visit);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x + 1 < width) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at + width < data.length) visit(at + width);
  }
  const inside = outside.map((value) => 1 - value);
  return painted(mask, spansOf({ width, height, data: inside }), 1);
}
