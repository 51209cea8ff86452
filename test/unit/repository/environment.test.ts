import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/main/config.js';

const example = readFileSync('.env.example', 'utf8');
const compose = readFileSync('docker-compose.yml', 'utf8');
const entries = [...example.matchAll(/^(?:# )?([A-Z0-9_]+)=(.*)$/gm)].map((match) => ({
  name: match[1]!,
  value: match[2]!,
}));
const named = entries.map(({ name }) => name);

describe('.env.example', () => {
  it('lists every variable that the code names', () => {
    const read = [...sources().matchAll(/\b(?:RESIDUA_[A-Z0-9_]*[A-Z]|DATABASE_URL)\b/g)].map(([name]) => name);
    expect([...new Set(read)].filter((name) => !named.includes(name))).toEqual([]);
  });

  it('lists nothing that nobody reads', () => {
    const text = sources() + compose;
    // A secret may stand in a file: <name>_FILE names it.
    const unread = named.filter(
      (name) => !name.startsWith('RESIDUA_LIMIT_') && !text.includes(name.replace(/_FILE$/, '')),
    );
    expect(unread).toEqual([]);
  });

  it('shows the limits and defaults that hold', () => {
    const shown = Object.fromEntries(
      entries
        .filter(({ name }) => /^RESIDUA_(LIMIT_|HOST|PORT|HOME|INTROSPECTION)/.test(name))
        .map(({ name, value }) => [name, value]),
    );
    const withDefaults = readConfig({});
    expect(readConfig(shown)).toEqual(withDefaults);
    expect(Object.keys(shown).filter((name) => name.startsWith('RESIDUA_LIMIT_'))).toHaveLength(
      Object.keys(withDefaults.limits).length,
    );
  });

  it('is accepted as it is', () => {
    const set = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map((match) => [match[1]!, match[2]!] as const);
    expect(readConfig(Object.fromEntries(set))).toEqual(readConfig({}));
  });
});

function sources(): string {
  return ['src', 'plugins']
    .flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(room, name), 'utf8')),
    )
    .join('\n');
}
