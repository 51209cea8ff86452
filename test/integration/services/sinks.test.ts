import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtInPlugins } from '../../../plugins/index.js';
import { everything } from '../../../src/access/index.js';
import { SinkEntity } from '../../../src/database/entities/index.js';
import type { Verdict } from '../../../src/plugin-api/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import { predictionLogRetention } from '../../../src/services/prediction-log/logRetention.js';
import {
  PredictionLogWriter,
  type NewLoggedPrediction,
} from '../../../src/services/prediction-log/predictionLogWriter.js';
import type { NewSink } from '../../../src/services/sinks.service.js';
import { SinkConnections } from '../../../src/services/sinks/sinkConnections.js';
import { SinkDispatcher } from '../../../src/services/sinks/sinkDispatcher.js';
import { useDatabase } from '../../support/database.js';
import { MqttBroker, type Published } from '../../support/mqttBroker.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
let broker: MqttBroker;
let folder: string;
let projectId = '';
const dispatchers: SinkDispatcher[] = [];
const writers: PredictionLogWriter[] = [];
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());
beforeEach(async () => {
  broker = await MqttBroker.start();
  folder = await mkdtemp(join(tmpdir(), 'residua-sinks-'));
  projectId = (await server.services.projects.create({ name: uuid() })).id;
});
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  await Promise.all(writers.splice(0).map((writer) => writer.stop()));
  await database.dataSource.query('DELETE FROM sink');
  await broker.go();
  await rm(folder, { recursive: true, force: true });
});

/** @param pauses seconds between attempts; behind the last one the sink is paused. */
function dispatch({
  pauses = Array<number>(10_000).fill(0),
  deadline = 2_000,
  webhookPrivate = true,
} = {}): SinkDispatcher {
  const settings = { sinkRoots: [folder], webhookPrivate, deadline };
  const connections = new SinkConnections(new PluginRegistry(builtInPlugins), settings);
  const dispatcher = new SinkDispatcher(database.dataSource, server.signals, connections, pauses);
  dispatchers.push(dispatcher);
  dispatcher.start();
  return dispatcher;
}

const mqtt = (params: object = {}) => ({ id: 'mqtt', params: { url: broker.url, ...params } });

function newSink(settings: Partial<NewSink> = {}) {
  const given = { name: 'line 3', plugin: mqtt(), heartbeatSeconds: 0, projectId, ...settings };
  return server.services.sinks.create(everything, given);
}

function newWriter(): PredictionLogWriter {
  const writer = new PredictionLogWriter(database.dataSource, server.blobs);
  writers.push(writer);
  return writer;
}

/** Logs predictions of the parts `first`, `first + 1`, …, each in a transaction of its own, as a line asks. */
async function predict(parts: number, first = 1, change: Partial<NewLoggedPrediction> = {}): Promise<void> {
  const writer = newWriter();
  for (let part = first; part < first + parts; part++) {
    writer.add({
      ...{ projectId, modelVersionId: null, model: 'tiles', version: 1, source: 'HTTP', station: 'press 1' },
      ...{ partId: String(part), filename: null, anomalyScore: part, isAnomalous: part % 2 === 0, imageThreshold: 2 },
      ...{ pixelThreshold: 1, regions: [], latencySeconds: 0.1, ...change },
    });
    await writer.flush();
  }
}

function row(id: string): Promise<SinkEntity> {
  return database.dataSource.getRepository(SinkEntity).findOneByOrFail({ id });
}

async function paused(id: string): Promise<SinkEntity> {
  await expect.poll(async () => (await row(id)).pausedAt, { interval: 20, timeout: 15_000 }).not.toBeNull();
  return row(id);
}

/** What a receiver knows that looks at ids: each verdict once, in the order in which it first came. */
function known(messages: readonly Published[]): Verdict[] {
  const verdicts = messages.map(({ content }) => content as unknown as Verdict);
  return [...new Map(verdicts.map((verdict) => [verdict.id, verdict])).values()];
}

const partsOf = (messages: readonly Published[]) => known(messages).map(({ partId }) => Number(partId));
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

/** Waits until a sink has taken the verdict of this number. */
async function took(id: string, seq: number): Promise<void> {
  await expect.poll(async () => (await row(id)).lastSeq, { interval: 50, timeout: 30_000 }).toBe(seq);
}

