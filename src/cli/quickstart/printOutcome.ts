import { join, relative } from 'node:path';
import { RefusedError } from '../../client/index.js';
import { ProblemError } from '../../shared/errors.js';
import type { UserErrorCode } from '../../shared/errorCodes.js';
import type { ManagedProcess } from '../processes/managedProcess.js';
import { maskRemark, metricsTable } from '../terminal/metricsTable.js';
import { UsageError } from '../terminal/printError.js';
import type { Terminal } from '../terminal/terminal.js';
import type { ReportedRun } from './quickstartReport.js';

/** Prints the metrics of every run and where the files are. */
export function printResult(terminal: Terminal, runs: readonly ReportedRun[], report: string, out: string): void {
  terminal.say(`\n${metricsTable(runs.map(({ result }) => ({ name: result.detector, metrics: result.metrics })))}`);
  const remark = runs[0] && maskRemark(runs[0].finished);
  if (remark) terminal.say(remark);
  for (const { finished, result } of runs) {
    const types = finished.byDefectType.map((row) => ({
      name: `  ${row.defectType} (${row.images})`,
      metrics: row.metrics,
    }));
    terminal.say(`\n${result.detector} by defect type\n${metricsTable(types)}`);
  }
  terminal.say(`\nreport  ${nearPath(report)}\nresult  ${nearPath(join(out, 'result.json'))}`);
}

/** Problems that only the log explains. */
const needLog: readonly UserErrorCode[] = [
  'WORKER_CRASHED',
  'OUT_OF_MEMORY',
  'COMPUTE_FAILED',
  'STEP_TIMEOUT',
  'NON_FINITE_OUTPUT',
  'STORAGE_FULL',
  'PLUGIN_CRASHED',
  'PLUGIN_LOAD_FAILED',
];

/** Says after a failure where the logs are, and shows their ends when they know more than the error. */
export async function explainFailure(
  error: unknown,
  processes: readonly ManagedProcess[],
  logs: string,
): Promise<void> {
  if (error instanceof UsageError) return;
  const isExpected = error instanceof ProblemError || error instanceof RefusedError;
  if (!isExpected || needLog.includes(error.code)) {
    for (const process of processes) {
      const tail = await process.logTail();
      if (tail) globalThis.process.stderr.write(`\n--- last lines of the ${process.name}'s log\n${tail}\n---\n`);
    }
  }
  if (processes.length > 0) process.stderr.write(`The quickstart failed. Logs: ${nearPath(logs)}\n`);
}

/** A path as people near it would write it. */
export function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : `./${near}`;
}
