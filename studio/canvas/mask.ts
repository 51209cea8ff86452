import type { Size } from './viewport.js';

/** Pixels a side of a tile. */
export const tileSide = 64;

const tilePixels = tileSide * tileSide;

/** A square of a mask: one value throughout, or a byte a pixel (0 normal, 1 anomalous), row by row. */
export type Tile = 0 | 1 | Uint8Array<ArrayBuffer>;

/**
 * Which pixels of an image are anomalous, in tiles row by row; those at the right and lower edge reach beyond the image and hold 0 there. A mask never
 * changes: what is painted makes another one that shares every tile the stroke has not touched. So each step that can be taken back costs
 * its changed tiles alone, and whoever paints a mask on the screen sees by identity what to paint anew.
 */
export interface Mask extends Size {
  tiles: readonly Tile[];
}

/** Pixels of one row: `from` is in it, `to` is not. */
export interface Span {
  y: number;
  from: number;
  to: number;
}

/** Tiles of a row of tiles. */
export function tileColumns({ width }: Pick<Size, 'width'>): number {
  return Math.ceil(width / tileSide);
}

/** Nothing is marked. */
export function emptyMask({ width, height }: Size): Mask {
  const count = tileColumns({ width }) * Math.ceil(height / tileSide);
  return { width, height, tiles: new Array<Tile>(count).fill(0) };
}

/** Every pixel of the rows is given a value; what lies outside of the image is left out. The same mask when nothing changes. */
export function painted(mask: Mask, spans: Iterable<Span>, value: 0 | 1): Mask {
  const { width, height, tiles } = mask;
  const columns = tileColumns(mask);
  const changed = new Map<number, Uint8Array<ArrayBuffer>>();
  for (const { y, from, to } of spans) {
    if (y < 0 || y >= height) continue;
    const [first, end] = [Math.max(0, from), Math.min(width, to)];
    for (let x = first; x < end; x = nextTile(x)) {
      const index = Math.floor(y / tileSide) * columns + Math.floor(x / tileSide);
      if (tiles[index] === value) continue;
      const tile = changed.get(index) ?? copyOf(tiles[index]!);
      changed.set(index, tile);
      const row = (y % tileSide) * tileSide;
      tile.fill(value, row + (x % tileSide), row + ((Math.min(end, nextTile(x)) - 1) % tileSide) + 1);
    }
  }
  return withTiles(mask, changed);
}

/** Everything that either of two masks of one size marks. */
export function joined(a: Mask, b: Mask): Mask {
  const changed = new Map<number, Uint8Array<ArrayBuffer>>();
  for (const [index, tile] of b.tiles.entries()) {
    if (tile === 0 || tile === a.tiles[index]) continue;
    const copy = copyOf(a.tiles[index]!);
    for (let i = 0; i < tilePixels; i++) if (tile === 1 || tile[i] === 1) copy[i] = 1;
    changed.set(index, copy);
  }
  return withTiles(a, changed);
}

/** Of bytes, one a pixel, row by row. */
export function maskOf({ width, height, data }: Size & { data: Uint8Array }): Mask {
  return painted(emptyMask({ width, height }), spansOf({ width, height, data }), 1);
}

/** Rows of marked pixels of bytes, one a pixel. @param at where their first pixel is in an image. */
export function* spansOf({ width, height, data }: Size & { data: Uint8Array }, at = { x: 0, y: 0 }): Generator<Span> {
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * width;
    for (let from = data.indexOf(1, y * width); from >= 0 && from < end;) {
      let to = from + 1;
      while (to < end && data[to] === 1) to++;
      yield { y: at.y + y, from: at.x + from - y * width, to: at.x + to - y * width };
      if (to >= end) break;
      from = data.indexOf(1, to);
    }
  }
}

/** Bytes, one a pixel, row by row: 0 normal, 1 anomalous. */
export function bytesOf(mask: Mask): { width: number; height: number; data: Uint8Array<ArrayBuffer> } {
  const { width, height, tiles } = mask;
  const data = new Uint8Array(width * height);
  const columns = tileColumns(mask);
  for (const [index, tile] of tiles.entries()) {
    if (tile === 0) continue;
    const [top, left] = [Math.floor(index / columns) * tileSide, (index % columns) * tileSide];
    const across = Math.min(tileSide, width - left);
    for (let row = 0; row < Math.min(tileSide, height - top); row++) {
      const start = (top + row) * width + left;
      if (tile === 1) data.fill(1, start, start + across);
      else data.set(tile.subarray(row * tileSide, row * tileSide + across), start);
    }
  }
  return { width, height, data };
}

/** How many pixels are marked. */
export function markedPixels({ tiles }: Mask): number {
  return tiles.reduce<number>((sum, tile) => sum + onesOf(tile), 0);
}

/** How many pixels two masks of one size disagree on. */
export function disagreement(a: Mask, b: Mask): number {
  return a.tiles.reduce<number>((sum, tile, index) => {
    const other = b.tiles[index]!;
    if (tile === other) return sum;
    const [one, two] = [copyOf(tile), copyOf(other)];
    return sum + one.reduce((count, value, i) => count + (value === two[i] ? 0 : 1), 0);
  }, 0);
}

function withTiles(mask: Mask, changed: ReadonlyMap<number, Uint8Array<ArrayBuffer>>): Mask {
  let tiles: Tile[] | undefined;
  for (const [index, bytes] of changed) {
    const tile = uniform(bytes);
    if (isSame(tile, mask.tiles[index]!)) continue;
    tiles ??= [...mask.tiles];
    tiles[index] = tile;
  }
  return tiles ? { ...mask, tiles } : mask;
}

function isSame(tile: Tile, before: Tile): boolean {
  if (typeof tile === 'number' || typeof before === 'number') return tile === before;
  return tile.every((value, index) => value === before[index]);
}

/** A number for a tile of one value, which then costs nothing. */
function uniform(tile: Uint8Array<ArrayBuffer>): Tile {
  const ones = onesOf(tile);
  if (ones === 0) return 0;
  return ones === tilePixels ? 1 : tile;
}

function copyOf(tile: Tile): Uint8Array<ArrayBuffer> {
  return typeof tile === 'number' ? new Uint8Array(tilePixels).fill(tile) : tile.slice();
}

function onesOf(tile: Tile): number {
  if (typeof tile === 'number') return tile * tilePixels;
  let ones = 0;
  for (let i = 0; i < tilePixels; i++) ones += tile[i]!;
  return ones;
}

function nextTile(x: number): number {
  return (Math.floor(x / tileSide) + 1) * tileSide;
}
