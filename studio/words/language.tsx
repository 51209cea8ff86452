import { createContext, type ComponentChildren } from 'preact';
import { useContext, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Words } from './en.js';
import { formatsOf, type Formats } from './formats.js';
import { languages, preferredLanguage, type Language } from './languages.js';

interface Spoken {
  language: Language;
  words: Words;
  formats: Formats;
  speak: (language: Language) => void;
}

const storedAs = 'residua-language';

const Spoken = createContext<Spoken | undefined>(undefined);

/** Gives the screens inside their words. */
export function LanguageProvider({ children }: { children: ComponentChildren }) {
  const [language, setLanguage] = useState(() =>
    preferredLanguage(localStorage.getItem(storedAs), navigator.languages),
  );
  // Before anything is painted: a screen reader chooses its voice by it.
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const spoken = useMemo(() => {
    const speak = (next: Language) => {
      localStorage.setItem(storedAs, next);
      setLanguage(next);
    };
    const words = languages[language];
    return { language, words, formats: formatsOf(language, words), speak };
  }, [language]);
  return <Spoken.Provider value={spoken}>{children}</Spoken.Provider>;
}

/** The language that is spoken, its words and formats, and a way to speak another. */
export function useLanguage(): Spoken {
  const spoken = useContext(Spoken);
  if (!spoken) throw new Error('no language is spoken here');
  return spoken;
}

/** The words of the language that is spoken. */
export function useWords(): Words {
  return useLanguage().words;
}

/** Numbers and moments as the language that is spoken writes them. */
export function useFormats(): Formats {
  return useLanguage().formats;
}
