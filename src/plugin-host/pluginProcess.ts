import { spawn, type ChildProcess } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { childFlags, childSettings, moduleFile } from '../shared/childRuntime.js';
import { pluginEnvironment } from './pluginEnvironment.js';

/** How a question to a process that runs code of plugins ended. */
export type ProcessOutcome<Answer> =
  | { how: 'answered'; answer: Answer }
  /** It was killed. */
  | { how: 'late' }
  /** It ended by itself. @see words a sentence about it. */
  | { how: 'ended'; words: string };

/** Until the process itself is there; on a busy machine that takes seconds, for which no plugin is to blame. */
const startMilliseconds = 60_000;

/** Most of what a plugin writes to standard error is kept for the message. */
const keptText = 4096;

type Message<Answer> = 'ready' | { answer: Answer };
interface Question {
  question: unknown;
  milliseconds: number;
}

/**
 * Asks a process of its own one question; whatever code of plugins does there, this process goes on. It sees no secrets of the
 * environment, and is killed with all it started once it has answered or has taken too long.
 * @param module URL of the process's module without an extension; it calls {@link answerOne}.
 * @param milliseconds from the moment it is there.
 */
export async function askProcess<Answer>(
  module: URL,
  question: unknown,
  milliseconds: number,
): Promise<ProcessOutcome<Answer>> {
  const child = spawn(process.execPath, [...childFlags(), moduleFile(module)], {
    env: { ...pluginEnvironment(process.env), ...childSettings() },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // With a group of its own, what a plugin starts is killed with it.
    detached: true,
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-keptText)));
  let timer: NodeJS.Timeout | undefined;
  const outcome = new Promise<ProcessOutcome<Answer>>((resolve) => {
    const giveUpAfter = (time: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve({ how: 'late' }), time);
    };
    giveUpAfter(startMilliseconds);
    child.on('message', (message: Message<Answer>) => {
      if (message !== 'ready') return resolve({ how: 'answered', ...message });
      giveUpAfter(milliseconds);
      child.send({ question, milliseconds } satisfies Question, () => undefined);
    });
    child.once('error', (error) => resolve({ how: 'ended', words: error.message }));
    child.once('close', (code, signal) => resolve({ how: 'ended', words: endOf(code, signal, said) }));
  });
  return outcome.finally(() => {
    clearTimeout(timer);
    kill(child);
  });
}

function endOf(code: number | null, signal: string | null, said: string): string {
  const last = said.trim().split('\n').at(-1);
  return `it ended its process (${signal ?? `exit code ${code}`})${last ? `: ${last.slice(0, 300)}` : ''}`;
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** What the process of {@link askProcess} does: answers the question it is sent. */
export function answerOne<Asked, Answer>(work: (question: Asked) => Promise<Answer>): void {
  const say = (message: Message<Answer>) => process.send!(message);
  process.once('message', ({ question, milliseconds }: Question) => {
    endAfter(2 * milliseconds);
    void work(question as Asked).then((answer) => say({ answer }));
  });
  process.once('disconnect', () => process.exit(1));
  say('ready');
}

/** Ends this process from another thread, should a plugin block this one and the host be gone. */
function endAfter(milliseconds: number): void {
  const code = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${milliseconds})`;
  new Worker(code, { eval: true, execArgv: [] }).unref();
}