describe('an MQTT sink', () => {
  it('is told each verdict once and in order, under the topic of its station', async () => {
    await predict(3);
    const sink = await newSink();
    dispatch();
    await predict(4);
    await predict(1, 5, { station: 'press/2 +#', isAnomalous: true });
    await predict(1, 6, { station: null });
    const messages = await broker.count(6);
    expect(partsOf(messages)).toEqual(upTo(6));
    expect(messages.map(({ topic }) => topic.split('/').slice(1, -1).join('/'))).toEqual([
      ...['press 1', 'press 1', 'press 1', 'press 1', 'press_2 __', '-'],
    ]);
    expect(messages.every(({ qos }) => qos === 1)).toBe(true);
    const told = known(messages);
    expect(told.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(told[1]).toMatchObject({
      verdict: 'NOK',
      isAnomalous: true,
      anomalyScore: 2,
      model: 'tiles',
      isTest: false,
    });
    expect(told[0]).toMatchObject({ verdict: 'OK', isAnomalous: false });
    await took(sink.id, 9);
  });

  it('is told of its stations alone, and never of predictions about whole data sets', async () => {
    const sink = await newSink({ stations: ['press 2'] });
    dispatch();
    await predict(2);
    await predict(1, 3, { station: 'press 2' });
    await database.dataSource.query(
      `INSERT INTO logged_prediction (id, project_id, model, version, source, station, anomaly_score, is_anomalous, regions)
       VALUES ($1, $2, 'tiles', 1, 'DATASET', 'press 2', 1, false, '[]')`,
      [uuid(), projectId],
    );
    await predict(1, 4);
    await took(sink.id, 4);
    expect(partsOf(broker.published)).toEqual([3]);
  });

  it('loses nothing while its broker is away: what was predicted meanwhile comes in order when it is back', async () => {
    const sink = await newSink();
    dispatch();
    await predict(3);
    await broker.count(3);
    await broker.go();
    await predict(120, 4);
    await expect.poll(async () => (await row(sink.id)).failures, { interval: 20, timeout: 10_000 }).toBeGreaterThan(1);
    expect((await row(sink.id)).pausedAt).toBeNull();
    await broker.come();
    await predict(2, 124);
    await took(sink.id, 125);
    expect(partsOf(broker.published)).toEqual(upTo(125));
    const { nodes } = await server.services.sinks.deliveries(everything, sink.id, { last: 200 });
    expect(nodes.find(({ failure }) => failure !== null)?.failure).toMatch(/ECONNREFUSED|lost|closed/);
  });

  it('gets a verdict again when its broker went before it had acknowledged it', async () => {
    const sink = await newSink();
    let isFirst = true;
    broker.before = async () => {
      if (!isFirst) return;
      isFirst = false;
      await broker.go();
      await broker.come();
    };
    dispatch();
    await predict(3);
    await took(sink.id, 3);
    expect(partsOf(broker.published)).toEqual([1, 2, 3]);
  });

  it('is told once, however many workers look', async () => {
    const sink = await newSink();
    for (let i = 0; i < 3; i++) dispatch();
    await predict(30);
    await took(sink.id, 30);
    expect(broker.published.map(({ content }) => content['seq'])).toEqual(upTo(30));
  });

  it('that takes its time holds up itself alone', async () => {
    const slow = await newSink({ name: 'slow', plugin: mqtt({ topic: 'slow/verdict' }) });
    const quick = await newSink({ name: 'quick', plugin: mqtt({ topic: 'quick/verdict' }) });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    broker.before = ({ topic }) => (topic.startsWith('slow') ? held : Promise.resolve());
    dispatch({ deadline: 60_000 });
    await predict(5);
    await took(quick.id, 5);
    expect((await row(slow.id)).lastSeq).toBe(0);
    release();
    await took(slow.id, 5);
  });

  it('that never acknowledges has failed when its time is over', async () => {
    const sink = await newSink();
    broker.before = () => new Promise(() => undefined);
    dispatch({ pauses: [0], deadline: 200 });
    await predict(1);
    expect((await paused(sink.id)).pauseReason).toContain('2 attempts failed');
    expect((await row(sink.id)).lastSeq).toBe(0);
  });

  it('shows its password to the broker, and to nobody else', async () => {
    broker.account = { username: 'residua', password: 'open sesame' };
    const sink = await newSink({ plugin: mqtt({ username: 'residua' }), secret: 'wrong' });
    dispatch({ pauses: [0] });
    await predict(1);
    expect((await paused(sink.id)).pauseReason).toMatch(/not authorized|bad user|closed/i);
    await server.services.sinks.update(everything, sink.id, { secret: 'open sesame', isPaused: false });
    await took(sink.id, 1);
    const told = await database.dataSource.query<object[]>(`SELECT details::text FROM audit_event`);
    expect(JSON.stringify(told)).not.toContain('sesame');
  });

  it('is paused at once where this server lets nothing lead to private addresses, and says what would allow it', async () => {
    const sink = await newSink();
    dispatch({ webhookPrivate: false });
    await predict(1);
    expect((await paused(sink.id)).pauseReason).toMatch(/is not encrypted.*RESIDUA_WEBHOOK_PRIVATE/);
    await server.services.sinks.update(everything, sink.id, {
      plugin: { id: 'mqtt', params: { url: 'mqtts://localhost' } },
      isPaused: false,
    });
    expect((await paused(sink.id)).pauseReason).toContain('private address');
  });
});

describe('a clock that jumps', () => {
  it('puts off neither verdicts nor heartbeats: what is due later than it can be is due', async () => {
    const sink = await newSink({ heartbeatSeconds: 1 });
    await predict(2);
    // As it looks when the clock was set back by a day.
    await database.dataSource.query(
      `UPDATE sink SET due_at = now() + interval '1 day', beat_due_at = now() + interval '1 day' WHERE id = $1`,
      [sink.id],
    );
    dispatch();
    expect(partsOf(await broker.count(2))).toEqual([1, 2]);
    await broker.count(1, /heartbeat/);
  });

  it('changes no order: verdicts have numbers', async () => {
    const sink = await newSink();
    await predict(3);
    await database.dataSource.query(
      `UPDATE logged_prediction SET at = now() - seq * interval '1 day' WHERE project_id = $1`,
      [projectId],
    );
    dispatch();
    await took(sink.id, 3);
    expect(partsOf(broker.published)).toEqual([1, 2, 3]);
  });
});

describe('numbers of verdicts', () => {
  it('have no gap and are in the order of commits, however many processes log', async () => {
    const sink = await newSink();
    dispatch();
    await Promise.all(Array.from({ length: 4 }, (_, i) => predict(25, 1 + 25 * i)));
    await took(sink.id, 100);
    expect(broker.published.map(({ content }) => content['seq'])).toEqual(upTo(100));
    expect(partsOf(broker.published).toSorted((a, b) => a - b)).toEqual(upTo(100));
  });
});

describe('heartbeats', () => {
  it('come on and on, say what is not told yet, and end while the sink is paused', async () => {
    const sink = await newSink({ heartbeatSeconds: 1, stations: ['another'] });
    dispatch();
    const [first, second] = (await broker.count(2, /heartbeat/)) as [Published, Published];
    expect(first.content).toEqual({
      ...{ beat: 1, lastSeq: 0, waiting: 0, everyMilliseconds: 1_000, staleAfterMilliseconds: 3_000 },
    });
    expect([second.content['beat'], second.retain]).toEqual([2, false]);
    await server.services.sinks.update(everything, sink.id, { isPaused: true });
    const { beat } = await row(sink.id);
    await predict(1);
    await expect
      .poll(async () => (await row(sink.id)).beatDueAt < new Date(), { interval: 50, timeout: 5_000 })
      .toBe(true);
    expect((await row(sink.id)).beat).toBe(beat);
    await server.services.sinks.update(everything, sink.id, { isPaused: false });
    await broker.count(beat + 1, /heartbeat/);
  });
});

describe('a folder sink', () => {
  const toFolder = (path: string) => ({ plugin: { id: 'folder', params: { path } } });
  const filesIn = async (place: string) => (await readdir(join(folder, place))).toSorted();

  it('writes each verdict as a whole file into the folder of its day, and nothing else', async () => {
    await mkdir(join(folder, 'line-3'));
    const sink = await newSink({ ...toFolder('line-3'), heartbeatSeconds: 1 });
    dispatch();
    await predict(3);
    await took(sink.id, 3);
    const [day] = (await filesIn('line-3')).filter((name) => name !== 'heartbeat.json');
    expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(await filesIn(`line-3/${day}`)).toEqual(['0000000001.json', '0000000002.json', '0000000003.json']);
    const verdict = JSON.parse(await readFile(join(folder, 'line-3', day!, '0000000002.json'), 'utf8')) as Verdict;
    expect(verdict).toMatchObject({ seq: 2, partId: '2', verdict: 'NOK' });
    await expect.poll(() => filesIn('line-3'), { interval: 50, timeout: 10_000 }).toEqual([day, 'heartbeat.json']);
    await server.services.sinks.replay(everything, sink.id, undefined);
    await took(sink.id, 3);
    expect(await filesIn(`line-3/${day}`)).toHaveLength(3);
  });

  it('that disappears is waited for, and nothing is written where it was mounted', async () => {
    await mkdir(join(folder, 'share'));
    const sink = await newSink(toFolder('share'));
    dispatch();
    await predict(1);
    await took(sink.id, 1);
    await rename(join(folder, 'share'), join(folder, 'away'));
    await predict(2, 2);
    await expect.poll(async () => (await row(sink.id)).failures, { interval: 20, timeout: 10_000 }).toBeGreaterThan(0);
    expect(await filesIn('')).toEqual(['away']);
    await rename(join(folder, 'away'), join(folder, 'share'));
    await took(sink.id, 3);
    const [day] = await filesIn('share');
    expect(await filesIn(`share/${day}`)).toHaveLength(3);
  });

  it('whose folder of the day is a link that leads out of the sink roots is told nothing', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'residua-outside-'));
    await mkdir(join(folder, 'line-3'));
    // Midnight may be near.
    for (const days of [0, 1]) {
      const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      await symlink(outside, join(folder, 'line-3', day));
    }
    const sink = await newSink(toFolder('line-3'));
    dispatch({ pauses: [] });
    await predict(1);
    const { pauseReason } = await paused(sink.id);
    expect(pauseReason).toContain('does not lie under a sink root');
    expect(pauseReason).not.toContain(folder);
    expect(await readdir(outside)).toEqual([]);
    await rm(outside, { recursive: true });
  });

  it.each(['..', '/etc', 'a\0b', ''])('outside the sink roots is refused: %j', async (path) => {
    const making = newSink(toFolder(path));
    if (path === '') return expect(making).rejects.toMatchObject({ problems: [{ code: 'PLUGIN_PARAMS_INVALID' }] });
    const sink = await making.catch((error: unknown) => error as Error);
    // PostgreSQL keeps no NUL: the API refuses it as any text.
    if (sink instanceof Error) return expect(path).toContain('\0');
    dispatch({ pauses: [] });
    await predict(1);
    expect((await paused(sink.id)).pauseReason).toContain('does not lie under a sink root');
  });
});

