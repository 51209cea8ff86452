import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxAround,
  boxAt,
  boxBetween,
  handleAt,
  handles,
  movedBox,
  resizedBox,
} from '../../../../studio/canvas/boxes.js';

const image = { width: 100, height: 60 };
const place = fc.record({
  x: fc.double({ min: -50, max: 150, noNaN: true }),
  y: fc.double({ min: -50, max: 150, noNaN: true }),
});
const distance = fc.integer({ min: -200, max: 200 });

describe('boxes drawn by hand', () => {
  it('hold every pixel between two places, whichever comes first', () => {
    const box = { x: 10, y: 5, width: 11, height: 8 };
    expect(boxBetween({ x: 10.4, y: 5.1 }, { x: 20.2, y: 12.9 }, image)).toEqual(box);
    expect(boxBetween({ x: 20.2, y: 12.9 }, { x: 10.4, y: 5.1 }, image)).toEqual(box);
  });

  it('lie in the image with whole sides of at least a pixel, however they are drawn, moved and resized', () => {
    fc.assert(
      fc.property(place, place, distance, distance, fc.constantFrom(...handles), (a, b, dx, dy, handle) => {
        const drawn = boxBetween(a, b, image);
        for (const box of [drawn, movedBox(drawn, dx, dy, image), resizedBox(drawn, handle, dx, dy, image)]) {
          expect(Object.values(box).every(Number.isInteger)).toBe(true);
          expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
          expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(1);
          expect(box.x + box.width).toBeLessThanOrEqual(image.width);
          expect(box.y + box.height).toBeLessThanOrEqual(image.height);
        }
      }),
    );
  });

  it('keep their size when they are moved, and the other side when one is', () => {
    const box = { x: 10, y: 10, width: 20, height: 15, defectType: 'pit' };
    expect(movedBox(box, 200, -3, image)).toEqual({ ...box, x: 80, y: 7 });
    expect(resizedBox(box, 'w', 5, 9, image)).toEqual({ ...box, x: 15, width: 15 });
    expect(resizedBox(box, 'ne', 4, -2, image)).toEqual({ ...box, y: 8, width: 24, height: 17 });
    expect(resizedBox(box, 's', 0, -100, image)).toEqual({ ...box, height: 1 });
  });

  it('are found by a place inside, the smallest first, and held at handles within reach', () => {
    const boxes = [
      { x: 0, y: 0, width: 50, height: 50 },
      { x: 10, y: 10, width: 10, height: 10 },
    ];
    expect(boxAt(boxes, { x: 15, y: 15 })).toBe(1);
    expect(boxAt(boxes, { x: 40, y: 15 })).toBe(0);
    expect(boxAt(boxes, { x: 80, y: 15 })).toBe(-1);
    expect(handleAt(boxes[1]!, { x: 21, y: 9 }, 2)).toBe('ne');
    expect(handleAt(boxes[1]!, { x: 15, y: 21 }, 2)).toBe('s');
    expect(handleAt(boxes[1]!, { x: 15, y: 15 }, 2)).toBeUndefined();
  });

  it('begin around a place for the keyboard', () => {
    expect(boxAround({ x: 50, y: 30 }, 16, image)).toEqual({ x: 42, y: 22, width: 16, height: 16 });
  });
});
