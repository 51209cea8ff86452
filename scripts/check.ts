/**
 * Runs every check of the repository, two at a time, and says which failed.
 *
 *     npm run check                  all of them
 *     npm run check -- lint arrows   these
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** npm scripts, the slow ones first so that they overlap with the quick ones. */
const checks: Record<string, string[]> = {
  lint: ['lint'],
  types: ['types'],
  'dead code': ['dead-code'],
  format: ['format'],
  arrows: ['arrows'],
  schema: ['schema', '--', '--check'],
  contract: ['contract'],
  client: ['generate-client', '--', '--check'],
  lock: ['lock'],
  migrations: ['migrations'],
};

interface Outcome {
  passed: boolean;
  output: string;
  seconds: number;
}

function runScript(args: readonly string[]): Promise<Outcome> {
  const started = performance.now();
  return new Promise((done) => {
    const child = spawn('npm', ['run', '--silent', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    const finish = (passed: boolean) =>
      done({ passed, output: Buffer.concat(chunks).toString(), seconds: (performance.now() - started) / 1000 });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

/** Names of the checks that failed. */
async function runChecks(names: readonly string[], parallel: number): Promise<string[]> {
  const waiting = [...names];
  const failed: string[] = [];
  const runNext = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { passed, output, seconds } = await runScript(checks[name]!);
      console.log(`${passed ? 'passed' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s`);
      if (output.trim()) console.log(output.trim().replace(/^/gm, '    '));
      if (!passed) failed.push(name);
    }
  };
  await Promise.all(Array.from({ length: parallel }, runNext));
  return failed;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`no check is named ${unknown.join(', ')}; there are: ${Object.keys(checks).join(', ')}`);
  process.exitCode = 2;
} else {
  const names = asked.length > 0 ? asked : Object.keys(checks);
  const failed = await runChecks(names, Math.min(2, availableParallelism()));
  console.log(failed.length === 0 ? `All ${names.length} checks passed.` : `Failed: ${failed.join(', ')}.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
