import { useEffect, useRef } from 'preact/hooks';

/** A key with its modifiers: `Ctrl+Enter`, `Shift+ArrowLeft`, `n`. */
export type Keys = Readonly<Record<string, () => void>>;

/** Runs what a key stands for, wherever the focus is but in fields that take keys themselves. */
export function useKeys(keys: Keys): void {
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || takesKeys(event)) return;
      const act = newest.current[nameOf(event)];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  const modifiers = [
    (ctrlKey || metaKey) && 'Ctrl',
    altKey && 'Alt',
    // `?` needs Shift on some keyboards and none on others.
    shiftKey && !isSign && 'Shift',
  ];
  return [...modifiers.filter(Boolean), key.length === 1 ? key.toLowerCase() : key].join('+');
}

/** Fields; buttons for what presses them; and everything while a dialog is open. */
function takesKeys({ target, key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open]')) return true;
  if (!(target instanceof HTMLElement) || ctrlKey || metaKey) return false;
  if (target.closest('textarea, select, input:not([type=radio], [type=checkbox])')) return true;
  const isChoice = target.matches('input');
  if (isChoice && (key.startsWith('Arrow') || key === ' ')) return true;
  return !shiftKey && (key === 'Enter' || key === ' ') && target.closest('button, a, summary') !== null;
}
