import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PackChoice } from './packs.js';
import type { Row } from './rows.js';
import type { RowRunResult } from './runRow.js';

/** What one training needs to know. */
export interface RowOrder {
  /** The folder of packs. */
  packs: string;
  pack: PackChoice;
  preset: string;
  row: Row;
  seed: number;
}

/** What was measured, why the row cannot be trained, or how its process died. */
export type RowOutcome = RowRunResult | { problem: string } | { died: string };

/** What the process says: a line now and then, and in the end an outcome. */
export type RowMessage = { say: string } | RowOutcome;

/**
 * Trains and measures a row in a process of its own: what it reaches of memory is the row's, and what dies with it is the row.
 * @param say gets a line for each part of the training.
 */
export function runRowApart(order: RowOrder, say: (text: string) => void): Promise<RowOutcome> {
  const child = fork(fileURLToPath(new URL('rowChild.ts', import.meta.url)), {
    execArgv: ['--conditions=residua-source', '--import', 'tsx'],
    // Maps are typed arrays.
    serialization: 'advanced',
  });
  let outcome: RowOutcome | undefined;
  child.on('message', (message: RowMessage) => {
    if ('say' in message) return say(message.say);
    outcome = message;
    child.disconnect();
  });
  child.send(order);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(outcome ?? { died: `its process ended with ${signal ?? code}` }));
  });
}
