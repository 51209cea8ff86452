import { tileColumns, tileSide, type Mask } from './mask.js';
import type { Viewport } from './viewport.js';

/** Whole pixels of the window; `right` and `bottom` are not in it. */
export interface WindowRect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Which pixels of the window show a marked pixel of the image: 1 or 0, row by row. Where the image is seen smaller than it is, one marked pixel of many is
 * enough, so that a scratch is never too thin to be seen. It costs the marked tiles and the pixels of the window, not the image.
 */
export function marksInWindow(mask: Mask, view: Viewport, rect: WindowRect): Uint8Array<ArrayBuffer> {
  const shown = new Uint8Array(Math.max(0, rect.right - rect.left) * Math.max(0, rect.bottom - rect.top));
  if (shown.length === 0) return shown;
  if (view.scale >= 1) enlarged(mask, view, rect, shown);
  else reduced(mask, view, rect, shown);
  return shown;
}

/** The part of the window that a tile is seen in, with a pixel around it for its edge. */
export function tileInWindow(mask: Mask, index: number, { scale, x, y }: Viewport): WindowRect {
  const columns = tileColumns(mask);
  const [row, column] = [Math.floor(index / columns), index % columns];
  return {
    left: Math.floor(column * tileSide * scale + x) - 1,
    top: Math.floor(row * tileSide * scale + y) - 1,
    right: Math.ceil((column + 1) * tileSide * scale + x) + 1,
    bottom: Math.ceil((row + 1) * tileSide * scale + y) + 1,
  };
}

/** Each pixel of the window asks which one of the image it shows. */
function enlarged(mask: Mask, view: Viewport, rect: WindowRect, shown: Uint8Array): void {
  const columns = tileColumns(mask);
  const across = rect.right - rect.left;
  for (let y = rect.top; y < rect.bottom; y++) {
    const row = Math.floor((y + 0.5 - view.y) / view.scale);
    if (row < 0 || row >= mask.height) continue;
    const tileRow = Math.floor(row / tileSide) * columns;
    const inTile = (row % tileSide) * tileSide;
    const start = (y - rect.top) * across;
    for (let x = 0; x < across; x++) {
      const column = Math.floor((rect.left + x + 0.5 - view.x) / view.scale);
      if (column < 0 || column >= mask.width) continue;
      const tile = mask.tiles[tileRow + Math.floor(column / tileSide)]!;
      shown[start + x] = typeof tile === 'number' ? tile : tile[inTile + (column % tileSide)]!;
    }
  }
}

/** Each marked pixel of the image tells the one of the window that shows it. */
function reduced(mask: Mask, view: Viewport, rect: WindowRect, shown: Uint8Array): void {
  const columns = tileColumns(mask);
  const [firstColumn, lastColumn] = tilesBetween(rect.left - view.x, rect.right - view.x, view.scale, columns);
  const rows = mask.tiles.length / columns;
  const [firstRow, lastRow] = tilesBetween(rect.top - view.y, rect.bottom - view.y, view.scale, rows);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const tile = mask.tiles[row * columns + column]!;
      const at = { x: view.x + column * tileSide * view.scale, y: view.y + row * tileSide * view.scale };
      if (tile === 1) fillTile(at, view.scale, rect, shown);
      else if (tile !== 0) drawTile(tile, at, view.scale, rect, shown);
    }
  }
}

function tilesBetween(from: number, to: number, scale: number, count: number): [first: number, last: number] {
  return [Math.max(0, Math.floor(from / scale / tileSide)), Math.min(count - 1, Math.floor(to / scale / tileSide))];
}

/** @param at the window's place of the tile's first pixel. */
function drawTile(
  tile: Uint8Array,
  at: { x: number; y: number },
  scale: number,
  rect: WindowRect,
  shown: Uint8Array,
): void {
  const across = rect.right - rect.left;
  for (let row = 0; row < tileSide; row++) {
    const y = Math.floor(at.y + (row + 0.5) * scale);
    if (y < rect.top || y >= rect.bottom) continue;
    const start = (y - rect.top) * across - rect.left;
    for (let column = 0; column < tileSide; column++) {
      if (tile[row * tileSide + column] === 0) continue;
      const x = Math.floor(at.x + (column + 0.5) * scale);
      if (x >= rect.left && x < rect.right) shown[start + x] = 1;
    }
  }
}

function fillTile(at: { x: number; y: number }, scale: number, rect: WindowRect, shown: Uint8Array): void {
  const across = rect.right - rect.left;
  const place = (offset: number, pixel: number) => Math.floor(offset + (pixel + 0.5) * scale);
  const [left, right] = [Math.max(rect.left, place(at.x, 0)), Math.min(rect.right, place(at.x, tileSide - 1) + 1)];
  const [top, bottom] = [Math.max(rect.top, place(at.y, 0)), Math.min(rect.bottom, place(at.y, tileSide - 1) + 1)];
  for (let y = top; y < bottom && left < right; y++) {
    const start = (y - rect.top) * across - rect.left;
    shown.fill(1, start + left, start + right);
  }
}
