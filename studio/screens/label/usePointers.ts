import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Point } from '../../canvas/viewport.js';
import type { Tool } from './rasterCanvas.js';
import type { Port } from './useViewport.js';

/** Whether a pen has been used on this page: the hand that holds it rests on the screen, so that a finger no longer draws. */
let hasPen = false;

/** Fingers, pens and mice that are down: one draws, the middle button or two fingers move the image. */
export function usePointers(
  canvas: RefObject<HTMLCanvasElement | null>,
  port: Port,
  tool: Tool,
  onImage: (at: Point) => Point,
) {
  const down = useRef(new Map<number, Point>());
  const isPanning = useRef(false);
  const place = (event: MouseEvent) => placeOn(canvas.current!, event);
  const press = (event: PointerEvent) => {
    hasPen ||= event.pointerType === 'pen';
    canvas.current!.setPointerCapture(event.pointerId);
    down.current.set(event.pointerId, place(event));
    const wasDrawing = down.current.size > 1 && !isPanning.current;
    isPanning.current = down.current.size > 1 || movesImage(event);
    if (wasDrawing) tool.abandon();
    if (event.button === 1) event.preventDefault();
    if (!isPanning.current) tool.press(onImage(place(event)), event);
  };
  const move = (event: PointerEvent) => {
    const before = down.current.get(event.pointerId);
    const now = place(event);
    if (!before) return tool.hover?.(onImage(now), event);
    if (!isPanning.current)
      tool.drag(
        onImage(now),
        event,
        passedBy(event).map((each) => onImage(place(each))),
      );
    else moveImage(port, before, now, [...down.current].find(([id]) => id !== event.pointerId)?.[1]);
    down.current.set(event.pointerId, now);
  };
  const release = (event: PointerEvent) => {
    if (!down.current.delete(event.pointerId)) return;
    if (!isPanning.current) tool.release();
    if (down.current.size === 0) isPanning.current = false;
  };
  useWheel(canvas, (event) => {
    if (event.ctrlKey && tool.turn) tool.turn(event.deltaY < 0 ? 1 : -1);
    else port.zoom(Math.exp(-event.deltaY / 500), place(event));
  });
  return {
    onPointerDown: press,
    onPointerMove: move,
    onPointerUp: release,
    onPointerCancel: release,
    onPointerLeave: (event: PointerEvent) => tool.hover?.(undefined, event),
  };
}

function placeOn(canvas: HTMLCanvasElement, { clientX, clientY }: MouseEvent): Point {
  const { left, top } = canvas.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

/** One pointer moves the image; of two each does half of it, and their distance is how large it is. */
function moveImage(port: Port, before: Point, now: Point, other: Point | undefined): void {
  const share = other ? 0.5 : 1;
  port.pan((now.x - before.x) * share, (now.y - before.y) * share);
  if (other) port.zoom(distance(now, other) / Math.max(1, distance(before, other)), middle(now, other));
}

function movesImage({ button, pointerType }: PointerEvent): boolean {
  return button === 1 || (hasPen && pointerType === 'touch');
}

/** A browser tells of a pointer once a frame, and of all its places when asked; some know the last one only. */
function passedBy(event: PointerEvent): readonly PointerEvent[] {
  const passed = event.getCoalescedEvents?.() ?? [];
  return passed.length > 0 ? passed : [event];
}

/** The page must not scroll meanwhile, which only a listener that is not passive can say. */
function useWheel(canvas: RefObject<HTMLCanvasElement | null>, turn: (event: WheelEvent) => void): void {
  const newest = useRef(turn);
  newest.current = turn;
  useLayoutEffect(() => {
    const element = canvas.current!;
    const listener = (event: WheelEvent) => {
      event.preventDefault();
      newest.current(event);
    };
    element.addEventListener('wheel', listener, { passive: false });
    return () => element.removeEventListener('wheel', listener);
  }, [canvas]);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
