import type { ComponentChildren } from 'preact';
import { useViewer } from '../api/viewer.js';
import { useWords } from '../words/language.js';
import { Preferences } from './preferences.js';

/** The edge above every screen. */
export function TopBar({ children }: { children?: ComponentChildren }) {
  const { principal } = useViewer();
  const { frame } = useWords();
  return (
    <header class="top">
      <a class="brand" href="/studio/">
        Residua
      </a>
      {children}
      <Preferences />
      {principal.kind === 'PERSON' ? (
        <a class="who" href="/account" target="_self">
          {principal.name}
        </a>
      ) : (
        <span class="who">{principal.kind === 'LOCAL' ? frame.thisMachine : principal.name}</span>
      )}
    </header>
  );
}
