/**
 * Lets one piece of work run at a time, and those that somebody waits for before all others: what is patient begins when nothing urgent
 * waits. An urgent one that comes meanwhile waits for the one that runs.
 */
export class Turns {
  private urgentCount = 0;
  private last: Promise<unknown> = Promise.resolve();

  async urgent<T>(work: () => Promise<T>): Promise<T> {
    this.urgentCount += 1;
    try {
      return await this.next(work);
    } finally {
      this.urgentCount -= 1;
    }
  }

  async patient<T>(work: () => Promise<T>): Promise<T> {
    do {
      await this.last;
      // Whoever asks next after an answer has come by now.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.urgentCount > 0);
    return this.next(work);
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
