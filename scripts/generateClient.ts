/**
 * Makes `src/client/generated/graphql.ts` from the operations beside it and the server's schema: graphql-codegen's client
 * preset, without the loaders of its command line.
 *
 *     npm run generate-client                writes it
 *     npm run generate-client -- --check     fails when what lies there is not what would be written
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const operations = inRepository('src/client/operations/');
const folder = inRepository('src/client/generated/');
const generated = `${folder}graphql.ts`;
const schema = readFileSync(inRepository('schema.graphql'), 'utf8');

const files = readdirSync(operations).filter((name) => name.endsWith('.graphql'));
const documents = files.sort().map((location) => {
  const rawSDL = readFileSync(`${operations}${location}`, 'utf8');
  return { location, rawSDL, document: parse(rawSDL) };
});

const sections = await preset.buildGeneratesSection({
  baseOutputDir: folder,
  presetConfig: { fragmentMasking: false },
  schema: parse(schema),
  schemaAst: buildSchema(schema),
  documents,
  config: {
    // A document then is its text: the client needs no GraphQL library to send it.
    documentMode: 'string',
    onlyOperationTypes: true,
    enumsAsTypes: true,
    useTypeImports: true,
    skipTypename: true,
    // What was asked for is in the answer, be it null; of an input, what is nullable may be left out.
    avoidOptionals: { field: true },
    strictScalars: true,
    scalars: { DateTime: 'string', JSONObject: 'Record<string, unknown>' },
  },
  plugins: [],
  pluginMap: {},
});
// The preset's other files find documents written inside TypeScript; ours are in files of their own.
const content = await codegen(sections.find(({ filename }) => filename.endsWith('/graphql.ts'))!);

if (!process.argv.includes('--check')) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(generated, content);
} else if (!existsSync(generated) || readFileSync(generated, 'utf8') !== content) {
  console.error('src/client/generated/graphql.ts is not what schema and operations say: npm run generate-client');
  process.exitCode = 1;
}
