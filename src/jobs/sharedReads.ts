/**
 * Reads under way of "what comes behind this place", shared by all who ask for the same while it runs. Nothing is kept once
 * a read has ended.
 */
export class SharedReads<Result> {
  private readonly running = new Map<string, Map<number, Promise<Result>>>();

  constructor(private readonly start: (topic: string, place: number) => Promise<Result>) {}

  read(topic: string, place: number): Promise<Result> {
    const ofTopic = this.running.get(topic) ?? new Map<number, Promise<Result>>();
    const running = ofTopic.get(place);
    if (running) return running;
    const read = this.start(topic, place).finally(() => {
      if (ofTopic.get(place) === read) ofTopic.delete(place);
      if (ofTopic.size === 0 && this.running.get(topic) === ofTopic) this.running.delete(topic);
    });
    this.running.set(topic, ofTopic.set(place, read));
    return read;
  }

  /** Something changed, in this topic or in any: reads under way may have begun too early, so nobody may join them now. */
  forget(topic: string | undefined): void {
    if (topic === undefined) this.running.clear();
    else this.running.delete(topic);
  }
}
