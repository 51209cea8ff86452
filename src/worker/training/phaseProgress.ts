import type { JobAttempt } from '../../jobs/index.js';
import type { TrainingProgress } from '../../plugin-api/index.js';

/** Turns progress within phases into the whole job's. */
export class PhaseProgress {
  private readonly starts: Record<string, number> = {};

  /** @param shares of the whole, by phase, in order; together 1. */
  constructor(
    private readonly attempt: Pick<JobAttempt, 'report'>,
    private readonly shares: Readonly<Record<string, number>>,
  ) {
    let start = 0;
    for (const [phase, share] of Object.entries(shares)) {
      this.starts[phase] = start;
      start += share;
    }
  }

  /** Reports one step of a phase. A phase not announced moves nothing but is told. */
  report(progress: TrainingProgress): void {
    const { phase, step, totalSteps } = progress;
    const done = totalSteps > 0 ? step / totalSteps : 0;
    const fraction = (this.starts[phase] ?? 0) + (this.shares[phase] ?? 0) * done;
    this.attempt.report({ ...progress, fraction });
  }
}
