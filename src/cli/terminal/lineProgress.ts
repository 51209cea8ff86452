import type { JobEvent, MetricsReported } from '../../client/index.js';
import { durationText, metricsText, type JobProgress } from './jobProgress.js';

/** Plain lines for pipes and logs: the first and last step of each stage and every tenth of it in between. */
export class LineProgress implements JobProgress {
  private stage = '';
  private tenth = -1;

  constructor(
    private readonly title: string,
    private readonly stream: NodeJS.WritableStream,
  ) {}

  show(event: JobEvent): void {
    if (event.__typename === 'MetricsReported') this.advance(event);
    else if (event.__typename === 'LogWritten' && event.level !== 'DEBUG') {
      this.write(`${event.level === 'INFO' ? '' : `${event.level.toLowerCase()}: `}${event.message}`);
    } else if (event.__typename === 'StateChanged' && event.state !== 'RUNNING' && event.state !== 'QUEUED') {
      this.write(event.state.toLowerCase());
    }
  }

  end(): void {
    // Lines need no end.
  }

  private advance(event: MetricsReported): void {
    const tenth = Math.floor((10 * event.step) / Math.max(1, event.totalSteps));
    if (event.stage === this.stage && tenth === this.tenth) return;
    this.stage = event.stage;
    this.tenth = tenth;
    const running = event.etaSeconds !== null && event.step < event.totalSteps;
    const eta = running ? `ETA ${durationText(event.etaSeconds!)}` : '';
    const steps = `${event.step}/${event.totalSteps}`;
    this.write([event.stage, steps, metricsText(event), eta].filter(Boolean).join('  '));
  }

  private write(text: string): void {
    this.stream.write(`${this.title} ${text}\n`);
  }
}
