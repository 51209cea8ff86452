import type { Words } from './en.js';

/** Numbers, times and moments as one language writes them. */
export interface Formats {
  /** A measured value with four significant digits; `–` where there is none. */
  measured: (value: number | null | undefined) => string;
  /** @param value of 1. */
  percent: (value: number) => string;
  /** `4.8 s`, `3 min 20 s`, `1 h 5 min`. */
  duration: (seconds: number) => string;
  /** Day and minute, in the reader's time zone. */
  moment: (at: string) => string;
  /** `1.5 MB`, in steps of a thousand. */
  size: (bytes: number) => string;
  /** Second of the day. */
  clock: (at: string) => string;
}

/** @param language a BCP 47 tag. */
export function formatsOf(language: string, { units }: Pick<Words, 'units'>): Formats {
  const few = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const shares = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const clocks = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const sizes = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  return {
    measured: (value) => (value === null || value === undefined ? '–' : few.format(value)),
    percent: (value) => shares.format(value),
    duration: (seconds) =>
      seconds < 9.95 ? `${tenths.format(seconds)} ${units.seconds}` : wholeDuration(Math.round(seconds), units),
    moment: (at) => moments.format(new Date(at)),
    size: (bytes) => sizeOf(bytes, sizes),
    clock: (at) => clocks.format(new Date(at)),
  };
}

function sizeOf(bytes: number, numbers: Intl.NumberFormat): string {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${numbers.format(bytes / 1000 ** step)} ${steps[step]}`;
}

/** Of a whole number of seconds: rounding its parts one by one would give `1 min 60 s`. */
function wholeDuration(seconds: number, units: Words['units']): string {
  if (seconds < 60) return `${seconds} ${units.seconds}`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} ${units.minutes} ${seconds % 60} ${units.seconds}`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} ${units.hours} ${minutes % 60} ${units.minutes}`;
}
