/** Of this many reports at most the pace is taken, so that it follows changes. */
const windowSize = 32;

/** Measures the pace of one stage from its reports. */
export class StageClock {
  private stage: string | undefined;
  /** Newest last; `at` in seconds. */
  private reports: { step: number; at: number }[] = [];

  /** @param now seconds of any clock that runs evenly. */
  measure(
    progress: { stage: string; step: number; totalSteps: number },
    now: number,
  ): { secondsPerStep: number | null; etaSeconds: number | null } {
    const last = this.reports.at(-1);
    if (progress.stage !== this.stage || (last && progress.step < last.step)) this.reports = [];
    this.stage = progress.stage;
    this.reports.push({ step: progress.step, at: now });
    if (this.reports.length > windowSize) this.reports.shift();
    const first = this.reports[0]!;
    const steps = progress.step - first.step;
    if (steps <= 0) return { secondsPerStep: null, etaSeconds: null };
    const secondsPerStep = (now - first.at) / steps;
    return { secondsPerStep, etaSeconds: secondsPerStep * Math.max(0, progress.totalSteps - progress.step) };
  }
}
