import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostTensor } from '../../src/shared/compute.js';
import type { Samples } from './samples.js';

/** Debian's own: another Python on the path need not have its packages. */
const debianPython = process.env['PYTHON'] ?? '/usr/bin/python3';

/** Modules that peers need: what they are called, the Python that has them, and how it gets them. */
const modules = {
  torch: { name: 'PyTorch', python: debianPython, advice: 'apt-get install python3-torch' },
  torchvision: { name: 'torchvision', python: debianPython, advice: 'apt-get install python3-torchvision' },
  faiss: { name: 'faiss', python: debianPython, advice: 'apt-get install python3-faiss' },
  anomalib: {
    name: 'Anomalib',
    // It needs a newer PyTorch than Debian's, so that it stands in an environment of its own.
    python: process.env['ANOMALIB_PYTHON'] ?? debianPython,
    advice: "pip install 'anomalib[cpu]==2.7.0' into a virtual environment, and ANOMALIB_PYTHON=<its python>",
  },
} as const;
type PythonModule = keyof typeof modules;

const known = new Map<PythonModule, boolean>();

/** Whether Python has a module; says so once where it does not. */
export function pythonHas(module: PythonModule): boolean {
  const before = known.get(module);
  if (before !== undefined) return before;
  const { name, python, advice } = modules[module];
  const found = spawnSync(python, ['-c', `import ${module}`]).status === 0;
  known.set(module, found);
  if (!found) console.log(`${name}: left out, "${python} -c 'import ${module}'" fails (${advice})`);
  return found;
}

/** What every script under `peers` prints, beside what is its own. */
export interface PeerResult extends Samples {
  /** Of the library, and of the BLAS behind it. */
  version: string;
}

/**
 * Runs a script under `peers` with settings as JSON. @returns what it prints, as JSON.
 * @param module of the Python that it needs; default PyTorch.
 * @throws Error with what it says when it fails.
 */
export function runPeer<Result = PeerResult>(script: string, settings: object, module: PythonModule = 'torch'): Result {
  const file = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
  const argument = JSON.stringify({ threads: availableParallelism(), ...settings });
  const { status, stdout, stderr } = spawnSync(modules[module].python, [file, argument], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} failed:\n${stderr}`);
  const result = JSON.parse(stdout) as Result & { version?: string };
  if (result.version?.includes('reference')) {
    console.log('PyTorch runs on the reference BLAS; apt-get install libopenblas0-pthread for a fair comparison.');
  }
  return result;
}

/** Does something with a folder that both sides can read, and removes it. */
export async function withExchange<T>(work: (folder: Exchange) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'residua-bench-'));
  try {
    return await work(new Exchange(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder of arrays as raw little-endian bytes. */
export class Exchange {
  constructor(readonly folder: string) {}

  pathOf(name: string): string {
    return path.join(this.folder, name);
  }

  /** @returns what `measure.read` in Python takes. */
  write(name: string, { data, shape }: HostTensor): { file: string; shape: readonly number[] } {
    const file = this.pathOf(name);
    writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { file, shape };
  }
}
