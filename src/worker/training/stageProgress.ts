import type { JobAttempt } from '../../jobs/index.js';
import type { TrainingProgress, TrainingStage } from '../../plugin-api/index.js';

/** Turns progress within the stages of a training into the whole job's. */
export class StageProgress {
  private readonly places = new Map<string, { start: number; share: number }>();
  private fraction = 0;

  /** @param stages in their order. */
  constructor(
    private readonly attempt: Pick<JobAttempt, 'report'>,
    stages: readonly TrainingStage[],
  ) {
    const whole = stages.reduce((sum, { weight }) => sum + weight, 0);
    let start = 0;
    for (const { name, weight } of stages) {
      this.places.set(name, { start, share: weight / whole });
      start += weight / whole;
    }
  }

  /** Reports one step of a stage. A stage not announced moves nothing but is told; nothing goes back. */
  report({ stage, ...progress }: TrainingProgress): void {
    const { step, totalSteps } = progress;
    const place = this.places.get(stage);
    const done = totalSteps > 0 ? Math.min(1, step / totalSteps) : 0;
    if (place) this.fraction = Math.max(this.fraction, place.start + place.share * done);
    this.attempt.report({ ...progress, stage, fraction: Math.min(1, this.fraction) });
  }
}
