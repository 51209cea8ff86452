import type { DetectorCheckpoint, TrainingSteps } from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';

type Tensors = Readonly<Record<string, HostTensor>>;

/** What a stage came to, and where the random source stood then. */
interface StageResult {
  tensors: Tensors;
  random: number[];
}

/**
 * The stages of a training, one after the other. Each runs once: its result is kept in the checkpoints of those behind it, and a
 * training that goes on from one of these passes it over.
 */
export class TrainingStages {
  private readonly results = new Map<string, StageResult>();

  /** @param steps its random source must be the only one that the stages draw from. */
  constructor(private readonly steps: TrainingSteps) {}

  /**
   * Runs a stage, or gives what it came to before the interruption.
   * @param work is handed the steps to train with: what is saved through them holds the results so far.
   */
  async run<T extends Tensors>(name: string, work: (steps: TrainingSteps) => Promise<T>): Promise<T> {
    const { random } = this.steps;
    const before = this.resultInCheckpoint(name);
    if (before) random.restore(before.random);
    const result = before ?? {
      tensors: await work({ ...this.steps, checkpoint: this.checkpoint }),
      random: random.snapshot(),
    };
    this.results.set(name, result);
    // What the steps of a stage do not offer is offered at its end.
    if (!before) await this.checkpoint(() => ({ step: 0, tensors: {}, metadata: {} }));
    return result.tensors as T;
  }

  private readonly checkpoint: TrainingSteps['checkpoint'] = (save) =>
    this.steps.checkpoint(async () => this.withResults(await save()));

  private withResults({ step, tensors, metadata }: DetectorCheckpoint): DetectorCheckpoint {
    const all: Record<string, HostTensor> = { ...tensors };
    const stages: Record<string, number[]> = {};
    for (const [name, result] of this.results) {
      stages[name] = result.random;
      for (const [key, tensor] of Object.entries(result.tensors)) all[stagePrefix(name) + key] = tensor;
    }
    return { step, tensors: all, metadata: { ...metadata, stages } };
  }

  private resultInCheckpoint(name: string): StageResult | undefined {
    const { resumeFrom } = this.steps;
    const random = (resumeFrom?.metadata['stages'] as Record<string, number[]> | undefined)?.[name];
    if (!random) return undefined;
    const prefix = stagePrefix(name);
    const kept = Object.entries(resumeFrom!.tensors).filter(([key]) => key.startsWith(prefix));
    return { random, tensors: Object.fromEntries(kept.map(([key, tensor]) => [key.slice(prefix.length), tensor])) };
  }
}

const stagePrefix = (name: string) => `stages/${name}/`;
