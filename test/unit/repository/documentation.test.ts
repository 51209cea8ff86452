import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownIn('docs')];
const scripts = Object.keys(
  (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts,
);
const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

describe.each(documents)('%s', (path) => {
  const text = readFileSync(path, 'utf8');

  it('links to files that are there', () => {
    const targets = [...withoutCode(text).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!);
    const missing = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(dirname(path), target)));
    expect(missing).toEqual([]);
  });

  it('names npm scripts that are there', () => {
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('shows GraphQL that the schema accepts', () => {
    const errors = codeBlocks(text, 'graphql').flatMap((source) => validate(schema, parse(source)));
    expect(errors.map((error) => error.message)).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const text = readFileSync('docs/architecture.md', 'utf8');

  it('names files and folders that are there', () => {
    const paths = [...text.matchAll(/`((?:src|plugins|migrations|test|docs|scripts|bench)\/[^`*<…\s]*)`/g)];
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.map((match) => match[1]!).filter((path) => !existsSync(path))).toEqual([]);
  });

  it('has a row for every room', () => {
    const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.filter(({ name }) => !text.includes(`| \`src/${name}\``)).map(({ name }) => name)).toEqual([]);
  });
});

describe('docs/decisions/README.md', () => {
  const text = readFileSync('docs/decisions/README.md', 'utf8');

  it('has a row for every record, once and in order', () => {
    const records = readdirSync('docs/decisions').filter((name) => /^\d{4}-/.test(name));
    expect([...text.matchAll(/^\| \[\d{4}\]\(([^)]+)\)/gm)].map((match) => match[1]!)).toEqual(records.toSorted());
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].filter((block) => block[1] === language).map((b) => b[2]!);
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`]*`/g, '');
}
