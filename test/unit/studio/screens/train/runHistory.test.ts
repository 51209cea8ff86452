import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../../../src/client/index.js';
import { RunHistory, type OpenRun } from '../../../../../studio/screens/train/runHistory.js';

const report = (seq: number, step: number, value: number, attempt = 1): JobEvent => ({
  ...{ __typename: 'MetricsReported', seq, cursor: `c${seq}`, at: '2026-01-01T00:00:00Z', attempt },
  ...{ stage: 'training', step, totalSteps: 9, metrics: [{ name: 'loss', value }] },
  ...{ secondsPerStep: null, etaSeconds: null },
});
const state = (seq: number, next: 'RUNNING' | 'COMPLETED', attempt = 1): JobEvent => ({
  ...{ __typename: 'StateChanged', seq, cursor: `c${seq}`, at: '2026-01-01T00:00:00Z', attempt, state: next },
});
const run = (beginning: JobEvent[], events: JobEvent[], metricHistory: OpenRun['metricHistory']) =>
  ({
    state: 'RUNNING',
    attempt: 1,
    beginning: { nodes: beginning },
    events: { nodes: events },
    metricHistory,
  }) as OpenRun;
const point = (step: number, value: number) => ({ stage: 'training', step, value });

describe('the history of a run', () => {
  it('has a report once, whether history, log or both knew it when they were read', () => {
    const history = new RunHistory(run([], [report(1, 1, 0.9), report(2, 2, 0.8)], [point(1, 0.9)]));
    expect(history.loss).toEqual([point(1, 0.9), point(2, 0.8)]);
    history.add(report(2, 2, 0.8));
    history.add(report(3, 3, 0.7));
    expect(history.loss).toEqual([point(1, 0.9), point(2, 0.8), point(3, 0.7)]);
    expect(history.log.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(history.cursor).toBe('c3');
  });

  it('replaces the steps that the next attempt does again', () => {
    const history = new RunHistory(run([], [state(1, 'RUNNING')], [point(1, 0.9), point(2, 0.8)]));
    history.add(state(2, 'RUNNING', 2));
    history.add(report(3, 2, 0.81, 2));
    expect(history.loss).toEqual([point(1, 0.9), point(2, 0.81)]);
    expect(history.run).toMatchObject({ state: 'RUNNING', attempt: 2 });
  });

  it('joins beginning and end of a long log, and keeps the newest five hundred of what follows', () => {
    const history = new RunHistory(
      run([state(1, 'RUNNING'), report(2, 1, 1)], [report(2, 1, 1), report(900, 2, 1)], []),
    );
    expect(history.log.map(({ seq }) => seq)).toEqual([1, 2, 900]);
    for (let seq = 901; seq < 1500; seq++) history.add(report(seq, seq, 1));
    expect(history.log).toHaveLength(500);
    expect(history.log.at(-1)?.seq).toBe(1499);
    expect(history.loss).toHaveLength(601);
  });
});
