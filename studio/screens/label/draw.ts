import type { BlockGrid, Cell } from '../../canvas/blocks.js';
import { handlePlace, handles, type DrawnBox } from '../../canvas/boxes.js';
import { shownValues, type ShownValue } from '../../canvas/shownValues.js';
import { toWindow, type Point, type Size, type Viewport } from '../../canvas/viewport.js';
import { sharpAt } from './pictures.js';

type Paint = CanvasRenderingContext2D;

/** Window pixels a side of a handle that is seen. */
const handleSide = 10;

/** The picture, as large as its image whatever size it has itself; pixels stay pixels when they are seen large. */
export function drawPicture(paint: Paint, bitmap: ImageBitmap, image: Size, view: Viewport): void {
  paint.imageSmoothingEnabled = view.scale < 2;
  paint.imageSmoothingQuality = 'high';
  const [width, height] = [image.width * view.scale, image.height * view.scale];
  paint.drawImage(sharpAt(bitmap, width * paint.getTransform().a), view.x, view.y, width, height);
}

/** All boxes, numbered, and the handles of the one that is selected. */
export function drawBoxes(paint: Paint, boxes: readonly DrawnBox[], selected: number, view: Viewport): void {
  for (const [index, box] of boxes.entries()) drawBox(paint, box, view, index === selected, String(index + 1));
  const box = boxes[selected];
  if (!box) return;
  for (const handle of handles) {
    const { x, y } = toWindow(view, handlePlace(box, handle));
    paint.fillStyle = '#fff';
    paint.strokeStyle = '#000';
    paint.lineWidth = 1;
    paint.fillRect(x - handleSide / 2, y - handleSide / 2, handleSide, handleSide);
    paint.strokeRect(x - handleSide / 2, y - handleSide / 2, handleSide, handleSide);
  }
}

/** Seen on light and on dark surfaces: a light line inside a dark one. */
export function drawBox(paint: Paint, box: DrawnBox, view: Viewport, isSelected: boolean, name: string): void {
  const { x, y } = toWindow(view, box);
  const [width, height] = [box.width * view.scale, box.height * view.scale];
  paint.setLineDash([]);
  paint.strokeStyle = '#000c';
  paint.lineWidth = isSelected ? 5 : 4;
  paint.strokeRect(x, y, width, height);
  paint.strokeStyle = isSelected ? '#ffffff' : '#ffb000';
  paint.lineWidth = 2;
  paint.strokeRect(x, y, width, height);
  paint.font = '600 13px system-ui, sans-serif';
  const text = box.defectType ? `${name} ${box.defectType}` : name;
  const wide = paint.measureText(text).width + 8;
  paint.fillStyle = '#000c';
  paint.fillRect(x, Math.max(0, y - 20), wide, 18);
  paint.fillStyle = '#fff';
  paint.fillText(text, x + 4, Math.max(0, y - 20) + 13);
}

/** Lines between blocks, what is not NORMAL coloured and hatched, and the cell the keyboard is at. */
export function drawBlocks(
  paint: Paint,
  { grid, cursor, hasGrid }: { grid: BlockGrid; cursor: Cell | undefined; hasGrid: boolean },
  image: Size,
  view: Viewport,
): void {
  const side = grid.blockSize * view.scale;
  paint.save();
  paint.beginPath();
  paint.rect(view.x, view.y, image.width * view.scale, image.height * view.scale);
  paint.clip();
  if (hasGrid && side >= 6) drawLines(paint, grid, view, side);
  for (const [index, label] of grid.labels.entries()) {
    if (label === 'NORMAL') continue;
    const [row, column] = [Math.floor(index / grid.columns), index % grid.columns];
    drawCell(paint, shownValues[label], view.x + column * side, view.y + row * side, side);
  }
  paint.restore();
  if (!cursor) return;
  const [x, y] = [view.x + cursor.column * side, view.y + cursor.row * side];
  paint.strokeStyle = '#000';
  paint.lineWidth = 4;
  paint.strokeRect(x, y, side, side);
  paint.strokeStyle = '#fff';
  paint.lineWidth = 2;
  paint.strokeRect(x, y, side, side);
}

function drawLines(paint: Paint, { rows, columns }: BlockGrid, view: Viewport, side: number): void {
  paint.strokeStyle = '#8886';
  paint.lineWidth = 1;
  paint.beginPath();
  for (let row = 1; row < rows; row++) {
    paint.moveTo(view.x, view.y + row * side);
    paint.lineTo(view.x + columns * side, view.y + row * side);
  }
  for (let column = 1; column < columns; column++) {
    paint.moveTo(view.x + column * side, view.y);
    paint.lineTo(view.x + column * side, view.y + rows * side);
  }
  paint.stroke();
}

function drawCell(paint: Paint, { colour, hatch }: ShownValue, x: number, y: number, side: number): void {
  paint.fillStyle = `${colour}59`;
  paint.fillRect(x, y, side, side);
  paint.strokeStyle = colour;
  paint.lineWidth = Math.max(1, side / 10);
  paint.beginPath();
  if (hatch === 'rising' || hatch === 'both') {
    paint.moveTo(x, y + side);
    paint.lineTo(x + side, y);
  }
  if (hatch === 'falling' || hatch === 'both') {
    paint.moveTo(x, y);
    paint.lineTo(x + side, y + side);
  }
  paint.stroke();
}

interface PaintTool {
  brush: { tool: 'BRUSH' | 'ERASER' | 'POLYGON'; size: number };
  cursor: Point | undefined;
  corners: readonly Point[];
}

/** The circle a brush would paint, and the polygon that is being drawn. */
export function drawPaintTool(paint: Paint, { brush, cursor, corners }: PaintTool, view: Viewport): void {
  if (brush.tool === 'POLYGON') return drawPolygon(paint, cursor ? [...corners, cursor] : corners, view);
  if (!cursor) return;
  const { x, y } = toWindow(view, cursor);
  paint.beginPath();
  paint.arc(x, y, Math.max(1, (brush.size * view.scale) / 2), 0, 2 * Math.PI);
  paint.setLineDash(brush.tool === 'ERASER' ? [4, 4] : []);
  strokeTwice(paint);
  paint.setLineDash([]);
}

function drawPolygon(paint: Paint, corners: readonly Point[], view: Viewport): void {
  const places = corners.map((corner) => toWindow(view, corner));
  paint.beginPath();
  for (const { x, y } of places) paint.lineTo(x, y);
  if (places.length > 2) paint.closePath();
  strokeTwice(paint);
  for (const { x, y } of places) {
    paint.fillStyle = '#fff';
    paint.fillRect(x - 3, y - 3, 6, 6);
    paint.strokeStyle = '#000';
    paint.lineWidth = 1;
    paint.strokeRect(x - 3, y - 3, 6, 6);
  }
}

/** A light line inside a dark one. */
function strokeTwice(paint: Paint): void {
  paint.strokeStyle = '#000c';
  paint.lineWidth = 4;
  paint.stroke();
  paint.strokeStyle = '#fff';
  paint.lineWidth = 2;
  paint.stroke();
}
