import { useRef, useState } from 'preact/hooks';
import { fitted, panned, zoomed, type Point, type Size, type Viewport } from '../../../canvas/viewport.js';

/** One pan and zoom for several windows of one size. */
export interface CommonView {
  view: Viewport;
  fit: () => void;
  zoom: (factor: number, at?: Point) => void;
  /** For each window: wheel, drag, and the keys of the label screen. */
  hands: {
    onWheel: (event: WheelEvent) => void;
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: (event: PointerEvent) => void;
    onKeyDown: (event: KeyboardEvent) => void;
  };
}

/** Pixels an arrow key moves by. */
const step = 40;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [step, 0],
  ArrowRight: [-step, 0],
  ArrowUp: [0, step],
  ArrowDown: [0, -step],
};

/** @param image that is looked at. @param window each of them has this size. */
export function useCommonView(image: Size, window: Size): CommonView {
  const whole = fitted(image, window);
  const [moved, setMoved] = useState<{ of: Size; view: Viewport }>();
  const view = moved?.of.width === image.width && moved.of.height === image.height ? moved.view : whole;
  const held = useRef<Point | undefined>(undefined);
  const show = (next: Viewport) => setMoved({ of: image, view: next });
  const middle = { x: window.width / 2, y: window.height / 2 };
  const zoom = (factor: number, at = middle) => show(zoomed(view, at, factor, whole.scale / 2));
  const fit = () => setMoved(undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = arrows[event.key];
    if (arrow) show(panned(view, ...arrow));
    else if (event.key === '+') zoom(1.25);
    else if (event.key === '-') zoom(0.8);
    else if (event.key === '0') fit();
    else return;
    event.preventDefault();
  };
  const hands = {
    onKeyDown,
    onWheel: (event: WheelEvent) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, { x: event.offsetX, y: event.offsetY });
    },
    onPointerDown: (event: PointerEvent) => {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      held.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: ({ clientX: x, clientY: y }: PointerEvent) => {
      if (!held.current) return;
      show(panned(view, x - held.current.x, y - held.current.y));
      held.current = { x, y };
    },
    onPointerUp: () => {
      held.current = undefined;
    },
  };
  return { view, fit, zoom, hands };
}
