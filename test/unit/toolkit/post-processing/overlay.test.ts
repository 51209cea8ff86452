import { describe, expect, it } from 'vitest';
import { colourMap, overlay, turboColour } from '../../../../src/toolkit/post-processing/overlay.js';

describe('the Turbo colour map', () => {
  it('has the published colours within the polynomial error', () => {
    // Entries 0, 64, 128, 191 and 255 of Mikhailov's table, with the error allowed: the polynomial is off at the dark ends.
    const published = [
      [0, [48, 18, 59], 34],
      [64 / 255, [40, 188, 235], 24],
      [128 / 255, [164, 252, 60], 24],
      [191 / 255, [251, 126, 33], 24],
      [1, [122, 4, 3], 34],
    ] as const;
    for (const [t, colour, error] of published) {
      turboColour(t).forEach((value, c) => expect(Math.abs(value - colour[c]!)).toBeLessThan(error));
    }
  });

  it('clamps', () => {
    expect(turboColour(-3)).toEqual(turboColour(0));
    expect(turboColour(7)).toEqual(turboColour(1));
    expect(turboColour(NaN)).toEqual(turboColour(0));
  });

  it('colours a map of its own size', () => {
    const picture = colourMap({ width: 2, height: 1, data: Float32Array.of(1, 3) }, { low: 1, high: 3 });
    expect(picture).toEqual({ width: 2, height: 1, data: Uint8Array.of(...turboColour(0), ...turboColour(1)) });
  });
});

describe('overlay', () => {
  const image = { width: 3, height: 1, data: new Uint8Array(9).fill(100) };

  it('leaves low scores alone, colours high ones, and does not change its inputs', () => {
    const map = { width: 3, height: 1, data: Float32Array.of(0.25, 0.5, 1) };
    const { data } = overlay(image, map, { low: 0.25, high: 0.75 });
    expect([...data.subarray(0, 3)]).toEqual([100, 100, 100]);
    expect([...data.subarray(6)]).toEqual(turboColour(1).map((value) => Math.round(0.35 * 100 + 0.65 * value)));
    expect(image.data.every((value) => value === 100)).toBe(true);
  });

  it('shows a score just above the lower end on a dark surface', () => {
    const dark = { width: 1, height: 1, data: new Uint8Array(3).fill(40) };
    const { data } = overlay(dark, { width: 1, height: 1, data: Float32Array.of(1.01) }, { low: 1, high: 2 });
    expect(Math.max(...data) - 40).toBeGreaterThan(50);
  });

  it('scales a map of another size to the image', () => {
    const small = { width: 1, height: 1, data: Float32Array.of(1) };
    const same = { width: 3, height: 1, data: Float32Array.of(1, 1, 1) };
    expect(overlay(image, small, { low: 0, high: 2 })).toEqual(overlay(image, same, { low: 0, high: 2 }));
  });

  it('takes an empty range as a step', () => {
    const map = { width: 3, height: 1, data: Float32Array.of(0.4, 0.5, 0.6) };
    const { data } = overlay(image, map, { low: 0.5, high: 0.5 });
    expect([...data.subarray(0, 6)]).toEqual(Array(6).fill(100));
    expect(data[6]).not.toBe(100);
  });
});
