import { createContext, type ComponentChildren } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';

const Say = createContext<(text: string) => void>(() => undefined);

/** Milliseconds it is seen. */
const seen = 6_000;

/** Says what was done at the edge of the page, and to screen readers. */
export function Announcements({ children }: { children: ComponentChildren }) {
  const [text, setText] = useState('');
  // The same words twice are said twice.
  const say = useCallback((next: string) => setText((before) => (before === next ? `${next}\u00a0` : next)), []);
  useEffect(() => {
    const timer = setTimeout(() => setText(''), seen);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Say.Provider value={say}>
      {children}
      <p class="announcement" role="status" aria-live="polite">
        {text}
      </p>
    </Say.Provider>
  );
}

/** Says something as {@link Announcements} does. */
export function useSay(): (text: string) => void {
  return useContext(Say);
}
