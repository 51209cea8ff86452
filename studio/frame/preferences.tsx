import { useLanguage } from '../words/language.js';
import { languages, type Language } from '../words/languages.js';
import { themes, useAppearance, type Theme } from './theme.js';

/** The reader's language, and light or dark; this browser remembers both. */
export function Preferences() {
  const { language, words, speak } = useLanguage();
  const { theme, choose } = useAppearance();
  return (
    <div class="preferences">
      <select
        aria-label={words.frame.language}
        value={language}
        onChange={(event) => speak(event.currentTarget.value as Language)}
      >
        {Object.entries(languages).map(([tag, { name }]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={words.frame.theme}
        value={theme}
        onChange={(event) => choose(event.currentTarget.value as Theme)}
      >
        {themes.map((each) => (
          <option key={each} value={each}>
            {words.frame.themes[each]}
          </option>
        ))}
      </select>
    </div>
  );
}
