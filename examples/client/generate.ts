/**
 * Makes `generated/graphql.ts` from `operations.graphql` and the server's schema: graphql-codegen's client preset, without
 * the loaders of its command line.
 *
 *     npm run generate-client                writes it
 *     npm run generate-client -- --check     fails when what lies there is not what would be written
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = file('generated/');
const generated = file('generated/graphql.ts');
const schema = readFileSync(file('../../schema.graphql'), 'utf8');
const operations = readFileSync(file('operations.graphql'), 'utf8');

const sections = await preset.buildGeneratesSection({
  baseOutputDir: folder,
  presetConfig: { fragmentMasking: false },
  schema: parse(schema),
  schemaAst: buildSchema(schema),
  documents: [{ location: 'operations.graphql', rawSDL: operations, document: parse(operations) }],
  config: {
    // A document then is its text: the client needs no GraphQL library to send it.
    documentMode: 'string',
    onlyOperationTypes: true,
    enumsAsTypes: true,
    useTypeImports: true,
    strictScalars: true,
    scalars: { DateTime: 'string', JSONObject: 'Record<string, unknown>' },
  },
  plugins: [],
  pluginMap: {},
});
// The preset's other files find documents written inside TypeScript; ours are in a file of their own.
const content = await codegen(sections.find(({ filename }) => filename.endsWith('/graphql.ts'))!);

if (!process.argv.includes('--check')) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(generated, content);
} else if (!existsSync(generated) || readFileSync(generated, 'utf8') !== content) {
  console.error('examples/client/generated/graphql.ts is not what the schema says: npm run generate-client');
  process.exitCode = 1;
}
