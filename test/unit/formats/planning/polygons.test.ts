import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPolygon, maximumPolygonPoints, polygonFault } from '../../../../src/formats/planning/polygons.js';
import type { BinaryMask } from '../../../../src/shared/images.js';

function filled(points: readonly number[], width: number, height: number): BinaryMask {
  const mask = { width, height, data: new Uint8Array(width * height) };
  fillPolygon(points, mask);
  return mask;
}

/** Rows of a mask as text. */
function rows({ width, data }: BinaryMask): string[] {
  const text = [...data].map((value) => (value ? '#' : '.')).join('');
  return text.match(new RegExp(`.{${width}}`, 'g')) ?? [];
}

/** The slow, obvious way: from each centre a ray to the right, counting the edges it crosses. */
function reference(points: readonly number[], width: number, height: number): number[] {
  const inside = (x: number, y: number) => {
    let odd = false;
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
      const [x1, y1, x2, y2] = [points[j]!, points[j + 1]!, points[i]!, points[i + 1]!];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    }
    return odd;
  };
  return Array.from({ length: width * height }, (_, at) =>
    inside((at % width) + 0.5, Math.floor(at / width) + 0.5) ? 1 : 0,
  );
}

describe('filling a polygon', () => {
  it('marks exactly the pixels of a rectangle on pixel edges', () => {
    expect(rows(filled([1, 1, 4, 1, 4, 3, 1, 3], 5, 4))).toEqual(['.....', '.###.', '.###.', '.....']);
  });

  it('marks pixels by their centres', () => {
    expect(rows(filled([0, 0, 4, 0, 0, 4], 4, 4))).toEqual(['###.', '##..', '#...', '....']);
  });

  it('leaves out what a self-intersecting polygon encloses twice', () => {
    const star = [5, 0, 8, 10, 0, 4, 10, 4, 2, 10];
    expect(rows(filled(star, 10, 10))[5]).toBe('..#....#..');
  });

  it('leaves out what lies outside the mask', () => {
    expect(rows(filled([-5, -5, 9, -5, 9, 9, -5, 9], 3, 2))).toEqual(['###', '###']);
    expect(rows(filled([5, 5, 9, 5, 9, 9], 3, 2))).toEqual(['...', '...']);
  });

  it('equals counting crossings, whatever the polygon', () => {
    // Multiples of 1/8 of a pixel, shifted off the centres, where a tie may go either way.
    const coordinate = fc.integer({ min: -16, max: 144 }).map((value) => value / 8 + 1 / 64);
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 }), (corners) => {
        const points = corners.flat();
        expect([...filled(points, 16, 13).data]).toEqual(reference(points, 16, 13));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses one that runs up and down so often that filling it would take minutes', () => {
    const image = { width: 2000, height: 2000 };
    const points = Array.from({ length: 20_000 }, (_, at) => [at / 10, at % 2 === 0 ? 0 : 2000]).flat();
    expect(polygonFault(points, image)).toMatch(
      /crosses the rows of the image 40000000 times; at most 2000000 are allowed/,
    );
    // A brush that goes to and fro over the whole image, two pixels apart.
    const scribble = Array.from({ length: 2000 }, (_, at) => [at, at % 2 === 0 ? 0 : 1000]).flat();
    expect(polygonFault(scribble, image)).toBeUndefined();
  });

  it('fills a polygon of many points within a second', () => {
    const points = Array.from({ length: 20_000 }, (_, i) => {
      const [angle, radius] = [(i / 20_000) * 2 * Math.PI, i % 2 === 0 ? 900 : 990];
      return [1000 + radius * Math.cos(angle), 1000 + radius * Math.sin(angle)];
    }).flat();
    const from = performance.now();
    filled(points, 2000, 2000);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

describe('a polygon is refused', () => {
  const image = { width: 20, height: 10 };
  it.each([
    ['two points', [0, 0, 5, 5], 'has 2 points; at least 3 are needed'],
    ['no points', [], 'has 0 points'],
    ['an odd count', [0, 0, 5, 5, 9, 9, 1], 'has 7 numbers; x and y come in pairs'],
    ['NaN', [0, 0, 5, Number.NaN, 9, 9], 'not a finite number, at place 3'],
    ['infinity', [0, 0, 5, 5, Infinity, 9], 'not a finite number, at place 4'],
    ['a point outside', [0, 0, 5, 5, 9, 12], 'has the point (9, 12); the image has 20x10 pixels'],
    ['too many points', new Array<number>(2 * maximumPolygonPoints + 2).fill(1), 'at most 100000 are allowed'],
  ])('for %s', (_, points, message) => {
    expect(polygonFault(points, image)).toContain(message);
  });

  it('but not for crossing itself or touching the edge', () => {
    expect(polygonFault([0, 0, 20, 10, 20, 0, 0, 10], image)).toBeUndefined();
  });
});
