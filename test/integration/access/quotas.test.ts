import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { refusedByLimit } from '../../../src/access/refusedByLimit.js';
import { ImageEntity, JobEntity, UploadEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { collectStorage } from '../../../src/services/storage/collectStorage.js';
import type { QuotaChange } from '../../../src/services/quotas.service.js';
import { FaultError, ProblemError } from '../../../src/shared/errors.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { picture } from '../../unit/files/imageBytes.js';
import { RegistrySetting } from '../graphql/registrySetting.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
let people: KnownPeople;
let [projectId, datasetId] = ['', ''];
beforeAll(async () => {
  people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
});
afterAll(() => server.stop());
beforeEach(async () => {
  projectId = (await server.services.projects.create({ name: uuid() })).id;
  datasetId = (await server.services.datasets.create(everything, { name: 'parts', projectId })).id;
});

const allow = (quotas: QuotaChange) => server.services.quotas.set(everything, projectId, quotas);
const usage = async () => (await server.services.quotas.usageOfProjects([projectId]))[0]!;

/** Announces bytes. */
const announce = (bytes: number, sha256 = digest(uuid())) =>
  server.services.uploads.create(everything, {
    ...{ filename: `${uuid()}.png`, bytes, sha256, contentType: 'image/png', projectId },
  });

/** Uploads a picture of its own. */
async function uploaded(): Promise<UploadEntity> {
  const content = await picture(16 + Math.floor(Math.random() * 200), 16 + Math.floor(Math.random() * 200))
    .png()
    .toBuffer();
  const upload = await announce(content.length, digest(content));
  return server.services.uploads.receive(everything, upload.id, [content] as never);
}

const add = (uploads: readonly UploadEntity[]) =>
  server.services.images.add(everything, {
    datasetId,
    images: uploads.map(({ id }) => ({ uploadId: id, split: 'TRAIN', label: 'NORMAL' })),
  });

function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What was done, or the code and message that it was refused with. */
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof ProblemError) return error.problems.map(({ code, item }) => `${code} ${item}`).join();
      if (error instanceof FaultError) return error.code;
      throw error;
    },
  );

describe('setProjectQuotas', () => {
  const mutation = `mutation ($input: SetProjectQuotasInput!) { setProjectQuotas(input: $input) {
    project { quotas { bytes images predictionsPerMinute trainingMinutes } usage { images } } userErrors { code field } } }`;
  const set = async (who: string, input: object) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...from(who) },
      body: JSON.stringify({
        query: mutation,
        variables: { input: { projectId: encodeGlobalId('Project', projectId), ...input } },
      }),
    });
    return response.json() as Promise<{ data: { setProjectQuotas: unknown } | null }>;
  };

  it('is for administrators alone, not for owners; what is left out stays, and null takes a quota away', async () => {
    await people.person('owner', { [projectId]: 'OWNER' });
    people.add({ ...(await people.person('chief', {})), isAdmin: true });
    expect(await set('owner', { images: 5 })).toMatchObject({
      data: { setProjectQuotas: { project: null, userErrors: [{ code: 'FORBIDDEN' }] } },
    });
    await set('chief', { images: 5, bytes: 2 ** 40, trainingMinutes: 0 });
    expect(await set('chief', { images: null })).toMatchObject({
      data: {
        setProjectQuotas: {
          project: {
            quotas: { bytes: 2 ** 40, images: null, predictionsPerMinute: null, trainingMinutes: 0 },
            usage: { images: 0 },
          },
        },
      },
    });
    const [line] = await database.dataSource.query<{ details: object }[]>(
      `SELECT details FROM audit_event WHERE project_id = $1 AND action = 'setProjectQuotas' AND outcome = 'DONE' ORDER BY seq DESC`,
      [projectId],
    );
    expect(line!.details).toMatchObject({ before: { images: 5, bytes: 2 ** 40 } });
  });

  it.each([
    ['bytes', -1],
    ['bytes', 1.5],
    ['bytes', 2 ** 53],
    ['bytes', NaN],
    ['images', -5],
    ['images', 2 ** 31],
    ['predictionsPerMinute', Infinity],
    ['trainingMinutes', 0.1],
  ])('takes no %s of %s, and says what it may be', async (name, value) => {
    const error: unknown = await allow({ [name]: value }).catch((caught: unknown) => caught);
    expect((error as ProblemError).problems).toMatchObject([{ code: 'BAD_USER_INPUT', field: ['input', name] }]);
    expect((await server.services.quotas.ofProjects([projectId]))[0]![name as 'bytes']).toBeNull();
  });
});

