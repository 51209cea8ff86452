/** Half of a pair that stands for one character; alone it stands for none. */
const loneSurrogate = /\p{Surrogate}/gu;

/**
 * JSON that PostgreSQL's `jsonb` takes: text without NUL characters and lone surrogates, which it refuses, whatever a plugin
 * writes into a message.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? item.replaceAll('\0', '').replace(loneSurrogate, '\uFFFD') : item,
  );
}
