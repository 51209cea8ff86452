/** What is kept of an input: enough to say what was asked for, never a secret, and never a picture. */
const longestText = 200;
const mostItems = 20;
const mostLevels = 6;

const secretNames = /secret|password|token|authorization|code|credential/i;

/** An input with long texts, long lists and deep levels cut short and secrets left out. Plain JSON. */
export function auditDetails(input: unknown, level = 0): unknown {
  if (typeof input === 'string') return shortened(input);
  if (input instanceof Date) return input.toISOString();
  if (typeof input !== 'object' || input === null) return typeof input === 'bigint' ? String(input) : (input ?? null);
  if (level >= mostLevels) return '…';
  if (Array.isArray(input)) {
    const items = input.slice(0, mostItems).map((item) => auditDetails(item, level + 1));
    return input.length > mostItems ? [...items, `… ${input.length - mostItems} more`] : items;
  }
  const fields = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      secretNames.test(name) && typeof value === 'string' ? '[left out]' : auditDetails(value, level + 1),
    ]),
  );
}

function shortened(text: string): string {
  // PostgreSQL keeps no NUL in JSON.
  const clean = text.replaceAll('\0', '');
  return clean.length > longestText ? `${clean.slice(0, longestText)}… (${text.length} characters)` : clean;
}