describe('bytes', () => {
  it('of two uploads at once that fit one by one, one is let in', async () => {
    await allow({ bytes: 1000 });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(announce(600))));
    expect(outcomes.sort()).toEqual([...Array<string>(7).fill('QUOTA_EXCEEDED bytes'), 'done']);
    expect(await database.dataSource.manager.countBy(UploadEntity, { projectId })).toBe(1);
    expect((await usage()).bytes).toBe(600);
    await expect(announce(600)).rejects.toThrow('the bytes of files of the project would be 1200; its quota is 1000');
  });

  it('count once however often they are announced, and no more when they have not come in time', async () => {
    await allow({ bytes: 1000 });
    const { sha256 } = await announce(600);
    expect(await outcome(announce(600, sha256))).toBe('done');
    expect(await outcome(announce(601, sha256)), 'a lie about the size').toBe('QUOTA_EXCEEDED bytes');
    await database.dataSource.manager.update(UploadEntity, { projectId }, { expiresAt: new Date(0) });
    expect(await outcome(announce(600))).toBe('done');
  });

  it('that take longer to arrive than their place stays open are not let in beside others', async () => {
    await allow({ bytes: 1000 });
    const content = Buffer.alloc(600, 'x');
    const slow = await announce(600, digest(content));
    const pieces = async function* () {
      yield content.subarray(0, 300);
      await database.dataSource.manager.update(UploadEntity, { id: slow.id }, { expiresAt: new Date(0) });
      await announce(600);
      yield content.subarray(300);
    };
    const { uploads } = server.services;
    expect(await outcome(uploads.receive(everything, slow.id, pieces()))).toBe('QUOTA_EXCEEDED bytes');
    const kept = await database.dataSource.manager.findOneBy(UploadEntity, { id: slow.id });
    expect(kept!.completedAt).toBeNull();
  });

  it('of a project without a quota, and of another one, are nobody’s matter', async () => {
    await allow({ bytes: 10 });
    const { id: another } = await server.services.projects.create({ name: uuid() });
    const free = { filename: 'x.png', bytes: 5e6, sha256: digest('x'), contentType: 'image/png', projectId: another };
    expect(await outcome(server.services.uploads.create(everything, free))).toBe('done');
    // What was announced there cannot be carried over here.
    const content = await picture().png().toBuffer();
    const upload = await server.services.uploads.create(everything, {
      ...{ ...free, bytes: content.length, sha256: digest(content) },
    });
    await server.services.uploads.receive(everything, upload.id, [content] as never);
    expect(await outcome(add([upload]))).toBe('QUOTA_EXCEEDED bytes');
    expect(await database.dataSource.manager.findOneBy(UploadEntity, { id: upload.id })).toMatchObject({
      projectId: another,
      datasetId: null,
    });
  });

  it('are not free again before the files are: deleting images and adding them again fills no disk', async () => {
    const upload = await uploaded();
    const [image] = await add([upload]);
    await allow({ bytes: upload.bytes + 10 });
    await server.services.images.remove(everything, [image!.id]);
    expect((await usage()).bytes).toBe(upload.bytes);
    expect(await outcome(announce(11))).toBe('QUOTA_EXCEEDED bytes');
    await collectStorage(
      { dataSource: database.dataSource, blobs: server.blobs },
      { before: new Date(Date.now() + 60_000) },
    );
    expect((await usage()).bytes).toBe(0);
    expect(await outcome(announce(11))).toBe('done');
  });
});

describe('images', () => {
  it('of two calls at once that fit one by one, one adds its images and the other none', async () => {
    await allow({ images: 3 });
    const [first, second] = [
      [await uploaded(), await uploaded()],
      [await uploaded(), await uploaded()],
    ];
    const before = refusedByLimit.get('quota images') ?? 0;
    expect((await Promise.all([outcome(add(first)), outcome(add(second))])).sort()).toEqual([
      'QUOTA_EXCEEDED images',
      'done',
    ]);
    expect(await database.dataSource.manager.countBy(ImageEntity, { datasetId })).toBe(2);
    expect(refusedByLimit.get('quota images')).toBe(before + 1);
  });

  it('are free again when they are deleted, but for those that a snapshot holds', async () => {
    const [held, free] = await add([await uploaded(), await uploaded()]);
    await allow({ images: 2 });
    await server.services.images.remove(everything, [free!.id]);
    await add([await uploaded()]);
    await server.services.snapshots.create(everything, { datasetId });
    await server.services.images.remove(everything, [held!.id]);
    expect((await usage()).images).toBe(2);
    expect(await outcome(add([await uploaded()]))).toBe('QUOTA_EXCEEDED images');
  });

  it('beyond a quota that is set later stay, and can be changed and deleted', async () => {
    const images = await add([await uploaded(), await uploaded()]);
    await allow({ images: 0, bytes: 0 });
    const ids = images.map(({ id }) => id);
    expect(await outcome(server.services.images.update(everything, { ids, split: 'TEST' }))).toBe('done');
    expect(await outcome(server.services.images.remove(everything, ids))).toBe('done');
  });
});

