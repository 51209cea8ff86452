import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { accessDocument } from './access/accessDocument.js';
import { buildSchema } from './schema.js';

const head = '# Written by `npm run schema` from the code. Do not edit.\n\n';

/** What is written from the schema, by file. */
const texts: Readonly<Record<string, (schema: GraphQLSchema) => string>> = {
  'schema.graphql': (schema) => `${head}${printSchema(lexicographicSortSchema(schema))}\n`,
  'docs/access.md': (schema) => `${accessDocument(schema)}\n`,
};

/** The text of schema.graphql. */
export async function schemaText(): Promise<string> {
  return texts['schema.graphql']!(await buildSchema());
}

/** Writes schema.graphql and docs/access.md, or with `--check` fails when one is not what the code says. */
async function main(): Promise<void> {
  const schema = await buildSchema();
  for (const [name, textOf] of Object.entries(texts)) {
    const file = fileURLToPath(new URL(`../../${name}`, import.meta.url));
    const text = textOf(schema);
    if (!process.argv.includes('--check')) await writeFile(file, text);
    else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
      console.error(`${name} is not what the code says: run \`npm run schema\` and commit it`);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
