import type { JobEvent, RunPageQuery } from '../../../src/client/index.js';

/** A run as the server tells it when the page opens. */
export type OpenRun = Extract<NonNullable<RunPageQuery['node']>, { id: string }>;

/** A point of the loss, by its stage. */
export type LossPoint = OpenRun['metricHistory'][number];

/** Lines of the log that are kept. */
const longest = 500;

/**
 * What is known of a run: the history the server had, and every event behind it. An event that is known already changes nothing, and a step that an
 * attempt does again replaces the same step of the attempt before.
 */
export class RunHistory {
  private events: JobEvent[];
  private readonly points = new Map<string, LossPoint>();

  constructor(public run: OpenRun) {
    const { beginning, events, metricHistory } = run;
    const first = events.nodes[0]?.seq ?? Infinity;
    // Of a long log the middle is left to programs.
    this.events = [...beginning.nodes.filter(({ seq }) => seq < first), ...events.nodes];
    for (const point of metricHistory) this.addPoint(point);
    // Both were read one after the other: a report in between is in one of them alone.
    for (const event of this.events) this.addMetrics(event);
  }

  /** Newest last. */
  get log(): readonly JobEvent[] {
    return this.events;
  }

  get loss(): readonly LossPoint[] {
    return [...this.points.values()];
  }

  /** Where live events go on. */
  get cursor(): string | undefined {
    return this.events.at(-1)?.cursor;
  }

  add(event: JobEvent): void {
    if (event.seq <= (this.events.at(-1)?.seq ?? 0)) return;
    this.events = [...this.events.slice(-(longest - 1)), event];
    this.addMetrics(event);
    if (event.__typename === 'StateChanged') {
      this.run = { ...this.run, state: event.state, attempt: event.attempt };
    }
  }

  private addMetrics(event: JobEvent): void {
    if (event.__typename !== 'MetricsReported') return;
    const value = event.metrics.find(({ name }) => name === 'loss')?.value;
    if (value !== undefined) this.addPoint({ stage: event.stage, step: event.step, value });
  }

  private addPoint(point: LossPoint): void {
    this.points.set(`${point.stage} ${point.step}`, point);
  }
}
