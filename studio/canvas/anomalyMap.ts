import { connectedComponents } from '../../src/toolkit/pixels/connectedComponents.js';
import type { DrawnBox } from './boxes.js';
import type { Size } from './viewport.js';

/** A map of anomaly scores: `data * scale / 65535`, row by row. */
export interface ScoreMap extends Size {
  data: Uint16Array<ArrayBuffer>;
  /** Score of white, 65,535. */
  scale: number;
}

/** A part of a map that reaches a threshold. */
export interface SuggestedRegion {
  /** In pixels of the map. */
  box: DrawnBox;
  /** Its highest value, 0 to 65,535. */
  peak: number;
  /** Where that is, counted row by row: by it a region is known again at another threshold. */
  peakAt: number;
  /** Its outline along the edges of pixels: x and y of one end, x and y of the other, in turn. */
  edges: Int32Array<ArrayBuffer>;
}

export interface CutMap {
  /** Highest peak first. */
  regions: SuggestedRegion[];
  /** For each pixel of the map 0, or 1 + the index of its region. */
  labels: Int32Array<ArrayBuffer>;
}

/** A map has no more than these; one that looks at noise would have thousands. */
export const mostRegions = 200;

/** The value of a map from which on a pixel's score reaches a threshold. */
export function valueAtScore({ scale }: Pick<ScoreMap, 'scale'>, score: number): number {
  // Stored values are rounded: half a step below still is that score.
  return Math.max(1, (score / scale) * 65_535 - 0.5);
}

/** The 8-connected regions whose values reach one, as the server cuts them. */
export function cutMap({ width, height, data }: Size & { data: Uint16Array }, least: number): CutMap {
  const reached = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) if (data[i]! >= least) reached[i] = 1;
  const { labels, components } = connectedComponents({ width, height, data: reached });
  const peaks = components.map(() => ({ peak: -1, peakAt: -1 }));
  for (let i = 0; i < labels.length; i++) {
    const found = peaks[labels[i]! - 1];
    if (found && data[i]! > found.peak) Object.assign(found, { peak: data[i]!, peakAt: i });
  }
  const order = peaks
    .map((found, index) => ({ ...found, index }))
    .sort((a, b) => b.peak - a.peak || components[b.index]!.pixels - components[a.index]!.pixels)
    .slice(0, mostRegions);
  const numbers = new Int32Array(components.length + 1);
  order.forEach(({ index }, rank) => (numbers[index + 1] = rank + 1));
  const ranked = Int32Array.from(labels, (label) => numbers[label]!);
  const edges = outlines({ width, height }, ranked, order.length);
  const regions = order.map(({ peak, peakAt, index }, rank) => ({
    ...{ box: components[index]!.box, peak, peakAt },
    edges: edges[rank]!,
  }));
  return { regions, labels: ranked };
}

/** The edges between a region and what is not of it; those that go on straight are one. */
function outlines({ width, height }: Size, labels: Int32Array, count: number): Int32Array<ArrayBuffer>[] {
  const lines = Array.from({ length: count }, (): number[] => []);
  const label = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : labels[y * width + x]!);
  const collect = (long: number, across: number, at: (along: number, line: number) => [number, number], put: Put) => {
    for (let line = 0; line <= across; line++) {
      for (const side of [-1, 0]) {
        let [open, from] = [0, 0];
        for (let along = 0; along <= long; along++) {
          const own = along < long ? label(...at(along, line + side)) : 0;
          const other = along < long ? label(...at(along, line - 1 - side)) : 0;
          const edge = own !== other ? own : 0;
          if (edge === open) continue;
          if (open > 0) put(lines[open - 1]!, from, along, line);
          [open, from] = [edge, along];
        }
      }
    }
  };
  collect(
    width,
    height,
    (x, y) => [x, y],
    (into, from, to, y) => into.push(from, y, to, y),
  );
  collect(
    height,
    width,
    (y, x) => [x, y],
    (into, from, to, x) => into.push(x, from, x, to),
  );
  return lines.map((line) => Int32Array.from(line));
}

type Put = (into: number[], from: number, to: number, line: number) => void;

/** The number of the region at a place of the image, from 0 on, or -1. */
export function regionAt({ labels }: CutMap, map: Size, image: Size, at: { x: number; y: number }): number {
  const x = Math.floor((at.x / image.width) * map.width);
  const y = Math.floor((at.y / image.height) * map.height);
  if (x < 0 || y < 0 || x >= map.width || y >= map.height) return -1;
  return labels[y * map.width + x]! - 1;
}

/** Bytes, one a pixel of the image, 1 in the region; `x, y` is where their first pixel is. */
export interface RegionMask extends DrawnBox {
  data: Uint8Array<ArrayBuffer>;
}

/**
 * A region at the full size of its image, cut out of the map between whose pixels it is interpolated (bilinear), cut down to the pixels it has. What is
 * nearest to another region is not of it.
 */
export function regionMask(map: ScoreMap, cut: CutMap, index: number, least: number, image: Size): RegionMask {
  const { box } = cut.regions[index]!;
  const [sx, sy] = [image.width / map.width, image.height / map.height];
  const left = Math.max(0, Math.floor((box.x - 1) * sx));
  const top = Math.max(0, Math.floor((box.y - 1) * sy));
  const right = Math.min(image.width, Math.ceil((box.x + box.width + 1) * sx));
  const bottom = Math.min(image.height, Math.ceil((box.y + box.height + 1) * sy));
  const part = { x: left, y: top, width: right - left, height: bottom - top };
  const data = new Uint8Array(part.width * part.height);
  for (let y = 0; y < part.height; y++) {
    const my = (top + y + 0.5) / sy - 0.5;
    for (let x = 0; x < part.width; x++) {
      const mx = (left + x + 0.5) / sx - 0.5;
      if (isOf(cut.labels, map, mx, my, index + 1) && bilinear(map, mx, my) >= least) data[y * part.width + x] = 1;
    }
  }
  return tight({ ...part, data });
}

/** Whether one of the four pixels of the map around a place is of a region, and the nearest of no other. */
function isOf(labels: Int32Array, { width, height }: Size, x: number, y: number, label: number): boolean {
  const at = (column: number, row: number) =>
    labels[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))]!;
  const nearest = at(Math.round(x), Math.round(y));
  if (nearest > 0) return nearest === label;
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return [at(column, row), at(column + 1, row), at(column, row + 1), at(column + 1, row + 1)].includes(label);
}

function bilinear({ width, height, data }: Size & { data: Uint16Array }, x: number, y: number): number {
  const [cx, cy] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
  const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [fx, fy] = [cx - x0, cy - y0];
  const upper = data[y0 * width + x0]! * (1 - fx) + data[y0 * width + x1]! * fx;
  const lower = data[y1 * width + x0]! * (1 - fx) + data[y1 * width + x1]! * fx;
  return upper * (1 - fy) + lower * fy;
}

/** Without rows and columns that have nothing; a region too small to survive is its one middle pixel. */
function tight(mask: RegionMask): RegionMask {
  const { x, y, width, height, data } = mask;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = data.indexOf(1); i >= 0; i = data.indexOf(1, i + 1)) {
    const [column, row] = [i % width, Math.floor(i / width)];
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  if (right < 0) return { x: x + (width >> 1), y: y + (height >> 1), width: 1, height: 1, data: new Uint8Array([1]) };
  const size = { width: right - left + 1, height: bottom - top + 1 };
  const cut = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row++) {
    const start = (top + row) * width + left;
    cut.set(data.subarray(start, start + size.width), row * size.width);
  }
  return { x: x + left, y: y + top, ...size, data: cut };
}
