import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A script of this repository that runs in a process of its own. */
export interface Child {
  pid: number;
  /** Resolves with the next line the script prints. */
  line(): Promise<string>;
  /** Resolves when it has ended. @returns its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a TypeScript file of `test/support` with tsx. What it writes to standard error appears when it fails. */
export function runChild(script: string, args: readonly string[], env: Record<string, string> = {}): Child {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=residua-source', '--import', 'tsx', file, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const readers: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  let rest = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    for (const line of parts) {
      const reader = readers.shift();
      if (reader) reader.resolve(line);
      else lines.push(line);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => {
      for (const { reject } of readers) reject(new Error(`${script} ended (${code ?? signal}): ${errors}`));
      resolve(code ?? signal!);
    });
  });
  return {
    pid: child.pid!,
    line: () => {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      return new Promise((resolve, reject) => {
        if (child.exitCode === null) readers.push({ resolve, reject });
        else reject(new Error(`${script} has ended (${child.exitCode}): ${errors}`));
      });
    },
    ended,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
