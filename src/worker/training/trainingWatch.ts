import { tensorCount } from '../../compute/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { TrainingProgress } from '../../plugin-api/index.js';
import { problem, ProblemError, type Problem } from '../../shared/errors.js';
import { nameOf, type NamedPlugin, type PluginCalls } from './pluginGuard.js';

/** Tensors that may stay behind before it is told, and before the training is ended. */
const toldTensors = 100;
const mostTensors = 1000;

/**
 * Looks after the plugins of one training: notices one that does not come back, one that keeps tensors, and promises that are
 * rejected when nobody looks. A plugin that blocks this thread is noticed by the one that keeps the lease.
 */
export class TrainingWatch implements PluginCalls {
  /** Rejects with the problem once there is one. */
  readonly failed: Promise<never>;
  private readonly controller = new AbortController();
  private fail!: (error: ProblemError) => void;
  private readonly timer: NodeJS.Timeout;
  private readonly kept = new Map<NamedPlugin, number>();
  private readonly stack: { plugin: NamedPlugin; tensors: number }[] = [];
  private lastSign = performance.now();
  private progress: Pick<TrainingProgress, 'stage' | 'step' | 'totalSteps'> | undefined;
  private tensorsBefore: number | undefined;
  private told = false;
  private lastCalled: NamedPlugin;

  constructor(
    private readonly attempt: JobAttempt,
    private readonly detector: NamedPlugin,
    private readonly limitSeconds: number,
  ) {
    this.lastCalled = detector;
    this.failed = new Promise((_, reject) => {
      this.fail = (error) => {
        this.controller.abort(error);
        reject(error);
      };
    });
    this.failed.catch(() => undefined);
    this.timer = setInterval(() => this.look(), Math.min(1000, 250 * limitSeconds));
    process.on('unhandledRejection', this.rejected);
    this.sign();
  }

  /** Aborted with the job's signal, and when the watch has found a problem. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.attempt.signal, this.controller.signal]);
  }

  get doing(): string {
    if (!this.progress) return 'before the first step';
    const { stage, step, totalSteps } = this.progress;
    return step < totalSteps ? `in step ${step + 1} of ${stage}` : `after ${stage}`;
  }

  /** A step was reported. */
  reported({ stage, step, totalSteps }: TrainingProgress): void {
    this.progress = { stage, step, totalSteps };
    this.sign();
    this.countTensors();
  }

  entered(plugin: NamedPlugin): void {
    this.stack.push({ plugin, tensors: tensorCount() });
    this.lastCalled = plugin;
    this.sign();
  }

  left(plugin: NamedPlugin): void {
    const { tensors } = this.stack.pop()!;
    // A tensor function gives tensors; what a call on the host leaves behind is forgotten.
    if (plugin.kind === 'augmentation') this.kept.set(plugin, (this.kept.get(plugin) ?? 0) + tensorCount() - tensors);
    this.sign();
  }

  /** Ends the training for a reason that lies in none of its plugins. */
  end(problem: ProblemError): void {
    this.fail(problem);
  }

  stop(): void {
    clearInterval(this.timer);
    process.off('unhandledRejection', this.rejected);
    this.attempt.watchdog(undefined);
  }

  /** Something happens. Told to the other thread before a plugin may block this one. */
  private sign(): void {
    this.lastSign = performance.now();
    this.attempt.watchdog({ limitSeconds: this.limitSeconds, failure: this.timeout() });
  }

  private look(): void {
    if (performance.now() - this.lastSign > 1000 * this.limitSeconds) this.fail(new ProblemError([this.timeout()]));
  }

  private timeout(): Problem {
    const plugin = this.stack.at(-1)?.plugin ?? this.detector;
    const message = `${nameOf(plugin)} did not come back within ${this.limitSeconds} s ${this.doing} (RESIDUA_STEP_TIMEOUT_SECONDS)`;
    return { code: 'STEP_TIMEOUT', message, item: plugin.id };
  }

  private readonly rejected = (reason: unknown): void => {
    const text = reason instanceof Error ? `${reason.name}: ${reason.message.split('\n')[0]}` : String(reason);
    const message = `a promise was rejected ${this.doing} and nobody waited for it; ${nameOf(this.lastCalled)} was called last: ${text}`;
    this.fail(problem('PLUGIN_CRASHED', message, { item: this.lastCalled.id }));
  };

  private countTensors(): void {
    const now = tensorCount();
    this.tensorsBefore ??= now;
    const grown = now - this.tensorsBefore;
    if (grown <= toldTensors) return;
    const [[plugin] = [this.detector]] = [...this.kept].filter(([, count]) => count > grown / 2);
    const message = `${nameOf(plugin)} keeps tensors: ${grown} more than at the beginning, ${now} in all, ${this.doing}`;
    if (grown > mostTensors) {
      this.fail(problem('PLUGIN_LEAK', `${message}; at most ${mostTensors} may stay`, { item: plugin.id }));
    } else if (!this.told) {
      this.told = true;
      this.attempt.log('WARN', message);
    }
  }
}
