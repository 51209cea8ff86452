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
  const key = JSON.stringify(variables);
  const [answer, setAnswer] = useState<{ key: string; data?: Data; error?: unknown }>({ key });
  const newest = useRef(key);
  newest.current = key;
  const reload = useCallback(async () => {
    try {
      const data = await client.request(
        document as TypedDocumentString<Data, Record<string, unknown>>,
        JSON.parse(key) as Record<string, unknown>,
      );
      if (newest.current === key) setAnswer({ key, data });
      return data;
    } catch (error) {
      if (newest.current === key) setAnswer({ key, error });
      return undefined;
    }
  }, [document, key]);
  useEffect(() => void reload(), [reload]);
  const isCurrent = answer.key === key;
  return { data: isCurrent ? answer.data : undefined, error: isCurrent ? answer.error : undefined, reload };
}
