/** Lets one action of a compiled function run at a time: what moves a state on must not overlap. */
export class OneAtATime {
  private running: Promise<unknown> | undefined;

  /** @param name of the function, for the message. */
  constructor(private readonly name: string) {}

  /** Runs an action. @throws Error while another one has not ended. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.running) throw new Error(`"${this.name}" is still running: its runs must not overlap`);
    const running = action();
    this.running = running.catch(() => undefined);
    try {
      return await running;
    } finally {
      this.running = undefined;
    }
  }

  /** Resolves when nothing runs. */
  async ended(): Promise<void> {
    await this.running;
  }
}
