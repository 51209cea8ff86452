import type { ChildMessage, ParentMessage } from './messages.js';

/**
 * The child's end of the IPC channel. A server or worker that another command started must not outlive it, also when that
 * command dies without a word: a closed channel calls `abandoned`, unless the parent said `keep`.
 */
export class Lifeline {
  private kept = false;

  /** Does nothing in a process that has no parent command. */
  constructor(abandoned: () => void) {
    if (!process.send) return;
    process.on('message', (message: ParentMessage) => this.answer(message));
    process.once('disconnect', () => {
      if (!this.kept) abandoned();
    });
  }

  tell(message: ChildMessage): void {
    if (process.connected) process.send?.(message);
  }

  private answer(message: ParentMessage): void {
    if (message.type === 'keep') this.kept = true;
    else this.tell({ type: 'peak-memory', bytes: process.resourceUsage().maxRSS * 1024 });
  }
}
