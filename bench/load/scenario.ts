import type { Setting } from './setting.js';

/** One number that a scenario has measured. */
export interface Check {
  what: string;
  measured: string;
  goal: string;
  ok: boolean;
  /** Of something that must hold however small the load is. */
  exact?: boolean;
}

/** How much of a whole load to put on. */
export interface LoadSize {
  /** Of a number of things or seconds: all of them, or few; at least one. */
  of(whole: number): number;
}

export const wholeLoad: LoadSize = { of: (whole) => whole };
/** To see that a scenario runs: what it measures then says nothing about goals of speed. */
export const quickLoad: LoadSize = { of: (whole) => Math.max(1, Math.round(whole / 50)) };

/** A load to put on an installation of its own. */
export interface Scenario {
  name: string;
  run(setting: Setting, size: LoadSize): Promise<Check[]>;
}

/** Goal: no more than this. */
export function atMost(what: string, measured: number, most: number, unit = ''): Check {
  return { what, measured: shown(measured, unit), goal: `<= ${shown(most, unit)}`, ok: measured <= most };
}

/** Goal: no less than this. */
export function atLeast(what: string, measured: number, least: number, unit = ''): Check {
  return { what, measured: shown(measured, unit), goal: `>= ${shown(least, unit)}`, ok: measured >= least };
}

/** Goal: exactly this. */
export function equal(what: string, measured: number | string, goal: number | string): Check {
  return { what, measured: String(measured), goal: String(goal), ok: measured === goal, exact: true };
}

export const megabyte = 1024 ** 2;

function shown(value: number, unit: string): string {
  return `${Math.round(value * 10) / 10}${unit && ` ${unit}`}`;
}
