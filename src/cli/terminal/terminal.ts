import { BarProgress } from './barProgress.js';
import { LineProgress } from './lineProgress.js';
import type { JobProgress } from './jobProgress.js';

/** Where people read (progress, tables) and where machines read (`--json`). */
export interface Terminal {
  readonly json: boolean;
  /** One line for people. With `--json` it goes to standard error. */
  say(line: string): void;
  /** One JSON value on one line of standard output. */
  emit(value: unknown): void;
  /** Shows the events of one job: a bar on a terminal, lines in a pipe. `title` stands before each. */
  progress(title: string): JobProgress;
}

/** With `json`, standard output carries nothing but JSON. */
export function createTerminal(options: { json?: boolean | undefined } = {}): Terminal {
  const json = options.json ?? false;
  const people = json ? process.stderr : process.stdout;
  return {
    json,
    say: (line) => void people.write(`${line}\n`),
    emit: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    progress: (title) => (people.isTTY ? new BarProgress(title, people) : new LineProgress(title, people)),
  };
}
