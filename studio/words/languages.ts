import { de } from './de.js';
import { en, type Words } from './en.js';
import { zh } from './zh.js';

/** Every language of the page by its tag. */
export const languages = { en, de, zh } as const satisfies Record<string, Words>;

export type Language = keyof typeof languages;

const isLanguage = (tag: string): tag is Language => Object.hasOwn(languages, tag);

/** What was chosen here before, else the first of the browser's languages that the page speaks. */
export function preferredLanguage(chosen: string | null, browser: readonly string[]): Language {
  const tags = [chosen ?? '', ...browser].map((tag) => tag.toLowerCase().split('-')[0]!);
  return tags.find(isLanguage) ?? 'en';
}
