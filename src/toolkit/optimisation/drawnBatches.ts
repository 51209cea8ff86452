import type { HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';

/**
 * Gives the inputs of a step, drawn from the training's random source and nothing else. One that is given at once may be in the
 * arrays of the one before it. One that is promised is begun while the step before it runs: it is in arrays of its own, and all is
 * drawn before the promise is returned, so that a training which goes on from a checkpoint draws the same.
 * @param step from 0.
 */
export type Batch = (step: number) => readonly HostTensor[] | Promise<readonly HostTensor[]>;

/** A batch that was begun, and where the random source stood when its promise was returned. */
interface BegunBatch {
  inputs: readonly HostTensor[] | Promise<readonly HostTensor[]>;
  random: number[];
}

/** The batches of a training in their order; promised ones are begun one ahead. */
export class DrawnBatches {
  private ahead: BegunBatch | undefined;
  private drawn: number[];

  /** @param done steps that are done already. */
  constructor(
    private readonly batch: Batch,
    private readonly source: RandomSource,
    private done: number,
    private readonly total: number,
  ) {
    this.drawn = source.snapshot();
  }

  /** State of the random source behind the batch that {@link next} gave last: what a checkpoint must hold. */
  get random(): number[] {
    return this.drawn;
  }

  /** @throws Error when a promised batch drew after its promise was returned. */
  async next(): Promise<readonly HostTensor[]> {
    const { inputs, random } = this.ahead ?? this.begin();
    this.ahead = undefined;
    const given = await inputs;
    if (!sameState(random, this.source.snapshot())) {
      throw new Error(
        `the batch of step ${this.done + 1} drew from the random source after it had returned its promise`,
      );
    }
    this.done += 1;
    this.drawn = random;
    if (inputs instanceof Promise && this.done < this.total) {
      this.ahead = this.begin();
      // It is awaited by the next step, which does not come when this one fails.
      Promise.resolve(this.ahead.inputs).catch(() => undefined);
    }
    return given;
  }

  private begin(): BegunBatch {
    return { inputs: this.batch(this.done), random: this.source.snapshot() };
  }
}

function sameState(a: readonly number[], b: readonly number[]): boolean {
  return a.every((word, i) => word === b[i]);
}
