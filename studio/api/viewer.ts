import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ViewerNameQuery } from '../../src/client/index.js';

export type Viewer = ViewerNameQuery['viewer'];

const Looking = createContext<Viewer | undefined>(undefined);

/** Tells the screens inside who looks. */
export const ViewerProvider = Looking.Provider;

/** Who looks. */
export function useViewer(): Viewer {
  const viewer = useContext(Looking);
  if (!viewer) throw new Error('nobody has asked who looks');
  return viewer;
}
