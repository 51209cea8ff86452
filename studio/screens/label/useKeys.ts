import { useLayoutEffect, useRef } from 'preact/hooks';
import { nameOfKey } from './keys/bindings.js';

/** What each key does, by its name with its modifiers: `Ctrl+Enter`, `Shift+ArrowLeft`, `n`. */
export type Keys = Readonly<Record<string, () => void>>;

/** Runs what a key stands for, wherever the focus is but in fields that take keys themselves. */
export function useKeys(keys: Keys | ((name: string) => (() => void) | undefined)): void {
  const newest = useRef(keys);
  newest.current = keys;
  // At once: a key pressed as soon as the screen is seen must not be lost.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || takesKeys(event)) return;
      const name = nameOfKey(event);
      const act = typeof newest.current === 'function' ? newest.current(name) : newest.current[name];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

/** Fields; buttons for what presses them; and everything while a dialog is open. */
function takesKeys({ target, key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open]')) return true;
  if (!(target instanceof HTMLElement) || ctrlKey || metaKey) return false;
  if (target.closest('textarea, select, input:not([type=radio], [type=checkbox], [type=range])')) return true;
  const isChoice = target.matches('input');
  if (isChoice && (key.startsWith('Arrow') || key === ' ')) return true;
  return !shiftKey && (key === 'Enter' || key === ' ') && target.closest('button, a, summary') !== null;
}
