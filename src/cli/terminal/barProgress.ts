import { SingleBar } from 'cli-progress';
import type { JobEvent, MetricsReported } from '../../client/index.js';
import { durationText, metricsText, type JobProgress } from './jobProgress.js';

const stageWidth = 20;

/** One bar per stage, drawn in place; a finished stage's bar stays. */
export class BarProgress implements JobProgress {
  private bar: SingleBar | undefined;
  private stage = '';

  constructor(
    private readonly title: string,
    private readonly stream: NodeJS.WriteStream,
  ) {}

  show(event: JobEvent): void {
    if (event.__typename === 'MetricsReported') this.advance(event);
    else if (event.__typename === 'LogWritten' && event.level !== 'DEBUG') this.note(event.message, event.level);
    else if (event.__typename === 'StateChanged' && event.state === 'RETRYING') this.note('starting again', 'WARN');
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private advance(event: MetricsReported): void {
    const details = { details: detailsOf(event) };
    if (this.bar && this.stage === event.stage) {
      this.bar.setTotal(Math.max(1, event.totalSteps));
      this.bar.update(event.step, details);
      return;
    }
    this.end();
    this.stage = event.stage;
    this.bar = new SingleBar({
      stream: this.stream,
      format: `${this.title} ${event.stage.padEnd(stageWidth)} {bar} {value}/{total}  {details}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: Math.max(10, Math.min(30, (this.stream.columns ?? 80) - this.title.length - stageWidth - 40)),
      hideCursor: true,
      linewrap: false,
    });
    this.bar.start(Math.max(1, event.totalSteps), event.step, details);
  }

  /** A bar and a line cannot share a row: the bar ends, the line stands below, the stage goes on with a new bar. */
  private note(message: string, level: string): void {
    this.end();
    this.stream.write(`${this.title} ${level === 'INFO' ? '' : `${level.toLowerCase()}: `}${message}\n`);
  }
}

function detailsOf(event: MetricsReported): string {
  const rest = event.etaSeconds;
  const eta = rest !== null && event.step < event.totalSteps ? `ETA ${durationText(rest)}` : '';
  return [metricsText(event), eta].filter(Boolean).join('  ');
}
