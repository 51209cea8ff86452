import { marksInWindow, tileInWindow, type WindowRect } from '../../canvas/maskRaster.js';
import type { Mask } from '../../canvas/mask.js';
import type { Size, Viewport } from '../../canvas/viewport.js';

/** Red, green, blue and opacity as one pixel of a picture, whatever the order of bytes in a word. */
const pixel = (...channels: [number, number, number, number]) => new Uint32Array(new Uint8Array(channels).buffer)[0]!;

/** Of a mark, of its hatching and of its edge. */
const [plain, hatched, edge] = [pixel(229, 52, 43, 90), pixel(229, 52, 43, 190), pixel(255, 255, 255, 230)];

/** Pixels of the screen from one line of the hatching to the next. */
const hatching = 8;

/**
 * Paints masks at the size of the screen. It keeps what it has painted, and of the next mask in the same place it paints those tiles alone that
 * another stroke has changed.
 */
export class MaskPainter {
  private readonly layer = new OffscreenCanvas(1, 1);
  private painted: { mask: Mask; view: Viewport } | undefined;

  paint(onto: CanvasRenderingContext2D, mask: Mask, view: Viewport): void {
    const { width, height } = onto.canvas;
    if (width === 0 || height === 0) return;
    const fine = onto.getTransform().a;
    const fineView = { scale: view.scale * fine, x: view.x * fine, y: view.y * fine };
    if (this.layer.width !== width || this.layer.height !== height) {
      [this.layer.width, this.layer.height] = [width, height];
      this.painted = undefined;
    }
    for (const rect of this.toPaint(mask, fineView, { width, height })) {
      if (areaOf(rect) > 0) this.paintRect(mask, fineView, rect);
    }
    this.painted = { mask, view: fineView };
    onto.drawImage(this.layer, 0, 0, width / fine, height / fine);
  }

  private toPaint(mask: Mask, view: Viewport, { width, height }: Size): WindowRect[] {
    const whole = { left: 0, top: 0, right: width, bottom: height };
    const before = this.painted;
    const isSamePlace =
      before && before.view.scale === view.scale && before.view.x === view.x && before.view.y === view.y;
    if (!isSamePlace || before.mask.tiles.length !== mask.tiles.length) return [whole];
    const changed = [...mask.tiles.keys()].filter((index) => mask.tiles[index] !== before.mask.tiles[index]);
    const seen = changed.map((index) => cutTo(whole, tileInWindow(mask, index, view)));
    // Many rectangles that overlap cost more than the whole.
    const pixels = seen.reduce((sum, each) => sum + areaOf(each), 0);
    return pixels > width * height ? [whole] : seen;
  }

  private paintRect(mask: Mask, view: Viewport, rect: WindowRect): void {
    const [width, height] = [rect.right - rect.left, rect.bottom - rect.top];
    const pixels = new ImageData(width, height);
    // A pixel more on each side tells where a mark ends.
    const around = { left: rect.left - 1, top: rect.top - 1, right: rect.right + 1, bottom: rect.bottom + 1 };
    const marks = marksInWindow(mask, view, around);
    const words = new Uint32Array(pixels.data.buffer);
    const across = width + 2;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y + 1) * across + x + 1;
        if (marks[at] === 0) continue;
        const isEdge = !(marks[at - 1] && marks[at + 1] && marks[at - across] && marks[at + across]);
        const isLine = (rect.left + x + rect.top + y) % hatching < 2;
        words[y * width + x] = isEdge ? edge : isLine ? hatched : plain;
      }
    }
    this.layer.getContext('2d')!.putImageData(pixels, rect.left, rect.top);
  }
}

function cutTo(whole: WindowRect, { left, top, right, bottom }: WindowRect): WindowRect {
  return {
    left: Math.max(whole.left, left),
    top: Math.max(whole.top, top),
    right: Math.min(whole.right, right),
    bottom: Math.min(whole.bottom, bottom),
  };
}

function areaOf({ left, top, right, bottom }: WindowRect): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}
