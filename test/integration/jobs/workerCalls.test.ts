import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseSignals, WorkerCalls } from '../../../src/jobs/index.js';
import { FaultError, problem } from '../../../src/shared/errors.js';
import { useDatabase } from '../../support/database.js';

const database = useDatabase();

describe('a call', () => {
  let signals: DatabaseSignals;
  let api: WorkerCalls;
  let worker: WorkerCalls;

  beforeEach(async () => {
    signals = new DatabaseSignals(database.dataSource);
    await signals.start();
    api = new WorkerCalls(database.dataSource, signals);
    worker = new WorkerCalls(database.dataSource, signals);
  });
  afterEach(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await signals.stop();
    expect(await database.dataSource.query(`SELECT id FROM pgboss.job`)).toEqual([]);
  });

  it('brings the answer of a worker, also when it was asked before the worker came', async () => {
    const early = api.call('predict', { number: 20 });
    worker.serve<{ number: number }>('predict', ({ number }) => Promise.resolve({ doubled: number * 2 }));
    expect(await early).toEqual({ doubled: 40 });
    expect(await api.call('predict', { number: 21 })).toEqual({ doubled: 42 });
  });

  it('gives every caller its own answer', async () => {
    worker.serve<{ number: number }>('predict', ({ number }) => Promise.resolve({ number }));
    const numbers = Array.from({ length: 20 }, (_, number) => ({ number }));
    expect(await Promise.all(numbers.map((question) => api.call('predict', question)))).toEqual(numbers);
  });

  it('brings problems and faults as they are, and masks anything else', async () => {
    const errors = [
      problem('IMAGE_CORRUPT', 'a.png is cut', { item: 'a.png', field: ['input', 'uploadId'] }),
      new FaultError('NOT_FOUND', 'There is no such version.'),
      new Error('password=hunter2'),
    ];
    worker.serve('predict', () => Promise.reject(errors.shift()!));
    await expect(api.call('predict', {})).rejects.toMatchObject({
      problems: [{ code: 'IMAGE_CORRUPT', message: 'a.png is cut', item: 'a.png', field: ['input', 'uploadId'] }],
    });
    await expect(api.call('predict', {})).rejects.toMatchObject({ name: 'FaultError', code: 'NOT_FOUND' });
    await expect(api.call('predict', {})).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: expect.stringMatching(/^Internal error\. Reference: [0-9a-f-]{36}$/) as string,
    });
  });

  it('fails when no worker answers in time', async () => {
    await expect(api.call('predict', {}, { timeoutSeconds: 0.2 })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });
});
