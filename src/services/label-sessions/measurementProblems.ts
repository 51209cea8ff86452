import type { Measurement } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import { nameProblems } from '../names.js';

/** Seconds one revision may have taken: a day. More is a clock that was forgotten. */
export const longestActiveSeconds = 86_400;

/** Steps of a histogram of gaps, each of a second. */
const mostGaps = 600;

const longestGap = 3_600;

/** What was measured beside the active seconds. */
export interface MeasuredWork {
  activeSeconds?: number | null | undefined;
  /** Seconds until the picture was seen. */
  loadSeconds?: number | null | undefined;
  measurement?: Measurement | null | undefined;
}

/** What is wrong with measured times. @param at input path of what holds them. */
export function measurementProblems(work: MeasuredWork, at: readonly string[]): Problem[] {
  const problems = (['activeSeconds', 'loadSeconds'] as const).flatMap((name) => secondsProblems(name, work[name], at));
  const { measurement } = work;
  if (!measurement) return problems;
  const field = (name: string) => [...at, 'measurement', name];
  problems.push(...nameProblems('method', measurement.method, { field: field('method') }));
  const { gapSeconds, gaps } = measurement;
  if (!(gapSeconds > 0 && gapSeconds <= longestGap)) {
    const message = `gapSeconds is ${gapSeconds}; it must be above 0 and at most ${longestGap}`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: field('gapSeconds') });
  }
  if (gaps.length > mostGaps) {
    const message = `gaps has ${gaps.length} steps; at most ${mostGaps} are allowed, the last one for everything longer`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: field('gaps') });
  }
  const wrong = gaps.findIndex((count) => count < 0);
  if (wrong !== -1) {
    const message = `gaps[${wrong}] is ${gaps[wrong]}; it counts gaps, so it must be at least 0`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: [...field('gaps'), String(wrong)] });
  }
  return problems;
}

function secondsProblems(name: string, value: number | null | undefined, at: readonly string[]): Problem[] {
  if (typeof value !== 'number' || (value >= 0 && value <= longestActiveSeconds)) return [];
  const message = `${name} is ${value}; it must be from 0 to ${longestActiveSeconds}, or left out`;
  return [{ code: 'BAD_USER_INPUT', message, field: [...at, name] }];
}
