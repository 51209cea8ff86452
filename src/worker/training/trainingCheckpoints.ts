import type { BlobStore } from '../../files/index.js';
import { JobAborted, type JobAttempt } from '../../jobs/index.js';
import type { DetectorCheckpoint } from '../../plugin-api/index.js';
import type { PluginRegistry } from '../../plugin-host/index.js';
import { failpoint } from '../../shared/failpoints.js';
import { ProblemError } from '../../shared/errors.js';
import { checkpointLayout } from '../../toolkit/optimisation/checkpointLayout.js';
import { decodeDetectorState, encodeDetectorState } from '../detectorArtifact.js';

/** The checkpoints of one training: every so many seconds, and once more when the attempt has to stop. */
export class TrainingCheckpoints {
  private savedAt = performance.now();

  constructor(
    private readonly blobs: BlobStore,
    private readonly attempt: JobAttempt,
    private readonly intervalSeconds: number,
    /** Names the code that trains: only what the same code has saved can be gone on from. */
    private readonly code: string,
  ) {}

  /** The newest one that can be gone on from; one that is damaged, or of other code, is told and passed over. */
  async newest(): Promise<DetectorCheckpoint | undefined> {
    for (const { step, sha256 } of await this.attempt.checkpoints()) {
      try {
        const { tensors, metadata } = decodeDetectorState(await this.blobs.read(sha256), 'checkpoint');
        if (metadata['code'] !== this.code) {
          this.attempt.log('WARN', `the checkpoint of step ${step} is of another release: the training begins anew`);
          return undefined;
        }
        this.attempt.log('INFO', `attempt ${this.attempt.job.attempt} goes on from the checkpoint of step ${step}`);
        return { step, tensors, metadata: metadata['state'] as DetectorCheckpoint['metadata'] };
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        this.attempt.log('WARN', `the checkpoint of step ${step} is of no use: ${error.message}`);
      }
    }
    return undefined;
  }

  /** See `TrainingContext.checkpoint`. Only a full disk or a lost lease are worth ending a training for. */
  async offer(save: () => DetectorCheckpoint | Promise<DetectorCheckpoint>): Promise<void> {
    if (!this.isDue()) return;
    try {
      await this.save(await save());
    } catch (error) {
      if (error instanceof ProblemError || error instanceof JobAborted) throw error;
      this.attempt.log('WARN', 'a checkpoint could not be stored; the one before it stays valid');
    }
    this.savedAt = performance.now();
  }

  /** Removes the contents of forgotten checkpoints, once the transaction that forgot them is committed. */
  async discard(contents: readonly string[]): Promise<void> {
    // What cannot be removed now is only in the way of nobody.
    await Promise.all(contents.map((sha256) => this.blobs.remove(sha256).catch(() => undefined)));
  }

  private isDue(): boolean {
    const reason = this.attempt.signal.reason as JobAborted | undefined;
    if (reason) return reason.because === 'CANCELLED' || reason.because === 'WORKER_STOPPING';
    return performance.now() - this.savedAt >= this.intervalSeconds * 1000;
  }

  private async save({ step, tensors, metadata }: DetectorCheckpoint): Promise<void> {
    const { id, attempt } = this.attempt.job;
    // With the names of job and attempt no other checkpoint has this content, so that it may be removed with its row.
    const bytes = encodeDetectorState({
      tensors,
      metadata: { job: id, attempt, step, code: this.code, state: metadata },
    });
    const blob = await this.blobs.put(bytes, {
      accept: () => {
        failpoint('checkpoint.after_tmp');
      },
    });
    failpoint('checkpoint.after_rename');
    const forgotten = await this.attempt.saveCheckpoint({ step, ...blob });
    failpoint('checkpoint.after_db');
    await this.discard(forgotten);
  }
}

/** The code that trains with a detector: the detector's own, and the layout of what the toolkit saves for it. */
export function trainingCode(registry: PluginRegistry, detector: { id: string }): string {
  return `${checkpointLayout} ${registry.digestOf('detector', detector.id) ?? ''}`;
}
