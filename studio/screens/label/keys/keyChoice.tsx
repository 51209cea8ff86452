import { createContext, type ComponentChildren } from 'preact';
import { useContext, useMemo, useState } from 'preact/hooks';
import type { ActionId } from './actions.js';
import { bindingsOf, readChoice, shownKey, type Bindings, type KeyChoice } from './bindings.js';

const storedAs = 'residua-keys';

interface ChosenKeys {
  choice: KeyChoice;
  bindings: Bindings;
  /** Kept in this browser. */
  choose: (choice: KeyChoice) => void;
  /** The first key of an action as it stands on a keyboard; nothing when it has none. */
  keyOf: (action: ActionId) => string;
}

const Chosen = createContext<ChosenKeys | undefined>(undefined);

/** Gives the editors inside the keys somebody has chosen. */
export function KeysProvider({ children }: { children: ComponentChildren }) {
  const [choice, setChoice] = useState(() => readChoice(localStorage.getItem(storedAs)));
  const chosen = useMemo(() => {
    const bindings = bindingsOf(choice);
    const choose = (next: KeyChoice) => {
      localStorage.setItem(storedAs, JSON.stringify(next));
      setChoice(next);
    };
    const keyOf = (action: ActionId) => shownKey(bindings[action][0] ?? '');
    return { choice, bindings, choose, keyOf };
  }, [choice]);
  return <Chosen.Provider value={chosen}>{children}</Chosen.Provider>;
}

/** The keys of whoever works here. */
export function useChosenKeys(): ChosenKeys {
  const chosen = useContext(Chosen);
  if (!chosen) throw new Error('no keys are chosen here');
  return chosen;
}
