/**
 * Makes `clients/python/src/residua_client/generated` from the operations of the TypeScript client and the schema by ariadne-codegen, which it
 * installs into a folder of its own. Needs Python 3.10 or newer and its package registry.
 *
 *     npm run generate-python-client                writes it
 *     npm run generate-python-client -- --check     fails when what lies there is not what would be written
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** With what formats its output: another release of it would write the same otherwise. */
const generator = ['ariadne-codegen==0.19.0', 'ruff==0.15.22'];
const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const operations = inRepository('src/client/operations');
const python = inRepository('clients/python');
const generated = 'src/residua_client/generated';

/** What the screens of the web page ask is nobody else's. */
const ofScreens = 'studio.graphql';

const folder = mkdtempSync(join(tmpdir(), 'residua-python-'));
try {
  for (const part of ['operations', 'src/residua_client']) mkdirSync(join(folder, part), { recursive: true });
  for (const file of readdirSync(operations).filter((name) => name !== ofScreens)) {
    copyFileSync(join(operations, file), join(folder, 'operations', file));
  }
  copyFileSync(inRepository('schema.graphql'), join(folder, 'schema.graphql'));
  copyFileSync(join(python, 'pyproject.toml'), join(folder, 'pyproject.toml'));
  run('python3', ['-m', 'venv', 'venv']);
  run('venv/bin/pip', ['install', '--quiet', '--disable-pip-version-check', ...generator]);
  run('venv/bin/ariadne-codegen', []);
  if (process.argv.includes('--check')) {
    const differs = ['--recursive', '--exclude=__pycache__', join(python, generated), join(folder, generated)];
    run('diff', differs);
  } else {
    rmSync(join(python, generated), { recursive: true, force: true });
    cpSync(join(folder, generated), join(python, generated), { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}
