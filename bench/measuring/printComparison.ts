import { textTable } from '../../src/cli/terminal/table.js';
import type { Comparison, Row } from './workload.js';

const verdict = (met: boolean) => (met ? 'yes' : 'NO');

/** Prints a table, then what agreed and what else was to be met. */
export function printComparison({ title, rows, per, agreements, others = [], notes = [] }: Comparison): void {
  const head = ['', 'ms', 'CPU ms', 'ratio', ...(per ? [`${per.what}/s`] : []), 'goal', 'met'];
  const cells = rows.map((row) => [
    row.engine,
    milliseconds(row.milliseconds),
    milliseconds(row.processorMilliseconds),
    `${row.ratio.toFixed(1)}x`,
    ...(per ? [rate(row, per.count)] : []),
    row.goal?.text ?? '',
    row.goal ? verdict(row.goal.met) : '',
  ]);
  console.log(`\n${title}\n${textTable(head, cells)}`);
  for (const { text, goal, met } of others) console.log(`${text}; goal ${goal}: ${verdict(met)}`);
  for (const note of notes) console.log(note);
  for (const { text, ok } of agreements) console.log(`${ok ? 'agree' : 'DISAGREE'}: ${text}`);
}

/** Whether all engines agreed. */
export function agrees({ agreements }: Comparison): boolean {
  return agreements.every(({ ok }) => ok);
}

/** Whether every goal was met and all engines agreed. */
export function holds(comparison: Comparison): boolean {
  const { rows, others = [] } = comparison;
  return rows.every(({ goal }) => goal?.met ?? true) && others.every(({ met }) => met) && agrees(comparison);
}

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function rate(row: Row, count: number): string {
  const value = (1000 * count) / row.milliseconds;
  return value.toFixed(value < 100 ? 1 : 0);
}
