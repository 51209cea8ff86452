import { mkdtemp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import type { LoggedPredictionEntity, StationEntity } from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import type { StationAnswer } from '../../../src/services/stations/stationAnswer.js';
import { runChild, type Child } from '../../support/childProcess.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let api: Child;
let url = '';
let projectId = '';
let modelId = '';
let folder: string;
const children: Child[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-station-'));
  installation = await Installation.open(database.url);
  const snapshotId = await installation.snapshot('tiles');
  const version = await installation.trained({ snapshotId, modelName: 'tiles', detector: { id: 'patchcore' } });
  const [model] = await installation.services.models.byIds(everything, [version.modelId]);
  [projectId, modelId] = [model!.projectId, model!.id];
  await installation.services.modelAliases.set(everything, { modelVersionId: version.id, alias: 'champion' });
  await serve('0');
}, 300_000);
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await database.dataSource.query('DELETE FROM station');
});
afterAll(async () => {
  api?.kill('SIGKILL');
  await api?.ended;
  await installation.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The API, a process of its own; its worker is this one. */
async function serve(port: string): Promise<void> {
  const environment = { RESIDUA_LOG_LEVEL: 'warn', RESIDUA_HOME: installation.home, DATABASE_URL: database.url };
  api = runChild('../../src/cli/residua.ts', ['serve', '--no-worker', '--port', port, '--json'], environment);
  url = (JSON.parse(await api.line()) as { url: string }).url;
}

/** With a deadline that no busy machine misses. */
function newStation(deadlineMilliseconds = 60_000): Promise<StationEntity> {
  const given = { projectId, name: `line ${uuid()}`, modelId, alias: 'champion', deadlineMilliseconds };
  return installation.services.stations.create(everything, given);
}

const normal = (seed: number) => encodePng(surface(seed));
const defective = (seed: number) => encodePng(surface(seed, true));

async function put(station: { name: string }, image: Uint8Array, query: Record<string, string> = {}) {
  const response = await fetch(
    `${url}/v1/stations/${encodeURIComponent(station.name)}/images?${new URLSearchParams(query).toString()}`,
    { method: 'PUT', headers: { 'content-type': 'image/png' }, body: new Uint8Array(image) },
  );
  const body = (await response.json()) as StationAnswer & {
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, body, code: body.errors?.[0]?.extensions.code };
}

/** What the log has of a station, in the order in which it was stored. */
function logged({
  name: station,
}: {
  name: string;
}): Promise<Pick<LoggedPredictionEntity, 'partId' | 'isLate' | 'seq'>[]> {
  return database.dataSource.query(
    'SELECT part_id AS "partId", is_late AS "isLate", seq, source FROM logged_prediction WHERE station = $1 ORDER BY seq',
    [station],
  );
}

describe('PUT /v1/stations/:station/images', () => {
  it(
    'answers the verdict of the model behind the alias, which is in the log by then',
    { timeout: 120_000 },
    async () => {
      const station = await newStation();
      const good = await put(station, await normal(7), { part: 'A' });
      expect([good.status, good.body]).toEqual([
        200,
        expect.objectContaining({ verdict: 'OK', partId: 'A', model: 'tiles', version: 1, isRepeated: false }),
      ]);
      const bad = await put(station, await defective(7));
      expect(bad.body).toMatchObject({ verdict: 'NOK', isAnomalous: true, partId: null });
      const rows = await logged(station);
      expect(rows).toMatchObject([
        { partId: 'A', isLate: false, source: 'STATION', seq: good.body.seq },
        { partId: null, isLate: false, seq: bad.body.seq },
      ]);
      const facts = await fetch(`${url}/v1/stations/${encodeURIComponent(station.name)}`);
      expect(await facts.json()).toEqual({
        ...{ name: station.name, model: 'tiles', alias: 'champion', version: 1, deadlineMilliseconds: 60_000 },
      });
    },
  );

  it(
    'answers the same image of the same part once, also when it comes five times at once',
    { timeout: 120_000 },
    async () => {
      const station = await newStation();
      const image = await normal(8);
      const answers = await Promise.all(Array.from({ length: 5 }, () => put(station, image, { part: 'B' })));
      expect(new Set(answers.map(({ body }) => body.predictionId)).size).toBe(1);
      expect(answers.filter(({ body }) => !body.isRepeated)).toHaveLength(1);
      const another = await put(station, await defective(8), { part: 'B' });
      expect(another.body).toMatchObject({ isRepeated: false, verdict: 'NOK' });
      expect(await logged(station)).toHaveLength(2);
      // Parts without an id cannot be told apart.
      await put(station, image);
      await put(station, image);
      expect(await logged(station)).toHaveLength(4);
    },
  );

  it('keeps NOK what the line was told was NOK, whatever the model says later', { timeout: 120_000 }, async () => {
    const station = await newStation();
    const late = await put(station, await normal(9), { part: 'C', late: 'true' });
    expect(late.body).toMatchObject({ verdict: 'NOK', isAnomalous: false });
    const image = await normal(10);
    expect((await put(station, image, { part: 'D' })).body.verdict).toBe('OK');
    // The answer got lost on its way.
    expect((await put(station, image, { part: 'D', late: 'true' })).body).toMatchObject({
      verdict: 'NOK',
      isRepeated: true,
    });
    expect(await logged(station)).toMatchObject([
      { partId: 'C', isLate: true },
      { partId: 'D', isLate: true },
    ]);
  });

  it('refuses what it cannot judge, with a code, and logs nothing', { timeout: 120_000 }, async () => {
    const station = await newStation();
    const image = await normal(11);
    expect(await put(station, image.subarray(0, 60))).toMatchObject({ status: 400, code: 'IMAGE_CORRUPT' });
    expect(await put(station, new Uint8Array())).toMatchObject({ status: 400, code: 'IMAGE_EMPTY' });
    expect(await put({ name: 'nothing' }, image)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await put(station, image, { part: ' ' })).toMatchObject({ status: 400, code: 'TEXT_INVALID' });
    expect(await put(station, image, { late: 'perhaps' })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    await database.dataSource.query('UPDATE station SET alias = $1', ['challenger']);
    expect(await put(station, image)).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect(await logged(station)).toEqual([]);
  });
});

describe('a station', () => {
  it('has a name of its own, a model of its project and an alias that is there', async () => {
    const { stations } = installation.services;
    const station = await newStation();
    const given = { projectId, name: station.name, modelId, alias: 'champion' };
    const refused = (change: object) => expect(stations.create(everything, { ...given, name: 'x', ...change })).rejects;
    await refused({ name: station.name }).toMatchObject({
      problems: [{ code: 'NAME_TAKEN', field: ['input', 'name'] }],
    });
    await refused({ alias: 'nobody' }).toMatchObject({ problems: [{ code: 'NOT_FOUND', field: ['input', 'alias'] }] });
    await refused({ modelId: uuid() }).toMatchObject({
      problems: [{ code: 'NOT_FOUND', field: ['input', 'modelId'] }],
    });
    await refused({ name: '', deadlineMilliseconds: 5 }).toMatchObject({
      problems: [{ code: 'TEXT_INVALID' }, { code: 'BAD_USER_INPUT', field: ['input', 'deadlineMilliseconds'] }],
    });
    const changed = await stations.update(everything, station.id, { name: 'line 9', deadlineMilliseconds: 100 });
    expect(changed).toMatchObject({ name: 'line 9', alias: 'champion', deadlineMilliseconds: 100 });
    await stations.remove(everything, station.id);
    await expect(stations.remove(everything, station.id)).rejects.toMatchObject({ problems: [{ code: 'NOT_FOUND' }] });
    const { nodes } = await installation.services.projectChanges.page(
      everything,
      projectId,
      ['STATION_CREATED', 'STATION_CHANGED', 'STATION_DELETED'],
      { last: 3 },
    );
    expect(nodes.map(({ kind, ids }) => [kind, ids])).toEqual([
      ['STATION_CREATED', [station.id]],
      ['STATION_CHANGED', [station.id]],
      ['STATION_DELETED', [station.id]],
    ]);
  });
});

interface AgentEvent {
  event: 'verdict' | 'late' | 'dropped' | 'started';
  part: string;
  verdict?: 'OK' | 'NOK';
  reason?: string;
}

describe('examples/station', () => {
  /** The agent as its README says to run it. */
  async function agent(place: string, station: { name: string }, options: string[] = []): Promise<Child> {
    const args = ['--station', station.name, '--folder', join(place, 'camera'), '--verdicts', join(place, 'verdicts')];
    const environment = { RESIDUA_URL: url };
    const all = [...args, '--buffer', join(place, 'buffer'), ...options];
    const child = runChild('../../examples/station/main.ts', all, environment);
    children.push(child);
    expect(await nextOf(child, 'started')).toBeDefined();
    return child;
  }

  async function nextOf(child: Child, event: AgentEvent['event']): Promise<AgentEvent> {
    for (;;) {
      const said = JSON.parse(await child.line()) as AgentEvent;
      if (said.event === event) return said;
    }
  }

  async function newPlace(): Promise<string> {
    const place = join(folder, uuid());
    await mkdir(join(place, 'camera'), { recursive: true });
    return place;
  }

  /** As a camera does that writes beside and renames. */
  async function photograph(place: string, part: string, image: Uint8Array): Promise<void> {
    await writeFile(join(place, 'camera', `.${part}`), image);
    await rename(join(place, 'camera', `.${part}`), join(place, 'camera', `${part}.png`));
  }

  const verdictOf = async (place: string, part: string) =>
    (JSON.parse(await readFile(join(place, 'verdicts', `part-${part}.json`), 'utf8')) as AgentEvent).verdict;

  it(
    'tells the line NOK while the server is away, and sends what it kept in order when it is back',
    { timeout: 300_000 },
    async () => {
      const station = await newStation();
      const place = await newPlace();
      // A verdict by a living server comes in time on any machine.
      const first = await agent(place, station);
      await photograph(place, '1', await normal(21));
      await photograph(place, '2', await defective(22));
      expect([await nextOf(first, 'verdict'), await nextOf(first, 'verdict')]).toMatchObject([
        { part: '1', verdict: 'OK' },
        { part: '2', verdict: 'NOK' },
      ]);
      expect([await verdictOf(place, '1'), await verdictOf(place, '2')]).toEqual(['OK', 'NOK']);
      const { port } = new URL(url);
      api.kill('SIGKILL');
      await api.ended;
      for (const part of ['3', '4', '5']) {
        await photograph(place, part, await normal(20 + Number(part)));
        expect(await nextOf(first, 'verdict')).toMatchObject({
          part,
          verdict: 'NOK',
          reason: expect.stringContaining('away') as string,
        });
      }
      expect(await verdictOf(place, '4')).toBe('NOK');
      // What is kept is kept by the disk.
      first.kill('SIGKILL');
      await first.ended;
      const second = await agent(place, station, ['--deadline', '60000']);
      await photograph(place, '6', await normal(26));
      expect(await nextOf(second, 'verdict')).toMatchObject({ part: '6', verdict: 'NOK' });
      await serve(port);
      for (const part of ['3', '4', '5', '6'])
        expect(await nextOf(second, 'late')).toMatchObject({ part, what: 'answered' });
      await photograph(place, '7', await normal(27));
      expect(await nextOf(second, 'verdict')).toMatchObject({ part: '7', verdict: 'OK' });
      expect((await logged(station)).map(({ partId, isLate }) => [partId, isLate])).toEqual([
        ...[
          ['1', false],
          ['2', false],
          ['3', true],
          ['4', true],
          ['5', true],
          ['6', true],
          ['7', false],
        ],
      ]);
      // The line is told first; then the image goes.
      await expect.poll(() => readdir(join(place, 'buffer')), { timeout: 60_000 }).toEqual([]);
    },
  );

  it('keeps no more bytes than it may: the oldest go, and it says so', { timeout: 120_000 }, async () => {
    const place = await newPlace();
    const images = await Promise.all([1, 2, 3, 4].map((seed) => normal(30 + seed)));
    const room = String(images[1]!.length + images[2]!.length + images[3]!.length);
    const child = await agent(place, { name: 'nobody' }, ['--deadline', '60000', '--buffer-bytes', room]);
    for (const [i, image] of images.entries()) await photograph(place, `part-${i}`, image);
    expect(await nextOf(child, 'dropped')).toMatchObject({ part: 'part-0' });
    await expect.poll(() => verdictOf(place, 'part-3').catch(() => undefined), { timeout: 60_000 }).toBe('NOK');
    expect((await readdir(join(place, 'buffer'))).filter((name) => name.endsWith('.image'))).toHaveLength(3);
  });
});

// Last: nobody answers behind it.
it(
  'is told that a part is NOK when no worker answers in time, and nothing is logged',
  { timeout: 60_000 },
  async () => {
    const station = await newStation(300);
    await installation.runtime.calls.stop();
    const { status, code, body } = await put(station, await normal(40), { part: 'E' });
    expect([status, code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(body.errors![0]!.message).toContain('within 300 ms: the part is NOK');
    expect(await logged(station)).toEqual([]);
  },
);
