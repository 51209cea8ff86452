import type { Measures } from '../measuredProcess.js';
import { atMost, type Check, equal, megabyte, type Scenario } from '../scenario.js';
import { subscribe } from '../subscribers.js';
import type { SubscribersReport } from '../subscribersChild.js';

const mostLag = 500;

function delivery(report: SubscribersReport, subscribers: number): Check[] {
  return [
    equal('subscribers that got every event once, in order', report.complete, subscribers),
    atMost('lag of events, p99', report.lagP99, mostLag, 'ms'),
  ];
}

/** 200 dashboards look at one run. */
export const manySubscribers: Scenario = {
  name: 'subscribers',
  run: async (setting, size) => {
    const subscribers = size.of(200);
    const jobId = await setting.talk(10, size.of(120));
    const { report } = await subscribe({ url: setting.api.url, jobIds: [jobId], subscribers });
    await setting.worker();
    return delivery(await report, subscribers);
  },
};

/** One of 100 dashboards stops reading a fast run. */
export const stalledSubscriber: Scenario = {
  name: 'stalled',
  run: async (setting, size) => {
    const { api } = setting;
    const healthy = size.of(99);
    // One that does not read for a second is not slow yet.
    const stalled = healthy === 99 ? 1 : 0;
    const jobId = await setting.talk(100, size.of(60));
    const { report } = await subscribe({ url: api.url, jobIds: [jobId], subscribers: healthy + stalled, stalled });
    const before = await api.holdings();
    const slow = new SlowClock();
    const watched = await api.watch((measures) => slow.see(measures));
    await setting.worker();
    const seen = await report;
    const after = await api.holdings();
    const worst = await watched();
    return [
      ...delivery(seen, healthy),
      ...seen.stalled.map(({ codes }) => equal('the stalled one learns', codes.join(), 'SUBSCRIBER_TOO_SLOW')),
      ...(stalled > 0 ? [atMost('closed after the stall', slow.seconds, 45, 's')] : []),
      atMost('growth of the heap', (after.heapBytes - before.heapBytes) / megabyte, 20, 'MB'),
      atMost('lag of the event loop, most', worst.eventLoopLagMilliseconds, 250, 'ms'),
    ];
  },
};

/** Seconds from the first event that a worker reports until the API has sent a subscriber away. */
class SlowClock {
  seconds = Infinity;
  private began: number | undefined;

  see(measures: Measures): void {
    if (measures.get('residua_event_lag_seconds_count')! > 0) this.began ??= performance.now();
    const closed = measures.get('residua_slow_subscribers_total')! > 0;
    if (closed && this.seconds === Infinity) this.seconds = (performance.now() - this.began!) / 1000;
  }
}

/** Many dashboards of a quiet installation. */
export const manySockets: Scenario = {
  name: 'sockets',
  run: async (setting, size) => {
    const { api } = setting;
    const subscribers = size.of(500);
    const jobId = await setting.talk(1, size.of(30));
    const { report } = await subscribe({ url: api.url, jobIds: [jobId], subscribers });
    const watched = await api.watch();
    await setting.worker();
    const checks = delivery(await report, subscribers);
    const { residentBytes } = await watched();
    return [...checks, atMost('resident memory of the API, most', residentBytes / megabyte, 350, 'MB')];
  },
};

/** A run says 5,000 things in 2 s. */
export const burst: Scenario = {
  name: 'burst',
  run: async (setting, size) => {
    const subscribers = size.of(10);
    const jobId = await setting.talk(size.of(2500), 2);
    const { report } = await subscribe({ url: setting.api.url, jobIds: [jobId], subscribers });
    await setting.worker();
    const { complete, seconds } = await report;
    return [
      equal('subscribers that got every event once, in order', complete, subscribers),
      atMost('from the first event to the last arrival', seconds, 10, 's'),
    ];
  },
};

/** Four workers report at once. */
export const manyWorkers: Scenario = {
  name: 'workers',
  run: async (setting, size) => {
    const subscribers = size.of(8);
    const jobIds = await Promise.all(Array.from({ length: size.of(4) }, () => setting.talk(100, size.of(60))));
    const { report } = await subscribe({ url: setting.api.url, jobIds, subscribers });
    await Promise.all(jobIds.map(() => setting.worker()));
    return delivery(await report, subscribers);
  },
};
