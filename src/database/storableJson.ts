/** Half of a pair that stands for one character; alone it stands for none. */
const loneSurrogate = /\p{Surrogate}/gu;

/**
 * JSON that PostgreSQL's `jsonb` takes: text and names without NUL characters and lone surrogates, which it refuses, whatever a plugin
 * writes into a message or a client into an input.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return storable(item);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([name, inner]) => [storable(name), inner as unknown]));
  });
}

function storable(text: string): string {
  return text.replaceAll('\0', '').replace(loneSurrogate, '\uFFFD');
}
