import type { JobEvent, MetricsReported } from '../../src/client/index.js';

/** Shows the events of one job: a line that changes in place on a terminal, a line for each stage elsewhere. */
export class Progress {
  private stage = '';

  constructor(
    private readonly title: string,
    private readonly stream: NodeJS.WriteStream,
  ) {}

  show(event: JobEvent): void {
    switch (event.__typename) {
      case 'MetricsReported':
        return this.advance(event);
      case 'StateChanged':
        return this.line(event.state.toLowerCase());
      case 'LogWritten':
        return this.line(event.message);
      default:
    }
  }

  private advance({ stage, step, totalSteps, etaSeconds }: MetricsReported): void {
    const rest = etaSeconds ? `, ${Math.ceil(etaSeconds)} s to go` : '';
    const text = `${stage} ${step}/${totalSteps}`;
    if (!this.stream.isTTY) {
      if (stage !== this.stage || step === totalSteps) this.line(text);
    } else if (step < totalSteps) {
      this.stream.write(`\r\x1b[K${this.title}: ${text}${rest}`);
    } else this.line(text);
    this.stage = stage;
  }

  /** Over a line that was left unfinished. */
  private line(text: string): void {
    this.stream.write(`${this.stream.isTTY ? '\r\x1b[K' : ''}${this.title}: ${text}\n`);
  }
}
