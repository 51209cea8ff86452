const few = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** A measured value, short. */
export function measured(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : few.format(value);
}

/** `4.8 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 image`, `2 images`. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}

/** A moment, as the reader's language writes it. */
export function moment(at: string): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** SEMI_SUPERVISED as `semi-supervised`. */
export function inWords(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