describe('whoever sets a sink up', () => {
  it('is told of every mistake at once, and nothing is made', async () => {
    const made = newSink({
      ...{ name: ' ', heartbeatSeconds: 4_000, stations: ['', 'press 1'] },
      plugin: { id: 'mqtt', params: { url: 'http://x', topic: 'a/+', password: 'x' } },
    });
    await expect(made).rejects.toMatchObject({
      problems: [
        { code: 'TEXT_INVALID', field: ['input', 'name'] },
        { code: 'TEXT_INVALID', field: ['input', 'stations', '0'] },
        { code: 'BAD_USER_INPUT', field: ['input', 'heartbeatSeconds'] },
        { code: 'PLUGIN_PARAMS_INVALID', field: ['input', 'plugin', 'params', 'url'] },
        { code: 'PLUGIN_PARAMS_INVALID', field: ['input', 'plugin', 'params', 'topic'] },
        { code: 'PLUGIN_PARAMS_INVALID' },
      ],
    });
    await expect(newSink({ plugin: { id: 'opcua' } })).rejects.toMatchObject({
      problems: [{ code: 'CONFIG_INVALID' }],
    });
    expect((await server.services.sinks.page(everything, projectId, {})).nodes).toEqual([]);
  });

  it('cannot have verdicts of a project that logs none, nor the other way round', async () => {
    const { predictionLog, sinks } = server.services;
    await predictionLog.setPolicy(everything, projectId, { isOn: false });
    await expect(newSink()).rejects.toMatchObject({ problems: [{ code: 'CONFLICT' }] });
    await predictionLog.setPolicy(everything, projectId, { isOn: true });
    const sink = await newSink();
    const off = () => predictionLog.setPolicy(everything, projectId, { isOn: false });
    await expect(off()).rejects.toMatchObject({
      problems: [{ code: 'CONFLICT', message: expect.stringContaining('line 3') as string }],
    });
    await sinks.update(everything, sink.id, { isPaused: true });
    await off();
    await expect(sinks.update(everything, sink.id, { isPaused: false })).rejects.toMatchObject({
      problems: [{ code: 'CONFLICT' }],
    });
  });

  it('can have verdicts told again from any number, and learns when they are gone', async () => {
    const sink = await newSink();
    dispatch();
    await predict(4);
    await took(sink.id, 4);
    await server.services.sinks.replay(everything, sink.id, 2);
    expect((await broker.count(6)).slice(4).map(({ content }) => content['seq'])).toEqual([3, 4]);
    await took(sink.id, 4);
    await server.services.sinks.update(everything, sink.id, { isPaused: true });
    await predict(1, 5);
    await database.dataSource.query('DELETE FROM logged_prediction WHERE project_id = $1 AND seq < 3', [projectId]);
    for (const afterSeq of [1, 6, -1]) {
      await expect(server.services.sinks.replay(everything, sink.id, afterSeq)).rejects.toMatchObject({
        problems: [{ code: 'BAD_USER_INPUT', message: expect.stringContaining('behind number 2 up to 5') as string }],
      });
    }
    await database.dataSource.query('UPDATE sink SET last_seq = 1, paused_at = NULL WHERE id = $1', [sink.id]);
    expect((await paused(sink.id)).pauseReason).toContain('before number 3');
    await server.services.sinks.replay(everything, sink.id, undefined);
    await took(sink.id, 5);
  });

  it('learns that verdicts are gone although none is left, and is not looked at until somebody lets it go on', async () => {
    const sink = await newSink();
    await predict(3);
    await database.dataSource.query('DELETE FROM logged_prediction WHERE project_id = $1', [projectId]);
    dispatch();
    expect((await paused(sink.id)).pauseReason).toContain('before number 4');
    await server.services.sinks.replay(everything, sink.id, undefined);
    await predict(1, 4);
    await took(sink.id, 4);
    expect(partsOf(broker.published)).toEqual([4]);
  });

  it('is told what follows where verdicts were taken out of the middle or from the end of the log', async () => {
    const sink = await newSink();
    const dispatcher = dispatch();
    await predict(2);
    await took(sink.id, 2);
    await dispatcher.stop();
    await predict(4, 3);
    const erase = 'DELETE FROM logged_prediction WHERE project_id = $1 AND seq = ANY($2)';
    await database.dataSource.query(erase, [projectId, [3, 4, 6]]);
    dispatch();
    await took(sink.id, 6);
    expect((await row(sink.id)).pausedAt).toBeNull();
    expect(partsOf(broker.published)).toEqual([1, 2, 5]);
  });

  it('keeps in the log what it was not told yet, as long as it is not paused', async () => {
    await server.services.predictionLog.setPolicy(everything, projectId, { mostPredictions: 2 });
    const sink = await newSink();
    await predict(6);
    await database.dataSource.query('UPDATE sink SET last_seq = 3 WHERE id = $1', [sink.id]);
    const kept = async () => {
      await predictionLogRetention(database.dataSource).now();
      const page = await server.services.predictionLog.page(everything, projectId, {}, {});
      return page.nodes.map(({ seq }) => seq).toReversed();
    };
    expect(await kept()).toEqual([4, 5, 6]);
    await server.services.sinks.update(everything, sink.id, { isPaused: true });
    expect(await kept()).toEqual([5, 6]);
  });
});
