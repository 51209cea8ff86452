import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `residua worker` in a process of its own. */
export interface WorkerProcess {
  /** What it has written so far. */
  output(): string;
  stop(): Promise<void>;
}

/** @param environment its configuration; what it leaves out comes from the environment of the tests. */
export function startWorkerProcess(environment: Record<string, string>): WorkerProcess {
  const flags = ['--conditions=residua-source', '--import', 'tsx', 'src/cli/residua.ts', 'worker'];
  const child = spawn(process.execPath, flags, {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  return {
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
