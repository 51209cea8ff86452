import { vi } from 'vitest';
import { residuaProgram } from '../../../src/cli/program.js';

/** What a command printed on standard output, and what it failed with. */
export interface Typed {
  printed: string;
  error: unknown;
}

/** Runs a command of this process as it is typed, against the server at `url`. */
export async function typed(url: string, args: readonly string[]): Promise<Typed> {
  let printed = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  try {
    await residuaProgram().parseAsync(['node', 'residua', ...args, '--url', url]);
    return { printed, error: undefined };
  } catch (error) {
    return { printed, error };
  } finally {
    spy.mockRestore();
  }
}
