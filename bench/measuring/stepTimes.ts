import { performance } from 'node:perf_hooks';
import type { TrainingProgress } from '../../src/plugin-api/index.js';
import type { Samples } from './samples.js';

/** The times of a training's steps, from what it reports: a step begins when the one before it is reported. */
export class StepTimes {
  private readonly ends: { clock: number; processor: number }[] = [];

  take({ stage }: TrainingProgress): void {
    if (stage !== 'training') return;
    const { user, system } = process.cpuUsage();
    this.ends.push({ clock: performance.now(), processor: (user + system) / 1000 });
  }

  /** Of each step but the first. */
  get between(): Samples {
    const differences = (key: keyof Samples) => this.ends.slice(1).map((end, i) => end[key] - this.ends[i]![key]);
    return { clock: differences('clock'), processor: differences('processor') };
  }
}
