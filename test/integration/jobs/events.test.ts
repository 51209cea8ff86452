import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import type { JobEventEntity, MetricsReportedPayload } from '../../../src/database/entities/index.js';
import type { JobAttempt } from '../../../src/jobs/index.js';
import { useDatabase } from '../../support/database.js';
import { gate, outline, startJobs, type TestJobs } from '../../support/jobs.js';

const database = useDatabase();
let jobs: TestJobs;

beforeEach(async () => {
  jobs = await startJobs(database.dataSource);
});
afterEach(async () => {
  await jobs.stop();
  // The next test's worker would take what this one left in the queue.
  await database.dataSource.query('DELETE FROM pgboss.job');
});

async function historyOf(handler: (attempt: JobAttempt) => Promise<void>): Promise<JobEventEntity[]> {
  await jobs.queue.work(['DATASET_IMPORT'], handler);
  return jobs.history(await jobs.enqueue());
}

const metricsOf = (events: readonly JobEventEntity[]): MetricsReportedPayload[] =>
  events.filter(({ type }) => type === 'METRICS_REPORTED').map(({ payload }) => payload as MetricsReportedPayload);

describe('the events of a job', () => {
  it('hold every report of 5,000, in order and without a gap', async () => {
    const steps = 5000;
    const events = await historyOf(async (attempt) => {
      for (let step = 1; step <= steps; step++) {
        attempt.report({
          stage: 'training',
          step,
          totalSteps: steps,
          metrics: { loss: 1 / step },
          fraction: step / steps,
        });
        if (step % 500 === 0) await new Promise(setImmediate);
      }
    });
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: steps + 3 }, (_, i) => i + 1));
    const metrics = metricsOf(events);
    expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    expect(metrics[99]!.metrics).toEqual([{ name: 'loss', value: 0.01 }]);
  });

  it('are stored once when they are given again because an acknowledgement got lost', async () => {
    const id = await jobs.enqueue();
    await jobs.queue.work(['DATASET_IMPORT'], async ({ job }) => {
      const fence = { jobId: job.id, leaseToken: job.leaseToken! };
      const event = { type: 'LOG_WRITTEN', payload: { level: 'INFO', message: 'once' }, ageMilliseconds: 0 } as const;
      const batch = uuid();
      const first = await jobs.log.append(fence, [event], 0, batch);
      expect(await jobs.log.append(fence, [event], 0, batch)).toMatchObject({ lastSeq: first!.lastSeq });
      expect(await jobs.log.append(fence, [event], 0, uuid())).toMatchObject({ lastSeq: first!.lastSeq + 1 });
      expect(await jobs.log.append({ ...fence, leaseToken: uuid() }, [event], 0, batch)).toBeUndefined();
    });
    expect(outline(await jobs.history(id))).toEqual([
      '1 QUEUED',
      '2 RUNNING',
      '3 LOG_WRITTEN',
      '4 LOG_WRITTEN',
      '5 COMPLETED',
    ]);
  });

  it('are stored while the job runs, without waiting for a full batch', async () => {
    const seen = gate();
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      attempt.report({ stage: 'reading', step: 1, totalSteps: 2, fraction: 0.25 });
      await seen.opened;
    });
    const id = await jobs.enqueue();
    for await (const event of jobs.feed.follow(id, 2)) {
      expect(outline([event])).toEqual(['3 reading 1']);
      break;
    }
    expect((await jobs.job(id)).progress).toBe(0.25);
    seen.open();
    await jobs.history(id);
  });

  it('never lower the progress', async () => {
    const seen = gate();
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      for (const fraction of [0.5, 0.2, Number.NaN, -1])
        attempt.report({ stage: 'a', step: 1, totalSteps: 1, fraction });
      await seen.opened;
    });
    const id = await jobs.enqueue();
    for await (const event of jobs.feed.follow(id, 0)) if (event.seq === 6) break;
    expect((await jobs.job(id)).progress).toBe(0.5);
    seen.open();
    await jobs.history(id);
  });

  it('tell the pace of a stage and the seconds it still takes', async () => {
    const events = await historyOf(async (attempt) => {
      for (const stage of ['first', 'second']) {
        for (let step = 1; step <= 3; step++) {
          attempt.report({ stage, step, totalSteps: 10, fraction: 0 });
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    });
    const metrics = metricsOf(events);
    for (const stage of ['first', 'second']) {
      const [one, , three] = metrics.filter((payload) => payload.stage === stage);
      expect(one).toMatchObject({ secondsPerStep: null, etaSeconds: null });
      expect(three!.secondsPerStep!).toBeGreaterThan(0.015);
      expect(three!.secondsPerStep!).toBeLessThan(1);
      expect(three!.etaSeconds! / three!.secondsPerStep!).toBeCloseTo(7);
    }
  });

  it('take text and numbers that PostgreSQL has no place for', async () => {
    const events = await historyOf((attempt) => {
      attempt.log('WARN', 'NUL \0 and half a pair \ud800!');
      attempt.report({ stage: 'a', step: 1, totalSteps: 1, metrics: { loss: Number.NaN, rate: 0.5 }, fraction: 1 });
      attempt.log('INFO', 'x'.repeat(20_000));
      attempt.pluginLog.info('from a plugin');
      return Promise.resolve();
    });
    const payloads = events.map(({ payload }) => payload);
    expect(payloads).toContainEqual({ level: 'WARN', message: 'NUL  and half a pair \ufffd!' });
    expect(metricsOf(events)[0]!.metrics).toEqual([{ name: 'rate', value: 0.5 }]);
    expect(payloads).toContainEqual({ level: 'INFO', message: `${'x'.repeat(10_000)}…` });
    expect(payloads).toContainEqual({ level: 'INFO', message: 'from a plugin' });
  });

  it('carry the time they happened, in order', async () => {
    const events = await historyOf(async (attempt) => {
      for (let step = 1; step <= 5; step++) {
        attempt.log('INFO', String(step));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    const times = events.map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[6]! - times[2]!).toBeGreaterThanOrEqual(35);
  });

  it('end with the state; what is said afterwards is dropped', async () => {
    const said = gate();
    const events = await historyOf(async (attempt) => {
      await attempt.complete(() => Promise.resolve());
      attempt.log('INFO', 'too late');
      said.open();
    });
    await said.opened;
    expect(outline(events)).toEqual(['1 QUEUED', '2 RUNNING', '3 COMPLETED']);
    await jobs.queue.stop();
    expect((await jobs.job(events[0]!.jobId)).lastSeq).toBe(3);
  });
});

describe('following a job', () => {
  it('replays what is stored behind the cursor, then goes on live', async () => {
    const steps = [gate(), gate()];
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      attempt.log('INFO', 'one');
      await steps[0]!.opened;
      attempt.log('INFO', 'two');
      await steps[1]!.opened;
    });
    const id = await jobs.enqueue();
    const seen: number[] = [];
    for await (const event of jobs.feed.follow(id, 0)) {
      seen.push(event.seq);
      if (event.seq === 3) steps[0]!.open();
      if (event.seq === 4) break;
    }
    steps[1]!.open();
    for await (const event of jobs.feed.follow(id, 4)) seen.push(event.seq);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('completes at once behind the last event, and for a job that does not exist', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], () => Promise.resolve());
    const id = await jobs.enqueue();
    await jobs.history(id);
    expect(await jobs.feed.follow(id, 3).next()).toEqual({ done: true, value: undefined });
    expect(await jobs.feed.follow(uuid(), 0).next()).toEqual({ done: true, value: undefined });
  });

  it('sees every event once with 50 followers, some of them slow', async () => {
    const steps = 300;
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      for (let step = 1; step <= steps; step++) {
        attempt.report({ stage: 'a', step, totalSteps: steps, fraction: step / steps });
        if (step % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const id = await jobs.enqueue();
    const followers = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const seen: number[] = [];
        for await (const event of jobs.feed.follow(id, 0)) {
          seen.push(event.seq);
          if (i % 10 === 0) await new Promise(setImmediate);
        }
        return seen;
      }),
    );
    const all = Array.from({ length: steps + 3 }, (_, i) => i + 1);
    for (const seen of followers) expect(seen).toEqual(all);
    expect(jobs.feed.followerCount).toBe(0);
  });

  it('ends soon when the follower returns while nothing happens', async () => {
    const id = await jobs.enqueue();
    const events = jobs.feed.follow(id, 1);
    const waiting = events.next();
    const returned = performance.now();
    await events.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(performance.now() - returned).toBeLessThan(1000);
    expect(jobs.feed.followerCount).toBe(0);
  });

  it('ends soon when its signal aborts or the feed stops', async () => {
    const id = await jobs.enqueue();
    const controller = new AbortController();
    const aborted = jobs.feed.follow(id, 1, controller.signal).next();
    const stopped = jobs.feed.follow(id, 1).next();
    controller.abort();
    expect((await aborted).done).toBe(true);
    jobs.feed.stop();
    expect((await stopped).done).toBe(true);
    expect(jobs.feed.followerCount).toBe(0);
  });

  it('goes on after every connection was lost', async () => {
    const lost = gate();
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      attempt.log('INFO', 'before');
      await lost.opened;
      attempt.log('INFO', 'after');
    });
    const id = await jobs.enqueue();
    const seen: number[] = [];
    for await (const event of jobs.feed.follow(id, 0)) {
      seen.push(event.seq);
      if (event.seq !== 3) continue;
      // The connection that asks is lost as well.
      await database.dataSource
        .query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()`)
        .catch(() => undefined);
      lost.open();
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    await jobs.history(await jobs.enqueue());
  });
});
