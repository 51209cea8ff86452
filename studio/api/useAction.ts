import { useState } from 'preact/hooks';

/** Something that a button does. */
export interface Action<Args extends unknown[]> {
  run: (...args: Args) => Promise<void>;
  isRunning: boolean;
  /** Why it failed the last time. */
  error: unknown;
}

/** Runs one at a time, and keeps why it failed for the screen to show. */
export function useAction<Args extends unknown[]>(act: (...args: Args) => Promise<void>): Action<Args> {
  const [state, setState] = useState<{ isRunning: boolean; error?: unknown }>({ isRunning: false });
  const run = async (...args: Args): Promise<void> => {
    if (state.isRunning) return;
    setState({ isRunning: true });
    try {
      await act(...args);
      setState({ isRunning: false });
    } catch (error) {
      setState({ isRunning: false, error });
    }
  };
  return { run, isRunning: state.isRunning, error: state.error };
}
