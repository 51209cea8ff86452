import type { ComponentChildren } from 'preact';
import { useViewer } from '../api/viewer.js';

/** The edge above every screen. */
export function TopBar({ children }: { children?: ComponentChildren }) {
  const { principal } = useViewer();
  return (
    <header class="top">
      <a class="brand" href="/studio/">
        Residua
      </a>
      {children}
      {principal.kind === 'PERSON' ? (
        <a class="who" href="/account" target="_self">
          {principal.name}
        </a>
      ) : (
        <span class="who">{principal.kind === 'LOCAL' ? 'this machine' : principal.name}</span>
      )}
    </header>
  );
}
