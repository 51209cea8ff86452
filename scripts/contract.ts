/**
 * Checks that `schema.graphql` keeps everything that clients were promised (`test/fixtures/contract.graphql`): what it adds is free,
 * what it removes, renames or tightens breaks clients.
 *
 *     npm run contract                checks
 *     npm run contract -- --accept    promises the present schema from now on; a break then stands in the commit, to be seen
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const promised = new URL('../test/fixtures/contract.graphql', import.meta.url);
const present = new URL('../schema.graphql', import.meta.url);
const read = (path: URL) => buildSchema(readFileSync(path, 'utf8'));

if (process.argv.includes('--accept')) copyFileSync(present, promised);
const changes = await diff(read(promised), read(present));
const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
for (const { path, message } of breaking) console.error(`${path ?? 'the schema'}: ${message}`);
if (breaking.length === 0) console.log('The schema keeps what was promised.');
else
  console.error('Clients would break. Keep the old field and deprecate it, or accept the break: docs/api.md says how.');
process.exitCode = breaking.length === 0 ? 0 : 1;
