import type { MapAnswer, MapQuestion, MapTasks } from '../../../workers/mapWork.js';
import address from '../../../workers/mapWork.ts?worker&url';
import { startWorker } from '../../../workers/startWorker.js';

type Waiting = (answer: MapAnswer) => void;

/** Asks a worker, which is started by the first question. */
class MapWorker {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private asked = 0;

  /** @throws Error with the worker's reason. */
  ask<Name extends keyof MapTasks>(
    task: Name,
    ...given: Parameters<MapTasks[Name]>
  ): Promise<Awaited<ReturnType<MapTasks[Name]>>> {
    this.worker ??= this.start();
    const id = this.asked++;
    const question: MapQuestion<Name> = { id, task, given };
    return new Promise((done, fail) => {
      this.waiting.set(id, (answer) => {
        if ('failure' in answer) fail(new Error(answer.failure));
        else done(answer.answer as Awaited<ReturnType<MapTasks[Name]>>);
      });
      this.worker!.postMessage(question);
    });
  }

  private start(): Worker {
    const worker = startWorker(address);
    worker.onmessage = ({ data }: MessageEvent<MapAnswer>) => {
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    };
    worker.onerror = ({ message }) => {
      for (const [id, tell] of this.waiting) tell({ id, failure: message || 'the worker did not start' });
      this.waiting.clear();
      this.worker = undefined;
    };
    return worker;
  }
}

export const mapWorker = new MapWorker();
