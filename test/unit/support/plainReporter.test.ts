import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const vitest = resolve('node_modules/vitest/vitest.mjs');
const reporter = resolve('test/support/plainReporter.ts');

describe('the plain reporter', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-reporter-'));
    await writeFile(
      join(folder, 'vitest.config.ts'),
      `import { PlainReporter } from ${JSON.stringify(reporter)};
       export default { test: { globals: true, include: ['*.test.ts'], reporters: ['default', new PlainReporter()] } };`,
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('ends with the counts alone on the last line', async () => {
    await writeFile(join(folder, 'a.test.ts'), `it('holds', () => {}); it('holds too', () => {});`);
    expect(lastLine(await run(folder))).toBe('2 passed, 0 failed, 0 skipped');
  });

  it('counts a file that fails to load, a failing hook and an unhandled rejection as failed', async () => {
    await writeFile(join(folder, 'a.test.ts'), `it('fails', () => expect(1).toBe(2)); it('holds', () => {});`);
    await writeFile(join(folder, 'b.test.ts'), `import './missing.js'; it('never runs', () => {});`);
    await writeFile(
      join(folder, 'c.test.ts'),
      `describe('d', () => { beforeAll(() => { throw new Error('no'); }); it('x', () => {}); });`,
    );
    await writeFile(join(folder, 'd.test.ts'), `it('leaks', () => { void Promise.reject(new Error('late')); });`);
    expect(lastLine(await run(folder))).toBe('2 passed, 4 failed, 1 skipped');
  });

  it('says why tests were skipped', async () => {
    await writeFile(
      join(folder, 'a.test.ts'),
      `it('a', (context) => context.skip('no network'));
       describe.skip('tiles (needs the tiles)', () => { it('b', () => {}); it('c', () => {}); });
       it.skip('d', () => {});`,
    );
    const lines = (await run(folder)).trimEnd().split('\n').slice(-4);
    expect(lines).toEqual([
      'skipped in a.test.ts: no network (1 test)',
      'skipped in a.test.ts: needs the tiles (2 tests)',
      'skipped in a.test.ts: no reason given (1 test)',
      '0 passed, 0 failed, 4 skipped',
    ]);
  });
});

/** Standard output of a real run over the folder, whatever its exit code. */
function run(folder: string): Promise<string> {
  return new Promise((done) => {
    execFile(process.execPath, [vitest, 'run', '--root', folder], { cwd: folder }, (_error, stdout) => done(stdout));
  });
}

function lastLine(output: string): string | undefined {
  return output.trimEnd().split('\n').at(-1);
}
