import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** A personal token that `residua login` left. */
export interface StoredCredential {
  token: string;
  /** The token's name. */
  name: string;
  /** ISO 8601, or null for never. */
  expiresAt: string | null;
}

/** By origin of the server. */
type Stored = Record<string, StoredCredential>;

/** Where tokens of `residua login` lie: `residua/credentials.json` in XDG_CONFIG_HOME, `~/.config` when it is not set. */
export function credentialsFile(environment: NodeJS.ProcessEnv = process.env): string {
  const folder = environment['XDG_CONFIG_HOME'] || path.join(homedir(), '.config');
  return path.join(folder, 'residua', 'credentials.json');
}

/** The token for a server, or undefined. @param url its address. */
export function storedCredential(url: string, file = credentialsFile()): StoredCredential | undefined {
  const { origin } = new URL(url);
  const stored = read(file);
  return Object.hasOwn(stored, origin) ? stored[origin] : undefined;
}

/** Keeps a token for a server, or forgets it. The file is for its owner alone (mode 600) from its first byte on. */
export function storeCredential(url: string, credential: StoredCredential | undefined, file = credentialsFile()): void {
  const { origin } = new URL(url);
  const { [origin]: _, ...others } = read(file);
  const stored: Stored = credential ? { ...others, [origin]: credential } : others;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** Nothing where there is no file, or none that can be read as one. */
function read(file: string): Stored {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Stored;
  } catch {
    return {};
  }
}
