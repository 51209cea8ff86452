import { backend, getBackend, setBackend } from '@tensorflow/tfjs-core';

/**
 * Runs a synchronous action on the named tfjs backend and restores the one before, also when the action throws. The
 * backend must be registered and need no asynchronous start (or have had it).
 */
export function onBackend<T>(name: string, action: () => T): T {
  // Starts the default backend where none is active yet, so that there is one to return to.
  backend();
  const previous = getBackend();
  activate(name);
  try {
    return action();
  } finally {
    activate(previous);
  }
}

function activate(name: string): void {
  // Although setBackend is asynchronous, it switches a started backend before it returns.
  void setBackend(name);
  if (getBackend() !== name) throw new Error(`the tfjs backend "${name}" cannot be activated`);
}
