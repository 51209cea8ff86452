import { describe, expect, it } from 'vitest';
import { fitted, panned, toImage, toWindow, zoomed } from '../../../../studio/canvas/viewport.js';

describe('the view of an image', () => {
  const image = { width: 2000, height: 1000 };
  const whole = fitted(image, { width: 832, height: 632 });

  it('shows all of it in the middle at first', () => {
    expect(whole).toEqual({ scale: 0.4, x: 16, y: 116 });
  });

  it('keeps the place below the pointer where it is', () => {
    const at = { x: 300, y: 250 };
    const closer = zoomed(whole, at, 3, 0.01);
    expect(toImage(closer, at).x).toBeCloseTo(toImage(whole, at).x);
    expect(toImage(closer, at).y).toBeCloseTo(toImage(whole, at).y);
    expect(closer.scale).toBeCloseTo(1.2);
  });

  it('goes no further than its limits', () => {
    expect(zoomed(whole, { x: 0, y: 0 }, 1e6, 0.1).scale).toBe(40);
    expect(zoomed(whole, { x: 0, y: 0 }, 1e-6, 0.1).scale).toBe(0.1);
  });

  it('finds the same place both ways', () => {
    const view = panned(whole, 7, -9);
    const there = toImage(view, { x: 123, y: 456 });
    const { x, y } = toWindow(view, there);
    expect(x).toBeCloseTo(123);
    expect(y).toBeCloseTo(456);
  });
});
