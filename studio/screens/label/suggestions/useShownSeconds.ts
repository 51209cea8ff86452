import { useEffect, useRef } from 'preact/hooks';

/** Counts how long something is shown in all. @returns seconds until now. */
export function useShownSeconds(isShown: boolean): () => number {
  const total = useRef(0);
  const from = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (!isShown) return;
    from.current = performance.now();
    return () => {
      total.current += performance.now() - from.current!;
      from.current = undefined;
    };
  }, [isShown]);
  return () => (total.current + (from.current === undefined ? 0 : performance.now() - from.current)) / 1000;
}
