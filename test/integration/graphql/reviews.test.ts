import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everything, type Principal } from '../../../src/access/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { RegistrySetting } from './registrySetting.js';
import { startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let own = '';
let ada: Principal;
let registry: RegistrySetting;
/** UUIDs of the images, by name. */
let images: Map<string, string>;

/** What a model says of each image, with its threshold at 0.5. */
const scored = [
  { filename: 'sure.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.9 },
  { filename: 'near.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.45 },
  { filename: 'wrong.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.01 },
] as const;

beforeAll(async () => {
  const people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
  own = (await server.services.projects.create({ name: 'own' })).id;
  ada = await people.person('ada', { [own]: 'REVIEWER' });
  await people.person('rita', { [own]: 'REVIEWER' });
  await people.person('lars', { [own]: 'LABELLER' });
});
afterAll(() => server.stop());

beforeEach(async () => {
  registry = await new RegistrySetting(database.dataSource, server.services).prepare(uuid(), scored, own);
  const { nodes } = await server.services.images.page(everything, registry.datasetId, { split: 'TEST' }, { first: 50 });
  images = new Map(nodes.map(({ filename, id }) => [bare(filename), id]));
});

const bare = (filename: string) => filename.replace('TEST/', '');

async function ask<Data>(who: string, query: string, variables: object): Promise<{ data: Data; codes: string[] }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = (await response.json()) as {
    data: Data;
    errors?: { extensions: { code: string } }[];
  };
  return { data, codes: errors.map(({ extensions }) => extensions.code) };
}

const boxes = [{ x: 1, y: 2, width: 3, height: 4 }];

/** A label that Ada drew. @returns its id. */
async function drawn(filename: string, expectedRevision = 0): Promise<string> {
  const label = { imageId: images.get(filename)!, expectedRevision, boxes, by: ada };
  const { annotation } = await server.services.annotations.saveBoxes(everything, label);
  return encodeGlobalId('BoxAnnotation', annotation.id);
}

interface Problem {
  code: string;
  message: string;
  field: string[];
}
async function judge(who: string, input: object): Promise<string[]> {
  const query = `mutation($input: ReviewAnnotationInput!) { reviewAnnotation(input: $input) { review { verdict }
    userErrors { code message field } } }`;
  const { data } = await ask<{ reviewAnnotation: { userErrors: Problem[] } }>(who, query, { input });
  return data.reviewAnnotation.userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);
}

async function queue(who: string, variables: object = {}) {
  const query = `query($datasetId: ID!, $modelVersionId: ID) { reviewQueue(datasetId: $datasetId, modelVersionId: $modelVersionId) {
    scoreRatio isContradicted annotation { image { filename } } } }`;
  interface Waiting {
    reviewQueue: {
      scoreRatio: number | null;
      isContradicted: boolean | null;
      annotation: { image: { filename: string } };
    }[];
  }
  const datasetId = encodeGlobalId('Dataset', registry.datasetId);
  return (await ask<Waiting>(who, query, { datasetId, ...variables })).data.reviewQueue.map(
    ({ annotation, isContradicted }) => `${bare(annotation.image.filename)} ${isContradicted}`,
  );
}

async function states(filter: object = {}): Promise<string[]> {
  const query = `query($id: ID!, $filter: ImageFilter) { node(id: $id) { ... on Dataset { images(filter: $filter) {
    nodes { filename reviewState annotations { reviews { verdict note reviewer } } } } } } }`;
  interface Read {
    node: { images: { nodes: { filename: string; reviewState: string | null }[] } };
  }
  const { data } = await ask<Read>('rita', query, {
    id: encodeGlobalId('Dataset', registry.datasetId),
    filter: { ...filter, split: 'TEST' },
  });
  return data.node.images.nodes.map(({ filename, reviewState }) => `${bare(filename)} ${reviewState}`);
}

describe('reviews', () => {
  it('say of an image how far its labels are, and find it by that', async () => {
    const [sure, near] = [await drawn('sure.png'), await drawn('near.png')];
    expect(await states()).toEqual(['sure.png WAITING', 'near.png WAITING', 'wrong.png null']);
    expect(await judge('rita', { annotationId: sure, verdict: 'APPROVED', activeSeconds: 2 })).toEqual([]);
    expect(await judge('rita', { annotationId: near, verdict: 'RETURNED', note: 'too wide' })).toEqual([]);
    expect(await states()).toEqual(['sure.png APPROVED', 'near.png RETURNED', 'wrong.png null']);
    expect(await states({ reviewState: 'RETURNED' })).toEqual(['near.png RETURNED']);
    await drawn('near.png', 1);
    expect(await states({ reviewState: 'WAITING' })).toEqual(['near.png WAITING']);
    const [cost] = (await server.services.labelCosts.ofDatasets(everything, [registry.datasetId]))[0]!;
    expect(cost).toMatchObject({ kind: 'BOX', reviewSeconds: 2, activeSeconds: 0 });
  });

  it('may change: the newest holds', async () => {
    const annotationId = await drawn('sure.png');
    await judge('rita', { annotationId, verdict: 'RETURNED', note: 'look again' });
    await judge('rita', { annotationId, verdict: 'APPROVED' });
    expect(await states({ reviewState: 'APPROVED' })).toEqual(['sure.png APPROVED']);
    const query = `query($id: ID!) { node(id: $id) { ... on Annotation { reviews { verdict note reviewer } } } }`;
    const { data } = await ask<{ node: object }>('lars', query, { id: annotationId });
    expect(data.node).toEqual({
      reviews: [
        { verdict: 'APPROVED', note: null, reviewer: 'rita' },
        { verdict: 'RETURNED', note: 'look again', reviewer: 'rita' },
      ],
    });
  });

  it('are of others, of the newest revision, and say why when they return', async () => {
    const first = await drawn('sure.png');
    expect(await judge('ada', { annotationId: first, verdict: 'APPROVED' })).toEqual(['FORBIDDEN input.annotationId']);
    expect(await judge('lars', { annotationId: first, verdict: 'APPROVED' })).toEqual(['FORBIDDEN input.annotationId']);
    for (const note of [null, ' ']) {
      expect(await judge('rita', { annotationId: first, verdict: 'RETURNED', note })).toEqual([
        'BAD_USER_INPUT input.note',
      ]);
    }
    const second = await drawn('sure.png', 1);
    expect(await judge('rita', { annotationId: first, verdict: 'APPROVED' })).toEqual(['CONFLICT input.annotationId']);
    const gone = { imageId: images.get('sure.png')!, expectedRevision: 2, kind: 'BOX', by: ada } as const;
    await server.services.annotations.remove(everything, gone);
    expect(await judge('rita', { annotationId: second, verdict: 'APPROVED' })).toEqual(['CONFLICT input.annotationId']);
    expect(await states({ reviewState: 'WAITING' })).toEqual([]);
    const unknown = encodeGlobalId('BoxAnnotation', uuid());
    expect(await judge('rita', { annotationId: unknown, verdict: 'APPROVED' })).toEqual([
      'NOT_FOUND input.annotationId',
    ]);
  });

  it('are measured by the clock of the database like labels', async () => {
    const annotationId = await drawn('sure.png');
    const rita = { id: uuid(), name: 'rita' };
    const work = { imageId: images.get('sure.png')!, kind: 'BOX' } as const;
    const session = await server.services.labelSessions.open(everything, rita, { ...work, purpose: 'REVIEW' });
    const judged = { kind: 'PERSON', ...rita } as Principal;
    const [, uuidOf] = Buffer.from(annotationId, 'base64url').toString().split(':');
    const asked = { annotationId: uuidOf!, verdict: 'APPROVED', sessionId: session.id, activeSeconds: 60 } as const;
    expect((await server.services.reviews.judge(everything, judged, asked)).timing).toBe('IMPLAUSIBLE');
    expect((await server.services.labelSessions.byIds(everything, [session.id]))[0]).toMatchObject({
      outcome: 'SAVED',
    });
  });
});

describe('the queue of reviews', () => {
  it('has labels of others, those first that the model contradicts most', async () => {
    for (const { filename } of scored) await drawn(filename);
    const version = await registry.version(uuid());
    await database.dataSource.query('UPDATE model_version SET image_threshold = 0.5 WHERE id = $1', [version.id]);
    await registry.evaluation(version.id, scored);
    const modelVersionId = encodeGlobalId('ModelVersion', version.id);
    expect(await queue('rita', { modelVersionId })).toEqual(['wrong.png true', 'near.png true', 'sure.png false']);
    expect(await queue('rita')).toEqual(['sure.png null', 'near.png null', 'wrong.png null']);
    expect(await queue('ada', { modelVersionId })).toEqual([]);
  });

  it('is for those who review, and knows its limits', async () => {
    const query = `query($datasetId: ID!, $first: Int!) { reviewQueue(datasetId: $datasetId, first: $first) { scoreRatio } }`;
    const datasetId = encodeGlobalId('Dataset', registry.datasetId);
    expect((await ask('lars', query, { datasetId, first: 1 })).codes).toEqual(['FORBIDDEN']);
    expect((await ask('rita', query, { datasetId, first: 0 })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await ask('rita', query, { datasetId: encodeGlobalId('Dataset', uuid()), first: 1 })).codes).toEqual([
      'NOT_FOUND',
    ]);
  });
});
