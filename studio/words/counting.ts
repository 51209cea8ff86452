/** Writes a number with its noun, in the plural its language asks for. */
export type Counting = (number: number, one: string, other?: string) => string;

/** @param language a BCP 47 tag, e.g. `de`. */
export function counting(language: string): Counting {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (number, one, other = one) => `${numbers.format(number)} ${rules.select(number) === 'one' ? one : other}`;
}
