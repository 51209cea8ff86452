import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootstrapPrincipal, everything, localPrincipal } from '../../../src/access/index.js';
import { ImageEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { RegistrySetting } from './registrySetting.js';
import { startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let own = '';
let datasetId = '';
let imageId = '';

beforeAll(async () => {
  const people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
  own = (await server.services.projects.create({ name: 'own' })).id;
  await people.person('ada', { [own]: 'LABELLER' });
  await people.person('ben', { [own]: 'LABELLER' });
  await people.person('vera', { [own]: 'VIEWER' });
});
afterAll(() => server.stop());

beforeEach(async () => {
  datasetId = (await server.services.datasets.create(everything, { name: uuid(), projectId: own })).id;
  imageId = await addImage();
  // Others are not in the way of what one test says of a day.
  await database.dataSource.query('DELETE FROM label_session');
});

async function addImage(): Promise<string> {
  const id = uuid();
  const facts = { id, datasetId, filename: `${id}.png`, sha256: id, bytes: 1, width: 64, height: 64 } as const;
  await database.dataSource.manager.insert(ImageEntity, { ...facts, split: 'TRAIN', label: 'ANOMALOUS' });
  return encodeGlobalId('Image', id);
}

interface Problem {
  code: string;
  message: string;
  field: string[];
}
interface Session {
  id: string;
  outcome: string | null;
  timing: string | null;
  activeSeconds: number;
  loadSeconds: number | null;
  measurement: object | null;
  holder: string;
  isMine: boolean;
}
interface Answer {
  session: Session | null;
  userErrors: Problem[];
}
interface Saved {
  annotation: { id: string; revision: number; timing: string | null; activeSeconds: number; removed: boolean } | null;
  current: { revision: number; removed: boolean } | null;
  userErrors: Problem[];
}

async function ask<Data>(who: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: object[] };
  expect(errors).toBeUndefined();
  return data;
}

const shown = 'id outcome timing activeSeconds loadSeconds measurement { method gapSeconds gaps } holder isMine';
const problem = 'code message field';

async function session(who: string, name: 'open' | 'keep' | 'close', input: object): Promise<Answer> {
  const field = `${name}Labelling`;
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}LabellingInput!`;
  const query = `mutation($input: ${type}) { ${field}(input: $input) { session { ${shown} } userErrors { ${problem} } } }`;
  return (await ask<Record<string, Answer>>(who, query, { input }))[field]!;
}

/** Opens one that was opened this long ago. */
async function opened(who: string, secondsAgo: number, input: object = {}): Promise<string> {
  const { session: found, userErrors } = await session(who, 'open', { imageId, kind: 'BOX', ...input });
  expect(userErrors).toEqual([]);
  await shift(found!.id, secondsAgo);
  return found!.id;
}

/** Moves a session into the past: nobody waits for clocks here. */
async function shift(id: string, seconds: number, column = 'opened_at'): Promise<void> {
  const uuidOf = Buffer.from(id, 'base64url').toString().split(':')[1];
  await database.dataSource.query(
    `UPDATE label_session SET ${column} = ${column} - make_interval(secs => $2) WHERE id = $1`,
    [uuidOf, seconds],
  );
}

const boxes = [{ x: 1, y: 2, width: 3, height: 4 }];
const label = 'revision timing activeSeconds removed';
async function save(who: string, input: object): Promise<Saved> {
  const query = `mutation($input: SaveBoxAnnotationInput!) { saveBoxAnnotation(input: $input) {
    annotation { id ${label} } current { revision removed } userErrors { ${problem} } } }`;
  const asked = { imageId, expectedRevision: 0, boxes, ...input };
  return (await ask<{ saveBoxAnnotation: Saved }>(who, query, { input: asked })).saveBoxAnnotation;
}

async function remove(who: string, input: object): Promise<Saved> {
  const query = `mutation($input: RemoveAnnotationInput!) { removeAnnotation(input: $input) {
    annotation { id ${label} } current { revision removed } userErrors { ${problem} } } }`;
  const asked = { imageId, kind: 'BOX', ...input };
  return (await ask<{ removeAnnotation: Saved }>(who, query, { input: asked })).removeAnnotation;
}

async function sessionOf(id: string): Promise<Session> {
  const query = `query($id: ID!) { node(id: $id) { ... on LabelSession { ${shown} } } }`;
  return (await ask<{ node: Session }>('ada', query, { id })).node;
}

interface Cost {
  kind: string;
  images: number;
  measuredImages: number;
  activeSeconds: number;
  secondsPerImage: number | null;
  medianSecondsPerImage: number | null;
  secondsPerImageInterval: { low: number; high: number } | null;
  secondsWithSuggestion: number;
  secondsWithoutSuggestion: number;
  implausibleSeconds: number;
  lostSeconds: number;
}
async function budget(): Promise<Cost> {
  const query = `query($id: ID!) { node(id: $id) { ... on Dataset { annotationBudget { kind images measuredImages activeSeconds
    secondsPerImage medianSecondsPerImage secondsPerImageInterval { low high } secondsWithSuggestion secondsWithoutSuggestion
    implausibleSeconds lostSeconds } } } }`;
  const id = encodeGlobalId('Dataset', datasetId);
  return (await ask<{ node: { annotationBudget: Cost[] } }>('ada', query, { id })).node.annotationBudget[0]!;
}

const places = ({ userErrors }: { userErrors: Problem[] }) =>
  userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);

describe('the clock of the database', () => {
  it('bears out seconds that fit into their session, which the save ends', async () => {
    const sessionId = await opened('ada', 20);
    const measurement = { method: 'ACTIVE_INTERVALS', gapSeconds: 10, gaps: [3, 0, 1] };
    const saved = await save('ada', { sessionId, activeSeconds: 12.5, loadSeconds: 0.25, measurement });
    expect(saved.annotation).toMatchObject({ revision: 1, timing: 'MEASURED', activeSeconds: 12.5 });
    expect(await sessionOf(sessionId)).toMatchObject({
      ...{ outcome: 'SAVED', timing: 'MEASURED', activeSeconds: 12.5, loadSeconds: 0.25, measurement },
      ...{ holder: 'ada', isMine: true },
    });
  });

  it('keeps seconds that are longer than their session, and counts them nowhere', async () => {
    const sessionId = await opened('ada', 5);
    const saved = await save('ada', { sessionId, activeSeconds: 12 });
    expect(saved.annotation).toMatchObject({ timing: 'IMPLAUSIBLE', activeSeconds: 12 });
    expect(await budget()).toMatchObject({ images: 1, measuredImages: 0, activeSeconds: 0, implausibleSeconds: 12 });
  });

  it('lets nobody work twice at the same time', async () => {
    const [first, other] = [await opened('ada', 20), await addImage()];
    const second = await opened('ada', 20, { imageId: other });
    expect((await save('ada', { sessionId: first, activeSeconds: 15 })).annotation!.timing).toBe('MEASURED');
    const saved = await save('ada', { imageId: other, sessionId: second, activeSeconds: 15 });
    expect(saved.annotation!.timing).toBe('IMPLAUSIBLE');
  });

  it('bears out two at once that together fit, one behind the other, and two of different people', async () => {
    const images = [imageId, await addImage(), await addImage(), await addImage()];
    const ids = [await opened('ada', 40), await opened('ada', 20, { imageId: images[1] })];
    ids.push(await opened('ada', 3, { imageId: images[2] }), await opened('ben', 20, { imageId: images[3] }));
    const told = [20, 15, 3, 20];
    for (const [i, sessionId] of ids.entries()) {
      const saved = await save(i === 3 ? 'ben' : 'ada', { imageId: images[i], sessionId, activeSeconds: told[i] });
      expect(saved.annotation!.timing, String(i)).toBe('MEASURED');
    }
  });

  it('knows that several people may come in without a name, or by the token of the server', async () => {
    for (const shared of [localPrincipal, bootstrapPrincipal]) {
      for (let i = 0; i < 2; i += 1) {
        const id = Buffer.from(await addImage(), 'base64url')
          .toString()
          .split(':')[1]!;
        const work = { imageId: id, kind: 'BOX', purpose: 'LABEL' } as const;
        const { id: sessionId } = await server.services.labelSessions.open(everything, shared, work);
        await shift(encodeGlobalId('LabelSession', sessionId), 20);
        const label = { imageId: id, expectedRevision: 0, boxes, by: shared, sessionId, activeSeconds: 15 };
        const { annotation } = await server.services.annotations.saveBoxes(everything, label);
        expect(annotation.timing).toBe('MEASURED');
      }
    }
  });

  it('is not asked about seconds without a session: they are as told', async () => {
    expect((await save('ada', { activeSeconds: 4 })).annotation!.timing).toBe('STATED');
    expect((await save('ada', { expectedRevision: 1 })).annotation!.timing).toBeNull();
    expect(places(await save('ada', { expectedRevision: 2, loadSeconds: 1 }))).toEqual([
      'BAD_USER_INPUT input.loadSeconds',
    ]);
  });

  it('goes on when a save is refused', async () => {
    await save('ben', {});
    const sessionId = await opened('ada', 20);
    expect(places(await save('ada', { sessionId, activeSeconds: 9 }))).toEqual(['CONFLICT input.expectedRevision']);
    expect(await sessionOf(sessionId)).toMatchObject({ outcome: null, timing: null });
    const saved = await save('ada', { sessionId, expectedRevision: 1, activeSeconds: 9 });
    expect(saved.annotation!.timing).toBe('MEASURED');
  });

  it('knows sessions of their own people, images and kinds, that nobody ended', async () => {
    const sessionId = await opened('ada', 20);
    expect(places(await save('ben', { sessionId }))).toEqual(['NOT_FOUND input.sessionId']);
    expect(places(await save('ada', { sessionId, imageId: await addImage() }))).toEqual([
      'BAD_USER_INPUT input.sessionId',
    ]);
    const ofBlocks = await opened('ada', 20, { kind: 'BLOCK' });
    expect(places(await save('ada', { sessionId: ofBlocks }))).toEqual(['BAD_USER_INPUT input.sessionId']);
    await save('ada', { sessionId });
    const again = await save('ada', { sessionId, expectedRevision: 1 });
    expect(places(again)).toEqual(['CONFLICT input.sessionId']);
    expect(again.userErrors[0]!.message).toContain('closed as SAVED');
    expect(places(await session('ada', 'keep', { sessionId, activeSeconds: 1 }))).toEqual(['CONFLICT input.sessionId']);
    expect(places(await session('vera', 'open', { imageId, kind: 'BOX' }))).toEqual(['FORBIDDEN input.imageId']);
  });

  it('refuses measurements that are none', async () => {
    const sessionId = await opened('ada', 20);
    const measurement = { method: '', gapSeconds: 0, gaps: [1, -1] };
    expect(places(await save('ada', { sessionId, activeSeconds: -1, measurement }))).toEqual([
      'BAD_USER_INPUT input.activeSeconds',
      'TEXT_INVALID input.measurement.method',
      'BAD_USER_INPUT input.measurement.gapSeconds',
      'BAD_USER_INPUT input.measurement.gaps.1',
    ]);
  });
});

describe('lost seconds', () => {
  it('are those of sessions that were given up or have expired', async () => {
    await session('ada', 'close', { sessionId: await opened('ada', 20), activeSeconds: 7 });
    const left = await opened('ben', 300);
    await session('ben', 'keep', { sessionId: left, activeSeconds: 30 });
    expect((await budget()).lostSeconds).toBe(7);
    await shift(left, 121, 'seen_at');
    expect(await sessionOf(left)).toMatchObject({ outcome: 'EXPIRED' });
    expect(await budget()).toMatchObject({ images: 0, activeSeconds: 0, lostSeconds: 37, secondsPerImage: null });
    const late = await save('ben', { sessionId: left, activeSeconds: 40 });
    expect(late.annotation!.timing).toBe('MEASURED');
    expect(await budget()).toMatchObject({ activeSeconds: 40, lostSeconds: 7 });
  });

  it('are none where the image needed no label', async () => {
    const sessionId = await opened('ada', 20);
    await session('ada', 'close', { sessionId, activeSeconds: 7, nothingFound: true });
    expect(await sessionOf(sessionId)).toMatchObject({ outcome: 'NOTHING_FOUND', activeSeconds: 7 });
    expect(await budget()).toBeUndefined();
  });

  it('are found again when the draft is taken up', async () => {
    const first = await opened('ada', 100);
    await session('ada', 'close', { sessionId: first, activeSeconds: 30 });
    const second = await opened('ada', 10, { continues: first, activeSeconds: 30 });
    const { annotation } = await save('ada', { sessionId: second, activeSeconds: 39 });
    expect(annotation).toMatchObject({ timing: 'MEASURED', activeSeconds: 39 });
    expect(await budget()).toMatchObject({ activeSeconds: 39, lostSeconds: 0 });
    expect(await sessionOf(first)).toMatchObject({ outcome: 'CONTINUED', activeSeconds: 30 });
    expect(await sessionOf(second)).toMatchObject({ outcome: 'SAVED', activeSeconds: 9 });
    expect(places(await session('ada', 'open', { imageId, kind: 'BOX', continues: first }))).toEqual([
      'CONFLICT input.continues',
    ]);
    const third = await opened('ben', 10);
    expect(places(await session('ada', 'open', { imageId, kind: 'BOX', continues: third }))).toEqual([
      'NOT_FOUND input.continues',
    ]);
  });
});

describe('a budget', () => {
  it('has median and interval beside the mean, and tells suggestions apart', async () => {
    const people = [3, 4, 5, 6, 22];
    for (const seconds of people) {
      const image = await addImage();
      const sessionId = await opened('ada', 60, { imageId: image });
      await save('ada', { imageId: image, sessionId, activeSeconds: seconds });
      await database.dataSource.query('DELETE FROM label_session');
    }
    const found = await budget();
    expect(found).toMatchObject({ measuredImages: 5, secondsPerImage: 8, medianSecondsPerImage: 5, activeSeconds: 40 });
    const { low, high } = found.secondsPerImageInterval!;
    expect([low > 3 && low < 8, high > 8 && high <= 22]).toEqual([true, true]);
    expect(found).toMatchObject({ secondsWithSuggestion: 0, secondsWithoutSuggestion: 40 });
  });

  it('has no interval of one image', async () => {
    await save('ada', { activeSeconds: 4 });
    expect(await budget()).toMatchObject({ medianSecondsPerImage: 4, secondsPerImageInterval: null });
  });
});

describe('assistance', () => {
  it('is kept with the revision, and must name a version that is there', async () => {
    const registry = await new RegistrySetting(database.dataSource, server.services).prepare(
      uuid(),
      [{ filename: 'a.png', label: 'NORMAL' }],
      own,
    );
    const version = await registry.version(uuid());
    const modelVersionId = encodeGlobalId('ModelVersion', version.id);
    const counts = { threshold: 0.4, regionsAccepted: 2, regionsRejected: 1, regionsEdited: 1, shownSeconds: 3.5 };
    const { annotation } = await save('ada', { activeSeconds: 6, assistance: { modelVersionId, ...counts } });
    const query = `query($id: ID!) { node(id: $id) { ... on BoxAnnotation { assistance { modelVersion { id } threshold
      regionsAccepted regionsRejected regionsEdited shownSeconds } } } }`;
    const read = await ask<{ node: { assistance: object } }>('ada', query, { id: annotation!.id });
    expect(read.node.assistance).toEqual({ modelVersion: { id: modelVersionId }, ...counts });
    expect(await budget()).toMatchObject({ secondsWithSuggestion: 6, secondsWithoutSuggestion: 0 });
    const gone = encodeGlobalId('ModelVersion', uuid());
    const wrong = { ...counts, regionsEdited: 3, threshold: -1 };
    expect(places(await save('ada', { expectedRevision: 1, assistance: { modelVersionId: gone, ...counts } }))).toEqual(
      ['NOT_FOUND input.assistance.modelVersionId'],
    );
    expect(places(await save('ada', { expectedRevision: 1, assistance: { modelVersionId, ...wrong } }))).toEqual([
      'BAD_USER_INPUT input.assistance.threshold',
      'BAD_USER_INPUT input.assistance.regionsEdited',
    ]);
  });
});

describe('claims', () => {
  it('tell who has an image open until they are heard of no more', async () => {
    const other = await addImage();
    const sessionId = await opened('ada', 5);
    const query = `query($id: ID!, $claimed: Boolean) { node(id: $id) { ... on Dataset {
      images(filter: { claimed: $claimed }) { nodes { id claims { holder isMine kind purpose } } } } } }`;
    const read = async (claimed?: boolean) => {
      const id = encodeGlobalId('Dataset', datasetId);
      interface Images {
        node: { images: { nodes: { id: string; claims: object[] }[] } };
      }
      return (await ask<Images>('ben', query, { id, claimed })).node.images.nodes;
    };
    const claims = [{ holder: 'ada', isMine: false, kind: 'BOX', purpose: 'LABEL' }];
    expect(await read()).toEqual([
      { id: imageId, claims },
      { id: other, claims: [] },
    ]);
    expect((await read(true)).map(({ id }) => id)).toEqual([imageId]);
    expect((await read(false)).map(({ id }) => id)).toEqual([other]);
    await shift(sessionId, 121, 'seen_at');
    expect(await read(true)).toEqual([]);
    await session('ada', 'keep', { sessionId, activeSeconds: 1 });
    expect(await read(true)).toHaveLength(1);
    await save('ada', { sessionId, activeSeconds: 2 });
    expect(await read(true)).toEqual([]);
  });
});

describe('taking a label away', () => {
  const annotations = `query($id: ID!) { node(id: $id) { ... on Image { annotations { revision }
    annotationHistory { nodes { revision removed } } dataset { annotationBudget { images }
    with: images(filter: { annotatedWith: BOX }) { totalCount } without: images(filter: { notAnnotatedWith: BOX }) { totalCount } } } } }`;

  it('is a revision of its own, behind which the image has none', async () => {
    await save('ada', {});
    const { annotation } = await remove('ada', { expectedRevision: 1, activeSeconds: 2 });
    expect(annotation).toMatchObject({ revision: 2, removed: true });
    expect((await ask<{ node: object }>('ada', annotations, { id: imageId })).node).toEqual({
      annotations: [],
      annotationHistory: {
        nodes: [
          { revision: 2, removed: true },
          { revision: 1, removed: false },
        ],
      },
      dataset: { annotationBudget: [{ images: 0 }], with: { totalCount: 0 }, without: { totalCount: 1 } },
    });
    const snapshot = await server.services.snapshots.create(everything, { datasetId });
    const [frozen] = await server.services.snapshotImages.find(everything, snapshot.id, {});
    expect(frozen!.annotations).toEqual({});
    const outcome = await server.services.derivations.derive(everything, { datasetId, from: 'BOX', to: 'BLOCK' });
    expect(outcome).toMatchObject({ derived: 0, skipped: 0 });
  });

  it('is followed by a label of whoever saw none, and tells others what happened', async () => {
    await save('ada', {});
    await remove('ada', { expectedRevision: 1 });
    const late = await save('ben', { expectedRevision: 1 });
    expect(places(late)).toEqual(['CONFLICT input.expectedRevision']);
    expect(late.userErrors[0]!.message).toContain('revision 2 took it away');
    expect(late.current).toEqual({ revision: 2, removed: true });
    expect(places(await remove('ben', { expectedRevision: 2 }))).toEqual(['NOT_FOUND input.kind']);
    expect((await save('ben', { expectedRevision: 0 })).annotation).toMatchObject({ revision: 3, removed: false });
  });
});
