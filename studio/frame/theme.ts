import { createContext } from 'preact';
import { useContext, useLayoutEffect, useState } from 'preact/hooks';

/** In the order of their choice. */
export const themes = ['system', 'light', 'dark'] as const;

/** What was chosen. */
export type Theme = (typeof themes)[number];

const storedAs = 'residua-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** Light or dark, and what was chosen. */
export interface Appearance {
  theme: Theme;
  isDark: boolean;
  choose: (theme: Theme) => void;
}

const Shown = createContext<Appearance>({ theme: 'system', isDark: false, choose: () => undefined });

export const AppearanceProvider = Shown.Provider;

/** What the page looks like, for whatever paints with colours it has read. */
export function useAppearance(): Appearance {
  return useContext(Shown);
}

/** Keeps the page as it was chosen in this browser, or as the system is. */
export function useChosenAppearance(): Appearance {
  const [theme, setTheme] = useState<Theme>(
    () => themes.find((each) => each === localStorage.getItem(storedAs)) ?? 'system',
  );
  const [isSystemDark, setSystemDark] = useState(dark.matches);
  useLayoutEffect(() => {
    const follow = () => setSystemDark(dark.matches);
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, []);
  const isDark = theme === 'system' ? isSystemDark : theme === 'dark';
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }, [isDark]);
  const choose = (next: Theme) => {
    localStorage.setItem(storedAs, next);
    setTheme(next);
  };
  return { theme, isDark, choose };
}
