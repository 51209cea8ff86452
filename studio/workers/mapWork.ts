/** Work on anomaly maps that would make the page stand still. */
import { cutMap, type CutMap } from '../canvas/anomalyMap.js';
import { decodeGrey16, type Grey16 } from '../canvas/png.js';

/** What can be asked, by its name. */
const tasks = {
  /** Reads a stored map. */
  decode: (bytes: Uint8Array<ArrayBuffer>): Promise<Grey16> => decodeGrey16(bytes),
  /** Cuts a map where it reaches a value. */
  cut: (map: Grey16, least: number): CutMap => cutMap(map, least),
};

export type MapTasks = typeof tasks;

/** One question; its answer has the same number. */
export interface MapQuestion<Name extends keyof MapTasks = keyof MapTasks> {
  id: number;
  task: Name;
  given: Parameters<MapTasks[Name]>;
}

export type MapAnswer = { id: number } & ({ answer: unknown } | { failure: string });

self.onmessage = async ({ data: { id, task, given } }: MessageEvent<MapQuestion>) => {
  const run = tasks[task] as (...given: unknown[]) => unknown;
  const reply = (answer: MapAnswer) => self.postMessage(answer);
  try {
    reply({ id, answer: await run(...given) });
  } catch (error) {
    reply({ id, failure: error instanceof Error ? error.message : String(error) });
  }
};
