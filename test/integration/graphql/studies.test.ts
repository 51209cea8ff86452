import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, ImageEntity } from '../../../src/database/entities/index.js';
import { encodeRle } from '../../../src/files/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
const size = { width: 32, height: 32 };
const truth = { x: 4, y: 8, width: 8, height: 4 };
let server: TestServer;
let datasetId = '';

beforeAll(async () => {
  const people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
  const own = (await server.services.projects.create({ name: 'own' })).id;
  await people.person('erna', { [own]: 'ENGINEER' });
  await people.person('ada', { [own]: 'LABELLER' });
  await people.person('ben', { [own]: 'LABELLER' });
  datasetId = (await server.services.datasets.create(everything, { name: 'tiles', projectId: own })).id;
  for (let i = 0; i < 5; i += 1) await addImage(i < 4);
});
afterAll(() => server.stop());

async function addImage(isMarked: boolean): Promise<void> {
  const id = uuid();
  const facts = { id, datasetId, filename: `=${id}.png`, sha256: id, bytes: 1, ...size, split: 'TRAIN' } as const;
  await database.dataSource.manager.insert(ImageEntity, { ...facts, label: 'UNLABELLED' });
  const data = new Uint8Array(size.width * size.height);
  const { x, y, width, height } = truth;
  if (isMarked) for (let row = y; row < y + height; row += 1) data.fill(1, row * 32 + x, row * 32 + x + width);
  await server.services.annotations.savePixels(everything, {
    ...{ imageId: id, expectedRevision: 0, counts: encodeRle({ ...size, data }) },
  });
}

interface Trial {
  id: string;
  kind: 'BOX' | 'BLOCK' | 'PIXEL';
  isPractice: boolean;
  position: number;
  timing: string | null;
  quality: Record<string, number | null> | null;
  truth: { counts: string };
}
interface Problem {
  code: string;
  field: string[];
}

async function ask<Answer>(
  who: string,
  query: string,
  variables: object,
): Promise<Answer & { userErrors?: Problem[] }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Record<string, Answer>; errors?: object[] };
  expect(errors).toBeUndefined();
  return Object.values(data)[0]!;
}

const shown = `trial { id kind isPractice position timing quality { pixelIou blockKappa insideShare areaRatio }
  truth { ... on PixelAnnotation { counts } } } userErrors { code field }`;
const places = ({ userErrors = [] }: { userErrors?: Problem[] }) =>
  userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);

async function create(input: object, who = 'erna') {
  const query = `mutation($input: CreateStudyInput!) { createStudy(input: $input) { study { id imageCount } userErrors { code field } } }`;
  const asked = { datasetId: encodeGlobalId('Dataset', datasetId), name: uuid(), ...input };
  return ask<{ study: { id: string; imageCount: number } | null }>(who, query, { input: asked });
}
const start = (who: string, studyId: string) =>
  ask<{ trial: Trial | null }>(who, `mutation($input: StartTrialInput!) { startTrial(input: $input) { ${shown} } }`, {
    input: { studyId },
  });
const finish = (who: string, input: object) =>
  ask<{ trial: Trial | null }>(who, `mutation($input: FinishTrialInput!) { finishTrial(input: $input) { ${shown} } }`, {
    input: { activeSeconds: 0.2, ...input },
  });

/** What somebody draws who copies exactly. */
function copyOf({ kind, truth: { counts } }: Trial): object {
  if (kind === 'BOX') return { boxes: [truth] };
  if (kind === 'PIXEL') return { counts };
  const labels = Array.from({ length: 64 }, (_, i) => {
    const [row, column] = [Math.floor(i / 8), i % 8];
    return row === 2 && (column === 1 || column === 2) ? 'ANOMALOUS' : 'NORMAL';
  });
  return { blocks: { blockSize: 4, labels } };
}

async function shift(trialId: string, seconds: number): Promise<void> {
  const [, id] = Buffer.from(trialId, 'base64url').toString().split(':');
  await database.dataSource.query(
    'UPDATE study_trial SET started_at = started_at - make_interval(secs => $2) WHERE id = $1',
    [id, seconds],
  );
}

interface Results {
  nodes: {
    participants: string[];
    csv: string;
    progress: { done: number; total: number };
    results: { kind: string; trials: number; meanSeconds: number | null; quality: object; implausibleTrials: number }[];
  }[];
}

