import type { Heartbeat, SinkConnection, SinkContext, SinkPlugin, Verdict, z } from '../plugin-api/index.js';
import { unless, type ContractRule, type ContractSetting } from './rule.js';

type Plugin = SinkPlugin<z.ZodObject>;

/** What a sink may take to open, to tell, or to give up when there is no more time. */
const deadlineMilliseconds = 10_000;

/** About no part, as `testSink` sends it. */
const sample: Verdict = {
  ...{ id: 'test_contract', seq: 0, at: '2026-03-01T08:15:30.123Z', projectId: 'UHJvamVjdA', station: 'contract/1' },
  ...{ partId: null, filename: null, model: 'contract', version: 1, verdict: 'NOK', isAnomalous: true },
  ...{ anomalyScore: 2, imageThreshold: 1, pixelThreshold: 1, isLate: false, isTest: true },
  regions: [{ box: { x: 1, y: 2, width: 3, height: 4 }, score: 2, pixels: 12 }],
};

const beat: Heartbeat = { beat: 1, lastSeq: 0, waiting: 0, everyMilliseconds: 1_000, staleAfterMilliseconds: 3_000 };

const rule = (
  name: string,
  check: (connection: SinkConnection, opened: { plugin: Plugin; setting: ContractSetting }) => Promise<string[]>,
): ContractRule<Plugin> => ({
  name,
  check: async (plugin, setting) => {
    const connection = await plugin.open(setting.params, contextOf(setting));
    try {
      return await check(connection, { plugin, setting });
    } finally {
      await connection.close();
    }
  },
});

/** What every sink keeps. They are told verdicts that are marked as tests, so a receiver must be there. */
export const sinkRules: readonly ContractRule<Plugin>[] = [
  rule('takes a verdict, and the same again', async (connection) => {
    await connection.deliver(sample, inTime());
    await connection.deliver(sample, inTime());
    return [];
  }),
  rule('takes a heartbeat, where it has a use for it', async (connection) => {
    await connection.beat?.(beat, inTime());
    return [];
  }),
  rule('comes to an end when there is no more time', async (connection) => {
    const ended = connection.deliver(sample, AbortSignal.abort()).catch(() => undefined);
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), deadlineMilliseconds).unref());
    return unless([(await Promise.race([ended, late])) !== 'late', 'it goes on after its signal was aborted']);
  }),
  rule('can be opened while it is open, and closed twice', async (connection, { plugin, setting }) => {
    const second = await plugin.open(setting.params, contextOf(setting));
    await connection.close();
    await second.deliver(sample, inTime());
    await second.close();
    return [];
  }),
];

function inTime(): AbortSignal {
  return AbortSignal.timeout(deadlineMilliseconds);
}

/** Whoever checks a plugin of their own may let it write where they like. */
function contextOf({ context: { log } }: ContractSetting): SinkContext {
  return {
    secret: process.env['RESIDUA_PLUGIN_SECRET'],
    folder: (path) => Promise.resolve(path),
    addressOf: (url) => Promise.resolve(new URL(url).hostname),
    signal: inTime(),
    log,
  };
}
