import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { TypedDocumentString } from '../../src/client/index.js';
import { client } from './session.js';

/** What a query has given so far. */
export interface Asked<Data> {
  /** The last answer, also while it is asked for again. */
  data: Data | undefined;
  error: unknown;
  /** Asks again. @returns the answer, or undefined when it failed. */
  reload: () => Promise<Data | undefined>;
}

/** Asks when the screen appears, and whenever the variables change; an answer that comes late for others is dropped. */
export function useQuery<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Asked<Data> {
  return useAnswer(JSON.stringify([document.toString(), variables]), () =>
    client.request(
      document as TypedDocumentString<Data, Record<string, unknown>>,
      variables as Record<string, unknown>,
    ),
  );
}

/** {@link useQuery} for what takes more than one request. @param key of what is asked: for another one it is asked anew. */
export function useAnswer<Data>(key: string, ask: () => Promise<Data>): Asked<Data> {
  const [answer, setAnswer] = useState<{ key: string; data?: Data; error?: unknown }>({ key });
  const newest = useRef({ key, ask });
  newest.current = { key, ask };
  const reload = useCallback(async () => {
    try {
      const data = await newest.current.ask();
      if (newest.current.key === key) setAnswer({ key, data });
      return data;
    } catch (error) {
      if (newest.current.key === key) setAnswer({ key, error });
      return undefined;
    }
  }, [key]);
  useEffect(() => void reload(), [reload]);
  const isCurrent = answer.key === key;
  return { data: isCurrent ? answer.data : undefined, error: isCurrent ? answer.error : undefined, reload };
}
