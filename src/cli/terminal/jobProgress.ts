import type { JobEvent, MetricsReported } from '../../client/index.js';

/** Shows the events of one job while it runs. */
export interface JobProgress {
  show(event: JobEvent): void;
  /** Ends the display; what was shown stays. */
  end(): void;
}

/** `loss 0.0421`; the loss first, at most two numbers, so that a line stays a line. */
export function metricsText(event: MetricsReported): string {
  const loss = event.metrics.filter((metric) => metric.name === 'loss');
  const others = event.metrics.filter((metric) => metric.name !== 'loss');
  return [...loss, ...others]
    .slice(0, 2)
    .map(({ name, value }) => `${name} ${numberText(value)}`)
    .join('  ');
}

/** Four significant digits, without exponent for what people meet. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return value.toFixed(0);
  return size !== 0 && size < 1e-4 ? value.toExponential(2) : value.toPrecision(4);
}

/** `42 s`, `3 min 05 s`, `1 h 07 min`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
