import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

/** What one run came to. */
export interface RunCounts {
  passed: number;
  /** Failed tests, and whatever kept tests from running: files that do not load, hooks, unhandled errors. */
  failed: number;
  skipped: number;
}

/**
 * Ends the output with one line a script can read: `N passed, N failed, N skipped`. Above it stands why tests were
 * skipped: the note of `context.skip('why')`, or `(needs …)` in the name of the test or of a describe block around it.
 */
export class PlainReporter implements Reporter {
  constructor(private readonly write: (line: string) => void = (line) => void process.stdout.write(`${line}\n`)) {}

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    for (const line of skippedLines(modules)) this.write(line);
    const { passed, failed, skipped } = countTests(modules, unhandledErrors.length);
    this.write(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}

/** Counts tests; an error outside a test (loading a file, a hook, an unhandled rejection) counts as a failed test. */
export function countTests(modules: readonly TestModule[], unhandledErrors: number): RunCounts {
  const counts: RunCounts = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // `pending` at the end of a run: the process was stopped before the test ended.
      if (state === 'pending') counts.failed += 1;
      else counts[state] += 1;
    }
  }
  return counts;
}

/** Why a skipped test was skipped; undefined where nobody said. */
export function skipReason(test: TestCase): string | undefined {
  const result = test.result();
  if (result.state === 'skipped' && result.note) return result.note;
  for (let task: TestCase | TestSuite | TestModule = test; task.type !== 'module'; task = task.parent) {
    const reason = /\((needs [^)]+)\)/.exec(task.name);
    if (reason) return reason[1];
  }
  return undefined;
}

function skippedLines(modules: readonly TestModule[]): string[] {
  const counts = new Map<string, number>();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const line = `skipped in ${module.relativeModuleId}: ${skipReason(test) ?? 'no reason given'}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  return [...counts].map(([line, count]) => `${line} (${count} ${count === 1 ? 'test' : 'tests'})`);
}
