import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema } from './schema.js';

const file = fileURLToPath(new URL('../../schema.graphql', import.meta.url));
const head = '# Written by `npm run schema` from the code. Do not edit.\n\n';

/** The text of schema.graphql. */
export async function schemaText(): Promise<string> {
  return `${head}${printSchema(lexicographicSortSchema(await buildSchema()))}\n`;
}

/** Writes schema.graphql, or with `--check` fails when it is not what the code says. */
async function main(): Promise<void> {
  const text = await schemaText();
  if (!process.argv.includes('--check')) return writeFile(file, text);
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  console.error('schema.graphql is not what the code says: run `npm run schema` and commit it');
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