describe('predictions a minute', () => {
  const ask = () => server.services.quotas.countPrediction(projectId);

  it('are counted exactly, however many come at once', async () => {
    await allow({ predictionsPerMinute: 5 });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(ask())));
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(5);
    expect((await usage()).predictionsPerMinute).toBe(5);
    await allow({ predictionsPerMinute: 6 });
    expect(await outcome(ask())).toBe('done');
  });

  it('of the minute before count as far as they lie within the last 60 seconds', async () => {
    await allow({ predictionsPerMinute: 10 });
    const { manager } = database.dataSource;
    const counted = (count: number, ago: string) =>
      manager.query(
        `INSERT INTO prediction_count VALUES ($1, date_trunc('minute', now()) - $3::interval, $2, 0)
         ON CONFLICT (project_id) DO UPDATE SET minute = excluded.minute, count = excluded.count, before = 0`,
        [projectId, count, ago],
      );
    await counted(1_000_000_000, '1 minute');
    const error: unknown = await ask().catch((caught: unknown) => caught);
    const { details } = error as FaultError;
    expect(details).toMatchObject({ limit: 'predictionsPerMinute', quota: 10 });
    expect(details['retryAfterSeconds']).toBeGreaterThan(0);
    expect(details['retryAfterSeconds']).toBeLessThanOrEqual(60);
    await counted(1_000_000_000, '3 minutes');
    expect(await outcome(ask())).toBe('done');
  });

  it('are refused over HTTP with 429 and a time to come again, before anything is computed', async () => {
    const setting = await new RegistrySetting(database.dataSource, server.services).prepare('plates', [], projectId);
    const { version } = await setting.version(`plates ${projectId}`);
    await people.person(`eng-${projectId}`, { [projectId]: 'ENGINEER' });
    await allow({ predictionsPerMinute: 1 });
    await ask();
    const post = () =>
      fetch(`${server.url}/v1/models/plates%20${projectId}/${version}/predict`, {
        ...{ method: 'POST', headers: { 'content-type': 'image/png', ...from(`eng-${projectId}`) }, body: 'no image' },
      });
    const response = await post();
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'QUOTA_EXCEEDED', limit: 'predictionsPerMinute', quota: 1, used: 1 } }],
    });
    await allow({ predictionsPerMinute: 0 });
    const never = await post();
    expect([never.status, never.headers.get('retry-after')]).toEqual([429, null]);
    await allow({ predictionsPerMinute: null });
    expect((await post()).status, 'no image').toBe(400);
  });
});

describe('training minutes', () => {
  /** A training of that many minutes that has just ended. */
  const trained = async (minutes: number, endedDaysAgo = 0) => {
    const id = uuid();
    const finishedAt = new Date(Date.now() - endedDaysAgo * 86_400_000);
    const startedAt = new Date(finishedAt.getTime() - minutes * 60_000);
    await database.dataSource.manager.insert(JobEntity, {
      ...{ id, projectId, kind: 'TRAINING', state: 'FAILED', startedAt, finishedAt },
    });
    return id;
  };
  const look = () => outcome(server.services.quotas.requireTrainingTime(projectId));

  it('are those of 30 days, and deleting a training does not give its minutes back', async () => {
    await allow({ trainingMinutes: 10 });
    await trained(500, 31);
    await trained(4);
    expect(await look()).toBe('done');
    const id = await trained(7);
    expect(await look()).toBe('QUOTA_EXCEEDED trainingMinutes');
    await server.services.jobs.remove(everything, id);
    expect((await usage()).trainingMinutes).toBeCloseTo(11, 1);
    expect(await look()).toBe('QUOTA_EXCEEDED trainingMinutes');
    await allow({ trainingMinutes: 12 });
    expect(await look()).toBe('done');
  });

  it('of one that is being done count up to now', async () => {
    const startedAt = new Date(Date.now() - 5 * 60_000);
    await database.dataSource.manager.insert(JobEntity, {
      ...{ id: uuid(), projectId, kind: 'TRAINING', state: 'RUNNING', startedAt },
    });
    expect((await usage()).trainingMinutes).toBeCloseTo(5, 1);
  });

  it('go with their project', async () => {
    await server.services.jobs.remove(everything, await trained(3));
    await server.services.datasets.remove(everything, datasetId);
    await trained(3);
    await server.services.projects.remove(everything, projectId);
    const rows = await database.dataSource.query<unknown[]>('SELECT FROM deleted_training WHERE project_id = $1', [
      projectId,
    ]);
    expect(rows).toEqual([]);
  });
});
