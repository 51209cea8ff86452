import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything, type Principal } from '../../../src/access/index.js';
import { ImageEntity, type ImageLabel, type Split } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { RegistrySetting } from './registrySetting.js';
import { startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let ada: Principal;
let registry: RegistrySetting;
const ids = new Map<string, string>();

/** What the model says of the images of TEST and VALIDATION; those of TRAIN are told by hand. */
const scored = [{ filename: 'x.png', label: 'ANOMALOUS', score: 0.5 }] as const;

beforeAll(async () => {
  const people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
  const own = (await server.services.projects.create({ name: 'own' })).id;
  ada = await people.person('ada', { [own]: 'LABELLER' });
  await people.person('ben', { [own]: 'LABELLER' });
  registry = await new RegistrySetting(database.dataSource, server.services).prepare('tiles', scored, own);
  for (const name of ['near', 'far', 'unseen', 'drawn', 'open']) await addImage(name, 'UNLABELLED');
  await addImage('good', 'NORMAL');
  await addImage('tested', 'UNLABELLED', 'TEST');
});
afterAll(() => server.stop());

async function addImage(filename: string, label: ImageLabel, split: Split = 'TRAIN'): Promise<void> {
  const id = uuid();
  const facts = { id, datasetId: registry.datasetId, filename, sha256: id, bytes: 1, width: 64, height: 64 };
  await database.dataSource.manager.insert(ImageEntity, { ...facts, label, split });
  ids.set(filename, id);
}

/** What a version said of an image. */
async function told(predictionId: string, filename: string, score: number, x: number): Promise<void> {
  const regions = [{ box: { x, y: 8, width: 8, height: 8 }, pixels: 50, score }];
  await database.dataSource.query(
    `INSERT INTO predicted_image (id, prediction_id, image_id, filename, anomaly_score, is_anomalous, anomaly_map_sha256,
       anomaly_map_scale, overlay_sha256, regions) VALUES ($1, $2, $3, $4, $5, false, 'a', 1, 'b', $6)`,
    [uuid(), predictionId, ids.get(filename), filename, score, JSON.stringify(regions)],
  );
}

interface Queued {
  image: { filename: string };
  reasons: string[];
  scoreRatio: number | null;
  expectedSeconds: number;
}
async function queue(who: string, variables: object): Promise<{ queued: Queued[]; codes: string[] }> {
  const query = `query($datasetId: ID!, $version: ID, $strategy: QueueStrategy, $first: Int!) { labelQueue(datasetId: $datasetId,
    kind: BOX, modelVersionId: $version, strategy: $strategy, first: $first) { image { filename } reasons scoreRatio expectedSeconds } }`;
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({
      query,
      variables: { datasetId: encodeGlobalId('Dataset', registry.datasetId), first: 10, ...variables },
    }),
  });
  const { data, errors = [] } = (await response.json()) as {
    data: { labelQueue: Queued[] } | null;
    errors?: { extensions: { code: string } }[];
  };
  return { queued: data?.labelQueue ?? [], codes: errors.map(({ extensions }) => extensions.code) };
}

describe('the queue of labels', () => {
  it('has TRAIN images without a label that nobody else has open, the doubtful first, and returned ones before', async () => {
    const { services } = server;
    const version = await registry.version('tiles');
    await database.dataSource.query('UPDATE model_version SET image_threshold = 0.5 WHERE id = $1', [version.id]);
    const start = { modelVersionId: version.id, snapshotId: registry.snapshotId };
    const { jobId } = await services.datasetPredictions.start(everything, start);
    await told(jobId, 'near', 0.45, 8);
    await told(jobId, 'far', 0.001, 9);
    await told(jobId, 'drawn', 0.5, 50);
    await told(jobId, 'open', 0.5, 8);
    const boxes = [{ x: 1, y: 1, width: 4, height: 4 }];
    const label = { imageId: ids.get('drawn')!, expectedRevision: 0, boxes, activeSeconds: 11, by: ada };
    const { annotation } = await services.annotations.saveBoxes(everything, label);
    const other = { id: uuid(), name: 'ben' };
    const work = { imageId: ids.get('open')!, kind: 'BOX', purpose: 'LABEL' } as const;
    await services.labelSessions.open(everything, other, work);
    const asked = { version: encodeGlobalId('ModelVersion', version.id) };
    const names = (found: { queued: Queued[] }) => found.queued.map(({ image }) => image.filename);
    const before = await queue('ada', { ...asked, strategy: 'EXPECTED_GAIN' });
    expect(names(before)).toEqual(['near', 'unseen', 'far']);
    expect(before.queued[0]).toMatchObject({ reasons: ['DOUBTFUL', 'UNLIKE_OTHERS'], scoreRatio: 0.9 });
    // One of 11 s, and five of the paper's 5 s.
    expect(before.queued[0]!.expectedSeconds).toBeCloseTo((11 + 25) / 6);
    expect((await queue('ben', asked)).queued[0]!.expectedSeconds).toBeCloseTo(5);

    const judge = { ...other, kind: 'PERSON' } as Principal;
    await services.reviews.judge(everything, judge, { annotationId: annotation.id, verdict: 'RETURNED', note: 'no' });
    const after = await queue('ada', asked);
    expect(names(after)[0]).toBe('drawn');
    expect(after.queued[0]!.reasons).toEqual(['RETURNED']);
    expect(names(after).sort()).toEqual(['drawn', 'far', 'near', 'unseen']);
  });

  it('goes without a model, and knows its limits', async () => {
    const { queued } = await queue('ada', { strategy: 'RANDOM' });
    expect(new Set(queued.flatMap(({ reasons }) => reasons))).toEqual(new Set(['RETURNED', 'BY_LOT']));
    expect((await queue('ada', { first: 201 })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await queue('ada', { version: encodeGlobalId('ModelVersion', uuid()) })).codes).toEqual(['NOT_FOUND']);
  });
});
