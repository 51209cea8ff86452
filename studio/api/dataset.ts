import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { DatasetFrameQuery } from '../../src/client/index.js';

/** What `node(id)` gives for a data set. */
export type OpenDataset = Extract<NonNullable<DatasetFrameQuery['node']>, { id: string }>;

export type Right = OpenDataset['project']['viewerCan'][number];

const Opened = createContext<OpenDataset | undefined>(undefined);

/** Tells the screens inside which data set is open. */
export const DatasetProvider = Opened.Provider;

/** The data set that the address names. */
export function useDataset(): OpenDataset & { can: (right: Right) => boolean; path: (rest?: string) => string } {
  const dataset = useContext(Opened);
  if (!dataset) throw new Error('no data set is open');
  return {
    ...dataset,
    can: (right) => dataset.project.viewerCan.includes(right),
    path: (rest = '') => `/studio/${dataset.id}${rest && `/${rest}`}`,
  };
}
