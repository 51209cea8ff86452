import type { Principal } from '../../access/index.js';
import { problem } from '../../shared/errors.js';

/**
 * Tokens and people are managed by people, in a browser session, by whoever holds the server's own token, and on the server's own
 * machine: a token that leaks must not make itself another.
 * @throws ProblemError FORBIDDEN for whoever came with a token.
 */
export function requireManager({ via }: Principal): void {
  if (via.kind !== 'TOKEN') return;
  throw problem('FORBIDDEN', 'a token cannot manage tokens or people, whatever its permissions: sign in for that');
}
