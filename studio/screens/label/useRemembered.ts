import { useState } from 'preact/hooks';

const remembered = new Map<string, unknown>();

/** A state that the next image begins with, as long as the page is open: who paints with a broad brush goes on with it. */
export function useRemembered<Value>(name: string, first: Value): [Value, (next: Value) => void] {
  const [value, setValue] = useState<Value>(() => (remembered.has(name) ? (remembered.get(name) as Value) : first));
  const choose = (next: Value) => {
    remembered.set(name, next);
    setValue(next);
  };
  return [value, choose];
}
