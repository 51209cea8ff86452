/**
 * A process that decodes what strangers send: one task after the other, until its parent is gone. A thread of it watches its
 * memory, whatever the decoder is doing. Its arguments: bytes of memory it may take.
 */
import { Worker } from 'node:worker_threads';
import { ProblemError } from '../../shared/errors.js';
import type { PixelReply, PixelRequest } from './messages.js';
import { pixelTasks } from './pixelTasks.js';

const maximumBytes = Number(process.argv[2]);
new Worker(new URL('./memoryWatch.js', import.meta.url), { workerData: { maximumBytes }, execArgv: [] }).unref();

// A terminal sends these to every process of a command; this one ends with its parent.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (request: PixelRequest) => {
  void replyTo(request).then((reply) => process.send!(reply));
});

async function replyTo({ task, arguments: given }: PixelRequest): Promise<PixelReply> {
  try {
    const work = pixelTasks[task] as (...values: readonly unknown[]) => Promise<unknown>;
    return { answer: await work(...given) };
  } catch (error) {
    if (error instanceof ProblemError) return { problems: [error.problems[0]!, ...error.problems.slice(1)] };
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
