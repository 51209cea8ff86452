import { createHash } from 'node:crypto';

/** sha256 of a JSON value with sorted keys: what an idempotency key is bound to. */
export function inputDigest(value: unknown): string {
  const canonical = JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return createHash('sha256').update(canonical).digest('hex');
}
