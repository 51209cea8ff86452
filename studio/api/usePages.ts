import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from '../../src/client/index.js';

/** A list that is asked for page by page. */
export interface Pages<Item> {
  items: readonly Item[];
  /** Of all pages; undefined before the first has come. */
  total: number | undefined;
  hasMore: boolean;
  isLoading: boolean;
  error: unknown;
  more: () => Promise<void>;
  /** Begins anew. */
  reload: () => Promise<void>;
}

interface State<Item> {
  key: string | undefined;
  items: readonly Item[];
  total?: number;
  after?: string | null;
  hasMore: boolean;
  isLoading: boolean;
  error?: unknown;
}

/**
 * @param key of what is asked: another one begins anew, and without one nothing is asked yet.
 * @param read gives the page behind a cursor.
 */
export function usePages<Item>(
  key: string | undefined,
  read: (after: string | undefined) => Promise<Page<Item> & { totalCount: number }>,
): Pages<Item> {
  const nothing: State<Item> = { key, items: [], hasMore: true, isLoading: true };
  const [kept, setState] = useState<State<Item>>(nothing);
  const state = kept.key === key ? kept : nothing;
  const newest = useRef({ key, read });
  newest.current = { key, read };
  const load = useCallback(
    async (before: State<Item>) => {
      setState({ ...before, isLoading: true });
      try {
        const { nodes, pageInfo, totalCount } = await newest.current.read(before.after ?? undefined);
        if (newest.current.key !== key) return;
        const { endCursor: after, hasNextPage: hasMore } = pageInfo;
        setState({ key, items: [...before.items, ...nodes], total: totalCount, after, hasMore, isLoading: false });
      } catch (error) {
        if (newest.current.key === key) setState({ ...before, isLoading: false, error });
      }
    },
    [key],
  );
  const reload = useCallback(() => load({ key, items: [], hasMore: true, isLoading: true }), [load, key]);
  useEffect(() => {
    if (key !== undefined) void reload();
  }, [reload]);
  const { items, total, hasMore, isLoading, error } = state;
  return { items, total, hasMore, isLoading, error, more: () => load(state), reload };
}
