import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { DrawnKind } from '../../canvas/drawnKinds.js';
import type { Work } from './labelSession.js';

/** What is drawn copies a mask, to measure how long it takes: it becomes no label of the image. */
export interface Trial {
  finish: (kind: DrawnKind, content: unknown, work: Work) => Promise<void>;
}

const Trying = createContext<Trial | undefined>(undefined);

export const TrialProvider = Trying.Provider;

/** The trial that the editors inside draw for; undefined where they draw labels. */
export function useTrial(): Trial | undefined {
  return useContext(Trying);
}