describe('a study', () => {
  it('is copied by people one trial after the other, measured and judged, and leaves the labels alone', async () => {
    const study = (await create({ images: 4 })).study!;
    const labels = await database.dataSource.manager.count(AnnotationEntity);
    for (const [who, seconds] of [
      ['ada', 4],
      ['ben', 6],
    ] as const) {
      for (let position = 0; position < 12; position += 1) {
        const trial = (await start(who, study.id)).trial!;
        expect([trial.position, trial.isPractice]).toEqual([position, position % 4 < 3]);
        await shift(trial.id, 10);
        const done = await finish(who, { trialId: trial.id, activeSeconds: seconds, ...copyOf(trial) });
        expect(done.trial).toMatchObject({ timing: 'MEASURED' });
      }
      expect((await start(who, study.id)).trial).toBeNull();
    }
    const query = `query($id: ID!) { studies(datasetId: $id) { nodes { participants csv progress { done total }
      results { kind trials meanSeconds implausibleTrials quality { pixelIou blockKappa insideShare areaRatio } } } } }`;
    const [found] = (await ask<Results>('ben', query, { id: encodeGlobalId('Dataset', datasetId) })).nodes;
    expect(found).toMatchObject({ participants: ['ada', 'ben'], progress: { done: 12, total: 12 } });
    const none = { pixelIou: null, blockKappa: null, insideShare: null, areaRatio: null };
    const each = { trials: 2, meanSeconds: 5, implausibleTrials: 0 };
    expect(found!.results).toEqual([
      { kind: 'BOX', ...each, quality: { ...none, insideShare: 1, areaRatio: 1 } },
      { kind: 'BLOCK', ...each, quality: { ...none, blockKappa: 1 } },
      { kind: 'PIXEL', ...each, quality: { ...none, pixelIou: 1 } },
    ]);
    const lines = found!.csv.trim().split('\n');
    expect(lines).toHaveLength(25);
    expect(lines[0]).toContain('participant,position,kind,image,practice');
    // A name that looks like a formula is none.
    expect(lines[1]).toMatch(/^ada,0,BOX,'=/);
    expect(await database.dataSource.manager.count(AnnotationEntity)).toBe(labels);
  });

  it('gives each seat another kind to begin with, and begins a trial anew that was left', async () => {
    const study = (await create({ images: 4, kinds: ['BLOCK', 'BOX'] })).study!;
    const first = (await start('ada', study.id)).trial!;
    const other = (await start('ben', study.id)).trial!;
    expect([first.kind, other.kind]).toEqual(['BLOCK', 'BOX']);
    await shift(first.id, 600);
    expect((await start('ada', study.id)).trial!.id).toBe(first.id);
    const long = await finish('ada', { trialId: first.id, activeSeconds: 300, ...copyOf(first) });
    expect(long.trial!.timing).toBe('IMPLAUSIBLE');
  });

  it('takes from each what was started, once, and of its kind', async () => {
    const study = (await create({ images: 4, kinds: ['BOX'] })).study!;
    const trial = (await start('ada', study.id)).trial!;
    expect(places(await finish('ben', { trialId: trial.id, boxes: [truth] }))).toEqual(['NOT_FOUND input.trialId']);
    expect(places(await finish('ada', { trialId: trial.id }))).toEqual(['BAD_USER_INPUT input.boxes']);
    expect(places(await finish('ada', { trialId: trial.id, ...copyOf({ ...trial, kind: 'BLOCK' }) }))).toEqual([
      'BAD_USER_INPUT input.boxes',
    ]);
    const outside = [{ ...truth, x: 30 }];
    expect(places(await finish('ada', { trialId: trial.id, boxes: outside }))).toEqual([
      'BOX_OUT_OF_BOUNDS input.boxes.0',
    ]);
    expect(places(await finish('ada', { trialId: trial.id, boxes: [] }))).toEqual([]);
    expect(places(await finish('ada', { trialId: trial.id, boxes: [truth] }))).toEqual(['CONFLICT input.trialId']);
  });

  it('needs masks that mark something, and a choice that can be', async () => {
    expect(places(await create({ images: 5 }))).toEqual(['BAD_USER_INPUT input.images']);
    expect(places(await create({ images: 3, kinds: ['BOX', 'BOX'], name: '' }))).toEqual([
      'TEXT_INVALID input.name',
      'BAD_USER_INPUT input.kinds',
      'BAD_USER_INPUT input.images',
    ]);
    expect(places(await create({ images: 4 }, 'ada'))).toEqual(['FORBIDDEN input.datasetId']);
  });
});
