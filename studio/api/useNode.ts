import type { TypedDocumentString } from '../../src/client/index.js';
import { NotHereError, type Thing } from './found.js';
import { useQuery, type Asked } from './useQuery.js';

/** Asks for one thing by its id. That it is not there is an error like any other, and shown as every screen shows errors. */
export function useNode<Node extends object, Variables extends { id: string }>(
  document: TypedDocumentString<{ node: Node | null }, Variables>,
  variables: Variables,
  thing: Thing,
): Asked<Extract<Node, { id: string }>> {
  const { data, error, reload } = useQuery(document, variables);
  const nodeOf = (answer: typeof data) =>
    answer?.node && 'id' in answer.node ? (answer.node as Extract<Node, { id: string }>) : undefined;
  const node = nodeOf(data);
  return {
    data: node,
    error: error ?? (data && !node ? new NotHereError(thing) : undefined),
    reload: async () => nodeOf(await reload()),
  };
}
