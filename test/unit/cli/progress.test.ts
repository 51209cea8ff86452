import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { JobEvent } from '../../../src/client/index.js';
import { BarProgress } from '../../../src/cli/terminal/barProgress.js';
import { durationText, numberText } from '../../../src/cli/terminal/jobProgress.js';
import { LineProgress } from '../../../src/cli/terminal/lineProgress.js';
import { metricsTable } from '../../../src/cli/terminal/metricsTable.js';
import { textTable } from '../../../src/cli/terminal/table.js';

const base = { cursor: '', seq: 0, attempt: 1, at: '2026-01-01T00:00:00Z' };
const step = (number: number, of: number, loss?: number): JobEvent => ({
  ...base,
  __typename: 'MetricsReported',
  stage: 'training',
  step: number,
  totalSteps: of,
  metrics: [{ name: 'learningRate', value: 3e-4 }, ...(loss === undefined ? [] : [{ name: 'loss', value: loss }])],
  secondsPerStep: 0.5,
  etaSeconds: (of - number) / 2,
});

describe('progress in a pipe', () => {
  const shown = (events: JobEvent[]) => {
    const stream = new PassThrough();
    const progress = new LineProgress('semirest', stream);
    for (const event of events) progress.show(event);
    progress.end();
    return String(stream.read() ?? '');
  };

  test('a line has stage, step, loss and ETA', () => {
    expect(shown([step(1, 200, 0.51234)])).toBe(
      'semirest training  1/200  loss 0.5123  learningRate 0.0003000  ETA 1 min 40 s\n',
    );
  });

  test('a long stage gives a line for every tenth, not for every step', () => {
    const lines = shown(Array.from({ length: 1000 }, (_, i) => step(i + 1, 1000, 1)))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('semirest training  1000/1000  loss 1.000  learningRate 0.0003000');
  });

  test('log lines and the end are told', () => {
    const log = (level: 'DEBUG' | 'WARN'): JobEvent => ({
      ...base,
      __typename: 'LogWritten',
      level,
      message: 'few images',
    });
    const state: JobEvent = { ...base, __typename: 'StateChanged', state: 'FAILED' };
    expect(shown([log('DEBUG'), log('WARN'), state])).toBe('semirest warn: few images\nsemirest failed\n');
  });
});

describe('progress on a terminal', () => {
  test('draws a bar with stage, step, loss and ETA', () => {
    const stream = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 120,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    });
    const progress = new BarProgress('semirest', stream as unknown as NodeJS.WriteStream);
    progress.show(step(50, 200, 0.5));
    progress.show(step(200, 200, 0.25));
    progress.end();
    const text = String(stream.read());
    expect(text).toMatch(/semirest training +█+░+ 50\/200 {2}loss 0.5000 {2}learningRate 0.0003000 {2}ETA 1 min 15 s/);
    expect(text).toMatch(/█+ 200\/200 {2}loss 0.2500/);
  });
});

describe('texts', () => {
  test('durations', () => {
    expect([0.04, 9.96, 59.4, 61, 3600 * 2 + 60].map(durationText)).toEqual([
      '0.0 s',
      '10.0 s',
      '59 s',
      '1 min 01 s',
      '2 h 01 min',
    ]);
  });

  test('numbers', () => {
    expect([0, 1, 0.123456, 0.00001234, 12345.6, NaN].map(numberText)).toEqual([
      '0.000',
      '1.000',
      '0.1235',
      '1.23e-5',
      '12346',
      'NaN',
    ]);
  });

  test('tables align names left and numbers right', () => {
    expect(
      textTable(
        ['', 'a', 'long'],
        [
          ['x', '1', '2'],
          ['yyy', '10', '20'],
        ],
      ),
    ).toBe('      a  long\n---  --  ----\nx     1     2\nyyy  10    20');
  });

  test('a metric that is not defined is a dash', () => {
    const metrics = {
      pixelAuroc: 0.5,
      pixelAp: null,
      pro: null,
      proFprLimit: 0.3,
      pixelF1Max: null,
      pixelF1MaxThreshold: null,
      imageAuroc: 1,
      imageAp: 1,
      imageF1Max: 1,
      imageF1MaxThreshold: 1,
    };
    expect(
      metricsTable([{ name: 'patchcore', metrics }])
        .split('\n')
        .at(-1),
    ).toMatch(/^patchcore +1\.0000 +1\.0000 +1\.0000 +0\.5000 +– +– +–$/);
  });
});
