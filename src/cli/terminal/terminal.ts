import { BarProgress } from './barProgress.js';
import { byteProgress, type ByteProgress } from './byteProgress.js';
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
  /** Shows how a file of so many bytes comes or goes; nothing for a small one. */
  transfer(title: string, bytes: number): ByteProgress;
}

/** Of a file that takes no time worth a bar, at most. */
const smallBytes = 20_000_000;

const silent: ByteProgress = { show: () => undefined, end: () => undefined };

/** With `json`, standard output carries nothing but JSON. */
export function createTerminal(options: { json?: boolean | undefined } = {}): Terminal {
  const json = options.json ?? false;
  const people = json ? process.stderr : process.stdout;
  return {
    json,
    say: (line) => void people.write(`${line}\n`),
    emit: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    transfer: (title, bytes) => (bytes > smallBytes ? byteProgress(title, people) : silent),
    progress: (title) => (people.isTTY ? new BarProgress(title, people) : new LineProgress(title, people)),
  };
}
