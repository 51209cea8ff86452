import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodePng } from '../../src/files/index.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';
import { ResiduaProcesses } from '../support/residuaProcesses.js';
import { tinySemirest, tinySettings } from '../support/tinySettings.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const repository = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** A Python of its own; undefined where there is none, or no registry to install from. */
function pythonIn(folder: string): string | undefined {
  const command = join(folder, 'bin/python');
  try {
    if (!existsSync(command)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
    execFileSync(command, ['-m', 'pip', 'install', '--quiet', 'hatchling', 'editables'], { stdio: 'ignore' });
    return command;
  } catch {
    return undefined;
  }
}

const python = pythonIn(join(repository, 'node_modules/.cache/python-client'));
if (!python) console.warn('no Python 3.10 with its package registry here: the Python client is not tested');

describe.skipIf(!python)('the Python client (needs Python and its package registry)', () => {
  const database = useDatabase();
  let folder: string;
  let processes: ResiduaProcesses;

  beforeAll(async () => {
    await run(python!, ['-m', 'pip', 'install', '--quiet', '--editable', 'clients/python[test]'], { cwd: repository });
    folder = await mkdtemp(join(tmpdir(), 'residua-e2e-python-'));
    for (const [name, seeds] of [
      ['good', [1, 2, 3, 4, 5]],
      ['bad', [6]],
    ] as const) {
      await mkdir(join(folder, name));
      for (const seed of seeds) {
        await writeFile(join(folder, name, `${seed}.png`), await encodePng(surface(seed, name === 'bad')));
      }
    }
    processes = new ResiduaProcesses({
      ...{
        RESIDUA_HOME: join(folder, 'home'),
        DATABASE_URL: database.url,
        RESIDUA_API_TOKEN: 'a-token-of-the-python-test',
      },
      // Nor that the token opens everything.
      RESIDUA_LOG_LEVEL: 'error',
    });
    await processes.ready();
  });
  afterAll(async () => {
    await processes?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('trains through a restart of the server, predicts, and says what is refused', async () => {
    const reports = join(folder, 'reports');
    const tests = run(python!, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'clients/python/tests'], {
      cwd: repository,
      env: {
        ...process.env,
        RESIDUA_URL: processes.client.address.url,
        RESIDUA_TOKEN: 'a-token-of-the-python-test',
        RESIDUA_IMAGES: folder,
        RESIDUA_REPORTS: reports,
        RESIDUA_TRAINING: JSON.stringify({
          ...{ supervision: 'UNSUPERVISED', settings: tinySettings },
          detector: { name: 'semirest', params: { ...tinySemirest, steps: 60 } },
        }),
      },
    }).catch((error: { stdout: string }) => error);
    const restarted = vi
      .waitUntil(() => existsSync(reports), { timeout: 240_000, interval: 50 })
      .then(() => processes.crashApi())
      .then((start) => start());
    await restarted;
    expect((await tests).stdout).toMatch(/5 passed/);
  });

  it('is typed', async () => {
    const { stdout } = await run(python!, ['-m', 'mypy'], { cwd: join(repository, 'clients/python') }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toContain('Success: no issues found');
  });

  it('has the operations of the TypeScript client', async () => {
    await run('npm', ['run', '--silent', 'generate-python-client', '--', '--check'], { cwd: repository });
  });
});
