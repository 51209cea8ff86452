import { createLogger } from '../shared/logger.js';
import { WakeUp } from './wakeUp.js';

/** Looks by itself this often, in case a signal got lost. */
const pollMilliseconds = 2000;

/** Takes one thing after the other from a queue until it is stopped; sleeps while there is none. */
export class QueueLoop {
  private readonly wakeUp = new WakeUp();
  private readonly stopping = new AbortController();
  private readonly logger = createLogger('queue');
  private readonly ended: Promise<void>;

  /** @param takeOne takes and handles one thing; false when there was none. When it throws, it is called again later. */
  constructor(private readonly takeOne: () => Promise<boolean>) {
    this.ended = this.run();
  }

  wake(): void {
    this.wakeUp.raise();
  }

  /** Takes nothing more; resolves when what was taken is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const taken = await this.takeOne().catch((error: unknown) => {
        this.logger.warn({ error: String(error) }, 'the queue could not be read');
        return false;
      });
      if (!taken) await this.wakeUp.wait(pollMilliseconds, this.stopping.signal);
    }
  }
}
