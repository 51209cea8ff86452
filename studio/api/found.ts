import type { Words } from '../words/en.js';

/** What an address can name, by the names of the words for it. */
export type Thing = keyof Words['things'];

/** There is no such thing on this server, or whoever asks may not see it. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError';
  constructor(readonly thing: Thing) {
    super(`${thing} not found`);
  }
}

/**
 * The answer of `node(id)`, which is empty for an id of another kind of thing. The operation must select `id`.
 * @throws NotHereError
 */
export function found<Node extends object>(node: Node | null, thing: Thing): Extract<Node, { id: string }> {
  if (node === null || !('id' in node)) throw new NotHereError(thing);
  return node as Extract<Node, { id: string }>;
}
