import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { fitted, panned, toImage, zoomed, type Point, type Size, type Viewport } from '../../canvas/viewport.js';

/** Where the image stands in the canvas, and the ways to move it. */
export interface Port {
  view: Viewport;
  window: Size;
  /** The middle of what is seen, in pixels of the image. */
  middle: Point;
  resize: (window: Size) => void;
  fit: () => void;
  /** @param at of the window; its middle when left out. */
  zoom: (factor: number, at?: Point) => void;
  pan: (dx: number, dy: number) => void;
}

/** As large as it was for the image before: the next one need not be painted twice. */
let lastWindow: Size = { width: 300, height: 150 };

/** The whole image at first, and again whenever the window's size changes before somebody has moved it. */
export function useViewport(image: Size): Port {
  const [window, setWindow] = useState(lastWindow);
  const [moved, setMoved] = useState<Viewport>();
  const whole = fitted(image, window);
  const view = moved ?? whole;
  const current = useRef(view);
  useEffect(() => {
    current.current = view;
  });
  const move = (next: Viewport) => {
    current.current = next;
    setMoved(next);
  };
  const centre = { x: window.width / 2, y: window.height / 2 };
  const resize = useCallback((next: Size) => {
    // A canvas that is being taken away has no size.
    if (next.width === 0 || next.height === 0) return;
    lastWindow = next;
    setWindow((before) => (before.width === next.width && before.height === next.height ? before : next));
  }, []);
  return {
    ...{ view, window, resize },
    middle: toImage(view, centre),
    fit: () => setMoved(undefined),
    zoom: (factor, at = centre) => move(zoomed(current.current, at, factor, whole.scale / 4)),
    pan: (dx, dy) => move(panned(current.current, dx, dy)),
  };
}
