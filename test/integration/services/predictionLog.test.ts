import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { LoggedPredictionEntity, type ModelVersionEntity } from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import {
  PredictionLogWriter,
  type NewLoggedPrediction,
} from '../../../src/services/prediction-log/predictionLogWriter.js';
import { takeNumbers } from '../../../src/services/prediction-log/storeLogged.js';
import { predictionLogRetention } from '../../../src/services/prediction-log/logRetention.js';
import { isSampled } from '../../../src/services/prediction-log/sampling.js';
import type { LoggedPredictionFilter } from '../../../src/services/prediction-log.service.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let version: ModelVersionEntity;
let projectId = '';
let datasetId = '';
let snapshotId = '';
beforeAll(async () => {
  installation = await Installation.open(database.url);
  snapshotId = await installation.snapshot('tiles');
  version = await installation.trained({ snapshotId, modelName: 'tiles', detector: { id: 'patchcore' } });
  const [dataset] = (await installation.services.datasets.page(everything, {})).nodes;
  [projectId, datasetId] = [dataset!.projectId, dataset!.id];
}, 120_000);
afterAll(() => installation.stop());
beforeEach(async () => {
  await installation.services.predictionLog.flush();
  await database.dataSource.query('DELETE FROM logged_prediction');
  await database.dataSource.query('DELETE FROM logged_pictures');
  await installation.services.predictionLog.setPolicy(everything, projectId, usual);
});

const usual = {
  isOn: true,
  retentionDays: 30,
  mostPredictions: 1_000,
  nearThreshold: 0.2,
  otherShare: 0,
  picturesPerDay: 0,
};

function setPolicy(change: Partial<typeof usual>) {
  return installation.services.predictionLog.setPolicy(everything, projectId, change);
}

async function logged(filter: LoggedPredictionFilter = {}) {
  await installation.services.predictionLog.flush();
  return (await installation.services.predictionLog.page(everything, projectId, filter, {})).nodes;
}

async function ask(asker: { station?: string; partId?: string } = {}, isDefective = false, withMap = false) {
  const bytes = await encodePng(surface(7, isDefective));
  return installation.services.predictions.predictSent(everything, {
    modelVersionId: version.id,
    bytes,
    withMap,
    ...asker,
  });
}

/** Rows as the writer takes them. */
function row(change: Partial<NewLoggedPrediction> = {}): NewLoggedPrediction {
  return {
    ...{
      projectId,
      modelVersionId: version.id,
      model: 'tiles',
      version: 1,
      source: 'HTTP',
      station: null,
      partId: null,
    },
    ...{ filename: null, anomalyScore: 1, isAnomalous: false, imageThreshold: 2, pixelThreshold: 1, regions: [] },
    ...{ latencySeconds: 0.1, ...change },
  };
}

describe('a prediction that must be stored before it is answered', () => {
  it('is not stored, and has no number, when its time was over while the database made it wait', async () => {
    const writer = new PredictionLogWriter(database.dataSource, installation.runtime.blobs);
    const holder = database.dataSource.createQueryRunner();
    const late = new AbortController();
    let storing: Promise<unknown>;
    try {
      await holder.startTransaction();
      // The head of the project is locked: whoever stores waits.
      const before = await takeNumbers(holder.manager, projectId, 0);
      storing = writer.storeNow(row(), undefined, late.signal).catch((error: unknown) => error);
      const waits = () =>
        database.dataSource.query<{ count: number }[]>(
          `SELECT count(*)::integer AS count FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%logged_prediction_head%'`,
        );
      await expect.poll(waits, { interval: 20, timeout: 30_000 }).toEqual([{ count: 1 }]);
      late.abort(new Error('no verdict in time'));
      await holder.commitTransaction();
      expect(await storing).toEqual(new Error('no verdict in time'));
      expect(await takeNumbers(database.dataSource.manager, projectId, 0)).toBe(before);
    } finally {
      await holder.release();
    }
    expect(await logged()).toEqual([]);
    expect(await writer.storeNow(row(), undefined, new AbortController().signal)).toMatchObject({ isRepeated: false });
  });
});

describe('what is logged', () => {
  it('is every single prediction with who asked, what was said and how long it took, and no picture unless the project wants some', async () => {
    const answer = await ask({ station: 'line 3', partId: 'A-17' }, true);
    expect(answer).not.toHaveProperty('anomalyMap');
    expect(answer).not.toHaveProperty('isSampled');
    const [entry, ...others] = await logged();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      ...{ source: 'HTTP', station: 'line 3', partId: 'A-17', model: 'tiles', version: version.version },
      ...{ modelVersionId: version.id, anomalyScore: answer.anomalyScore, isAnomalous: answer.isAnomalous },
      ...{ regions: answer.regions, imageSha256: null, anomalyMapSha256: null },
    });
    expect(entry!.latencySeconds).toBeGreaterThanOrEqual(answer.seconds);
  });

  it('holds image and map of a sampled one, and the answer stays as it was', async () => {
    await setPolicy({ picturesPerDay: 10, otherShare: 1 });
    const answer = await ask({}, true);
    expect(answer).not.toHaveProperty('anomalyMap');
    await ask({}, true, true);
    for (const { imageSha256, anomalyMapSha256, anomalyMapScale } of await logged()) {
      expect((await installation.runtime.blobs.read(imageSha256!)).equals(await encodePng(surface(7, true)))).toBe(
        true,
      );
      expect((await installation.runtime.blobs.read(anomalyMapSha256!)).subarray(1, 4).toString()).toBe('PNG');
      expect(anomalyMapScale).toBeGreaterThan(0);
    }
  });

  it('is what predictions of data sets said, once each, as soon as they have completed', async () => {
    await setPolicy({ picturesPerDay: 1, otherShare: 1 });
    const { jobId } = await installation.services.datasetPredictions.start(everything, {
      modelVersionId: version.id,
      snapshotId,
    });
    expect((await installation.ended(jobId)).job.state).toBe('COMPLETED');
    const entries = await logged();
    expect(entries).toHaveLength(5);
    expect(entries.map(({ bankDistance }) => bankDistance)).toEqual(entries.map(() => null));
    expect(entries.every(({ source, filename, imageSha256 }) => source === 'DATASET' && filename && imageSha256)).toBe(
      true,
    );
  });

  it('is nothing where the project wants nothing, and stations that are no names are refused', async () => {
    await expect(ask({ station: ' ' })).rejects.toMatchObject({
      problems: [{ code: 'TEXT_INVALID', field: ['station'] }],
    });
    await setPolicy({ isOn: false });
    await ask();
    expect(await logged()).toEqual([]);
  });
});

describe('pictures', () => {
  it.each([
    [1.0, 1, false, true],
    [0.8, 1, false, true],
    [1.21, 1, false, false],
    [5, 1, true, true],
    [0.0, 0, false, false],
    [1, null, false, false],
  ])('of score %s at threshold %s, drawn: %s, are kept: %s', (score, threshold, isDrawn, expected) => {
    expect(isSampled({ nearThreshold: 0.2000001, isDrawn }, score, threshold)).toBe(expected);
  });

  it('are never more than the quota of the day, whoever writes at the same time', async () => {
    await setPolicy({ picturesPerDay: 7 });
    const { blobs } = installation.runtime;
    const writers = Array.from({ length: 3 }, () => new PredictionLogWriter(database.dataSource, blobs));
    for (const [i, writer] of writers.entries()) {
      for (let n = 0; n < 5; n++) {
        writer.add(row(), { image: Buffer.from(`${i} ${n}`), anomalyMap: Buffer.from('map'), anomalyMapScale: 1 });
      }
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    expect(await logged()).toHaveLength(15);
    expect(await logged({ hasPictures: true })).toHaveLength(7);
  });
});

describe('the writer', () => {
  it('writes later what the database does not take now, once', async () => {
    const { blobs } = installation.runtime;
    const writer = new PredictionLogWriter(database.dataSource, blobs);
    await database.dataSource.query('ALTER TABLE logged_prediction RENAME TO away');
    writer.add(row({ station: 'a' }));
    await writer.flush();
    await database.dataSource.query('ALTER TABLE away RENAME TO logged_prediction');
    writer.add(row({ station: 'b' }));
    await writer.stop();
    expect((await logged()).map(({ station }) => station).sort()).toEqual(['a', 'b']);
  });

  it('loses neither a prediction whose version was deleted meanwhile nor those beside one of a deleted project', async () => {
    const writer = new PredictionLogWriter(database.dataSource, installation.runtime.blobs);
    writer.add(row({ modelVersionId: uuid(), station: 'orphan' }));
    writer.add(row({ projectId: uuid() }));
    await writer.stop();
    expect(await logged()).toMatchObject([{ station: 'orphan', modelVersionId: null }]);
  });
});

it('filters and pages, newest first', async () => {
  const writer = new PredictionLogWriter(database.dataSource, installation.runtime.blobs);
  for (let i = 0; i < 6; i++) {
    writer.add(row({ station: `s${i % 2}`, partId: `p${i}`, anomalyScore: i, isAnomalous: i >= 2 }));
  }
  await writer.stop();
  const parts = async (filter: LoggedPredictionFilter) => (await logged(filter)).map(({ partId }) => partId);
  expect(await parts({})).toEqual(['p5', 'p4', 'p3', 'p2', 'p1', 'p0']);
  expect(await parts({ station: 's1', isAnomalous: true })).toEqual(['p5', 'p3']);
  expect(await parts({ partId: 'p4' })).toEqual(['p4']);
  expect(await parts({ scoreFrom: 1, scoreTo: 3 })).toEqual(['p2', 'p1']);
  expect(await parts({ modelVersionId: uuid() })).toEqual([]);
  expect(await parts({ from: new Date(Date.now() + 60_000) })).toEqual([]);
  const { page } = installation.services.predictionLog;
  const read = page.bind(installation.services.predictionLog);
  const first = await read(everything, projectId, { station: 's0' }, { first: 2 });
  const rest = await read(everything, projectId, { station: 's0' }, { first: 2, after: first.cursors[1]! });
  expect([...first.nodes, ...rest.nodes].map(({ partId }) => partId)).toEqual(['p4', 'p2', 'p0']);
  await expect(read(everything, uuid(), {}, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('goes by age and by number, oldest first', async () => {
  const writer = new PredictionLogWriter(database.dataSource, installation.runtime.blobs);
  for (let i = 0; i < 6; i++) writer.add(row({ partId: `p${i}` }));
  await writer.stop();
  await database.dataSource.query(`UPDATE logged_prediction SET at = now() - interval '31 days' WHERE part_id = 'p3'`);
  expect(await predictionLogRetention(database.dataSource).now()).toBe(1);
  await setPolicy({ mostPredictions: 2 });
  expect(await predictionLogRetention(database.dataSource).now()).toBe(3);
  expect((await logged()).map(({ partId }) => partId)).toEqual(['p5', 'p4']);
});

it.each([
  [{ retentionDays: 0 }],
  [{ retentionDays: 1.5 }],
  [{ otherShare: 1.01 }],
  [{ nearThreshold: -0.1 }],
  [{ picturesPerDay: Number.NaN }],
])('refuses the policy %j, and changes nothing', async (change) => {
  await expect(setPolicy(change)).rejects.toMatchObject({ problems: [{ code: 'BAD_USER_INPUT' }] });
  expect(await installation.services.predictionLog.policiesOf([projectId])).toMatchObject([usual]);
});

describe('feedback', () => {
  async function one(change: Partial<NewLoggedPrediction> = {}, picture?: Buffer): Promise<string> {
    const writer = new PredictionLogWriter(database.dataSource, installation.runtime.blobs);
    await setPolicy({ picturesPerDay: 100 });
    const map = Buffer.from('map');
    writer.add(row(change), picture && { image: picture, anomalyMap: map, anomalyMapScale: 1 });
    await writer.stop();
    return (await logged())[0]!.id;
  }
  const give = (predictionId: string, verdict: 'RIGHT' | 'FALSE_ALARM' | 'MISSED', note?: string) =>
    installation.services.feedback.give(everything, { predictionId, verdict, note, author: 'Ada' });
  const add = (predictionId: string, change: { datasetId?: string; filename?: string } = {}) =>
    installation.services.feedback.addToDataset(everything, { predictionId, datasetId, split: 'TRAIN', ...change });

  it('is the last word, told in the log of changes; a false alarm needs an alarm, and a miss none', async () => {
    const alarm = await one({ isAnomalous: true });
    await give(alarm, 'RIGHT');
    const { feedback } = await give(alarm, 'FALSE_ALARM', 'oil');
    expect(feedback).toMatchObject({ verdict: 'FALSE_ALARM', note: 'oil', author: 'Ada' });
    expect(await logged({ verdict: 'FALSE_ALARM', hasFeedback: true })).toHaveLength(1);
    expect(await logged({ hasFeedback: false })).toEqual([]);
    await expect(give(alarm, 'MISSED')).rejects.toMatchObject({ problems: [{ code: 'BAD_USER_INPUT' }] });
    const quiet = await one();
    await expect(give(quiet, 'FALSE_ALARM')).rejects.toMatchObject({ problems: [{ code: 'BAD_USER_INPUT' }] });
    await give(quiet, 'MISSED');
    await expect(give(uuid(), 'RIGHT')).rejects.toMatchObject({ problems: [{ code: 'NOT_FOUND' }] });
    const long = 'x'.repeat(1_001);
    await expect(give(quiet, 'MISSED', long)).rejects.toMatchObject({ problems: [{ code: 'TEXT_INVALID' }] });
    const changes = await installation.services.projectChanges.page(everything, projectId, ['FEEDBACK_GIVEN'], {
      last: 2,
    });
    expect(changes.nodes).toMatchObject([
      { ids: [alarm], verdict: 'FALSE_ALARM' },
      { ids: [quiet], verdict: 'MISSED' },
    ]);
  });

  it('becomes an image with its label, its regions as a draft and where it comes from; done again, the same image', async () => {
    const region = { box: { x: 50, y: 40, width: 20, height: 8 }, score: 3, pixels: 90 };
    const picture = await encodePng(surface(31, true));
    const id = await one({ isAnomalous: true, regions: [region], partId: 'A-1', anomalyScore: 3 }, picture);
    await give(id, 'RIGHT');
    const image = await add(id);
    expect(image).toMatchObject({
      ...{ filename: `feedback/${id}.png`, label: 'ANOMALOUS', split: 'TRAIN', width: 64, height: 64 },
      origin: { predictionId: id, model: 'tiles', partId: 'A-1', anomalyScore: 3, verdict: 'RIGHT' },
    });
    const labels = await installation.services.annotations.newestOfImages(everything, [image.id]);
    // The part of the box that lies on the image.
    const boxes = [{ x: 50, y: 40, width: 14, height: 8 }];
    expect(labels).toMatchObject([{ kind: 'BOX', source: 'PREDICTED', author: null, revision: 1, payload: { boxes } }]);
    expect((await add(id)).id).toBe(image.id);
    const taken = await one({}, await encodePng(surface(33)));
    await expect(add(taken, { filename: image.filename })).rejects.toMatchObject({
      problems: [{ code: 'NAME_TAKEN' }],
    });
    await expect(add(taken, { filename: '../x.png' })).rejects.toMatchObject({
      problems: [{ code: 'FILENAME_INVALID' }],
    });
    expect(await add(taken)).toMatchObject({ label: 'UNLABELLED' });
  });

  it('of a false alarm is a normal image without labels', async () => {
    const region = { box: { x: 5, y: 4, width: 20, height: 8 }, score: 3, pixels: 90 };
    const id = await one({ isAnomalous: true, regions: [region] }, await encodePng(surface(35)));
    await give(id, 'FALSE_ALARM');
    const image = await add(id);
    expect(image.label).toBe('NORMAL');
    expect(await installation.services.annotations.newestOfImages(everything, [image.id])).toEqual([]);
  });

  it('needs a picture, and a data set of the same project', async () => {
    const id = await one();
    const project = await installation.services.projects.create({ name: uuid() });
    const other = await installation.services.datasets.create(everything, { name: 'x', projectId: project.id });
    await expect(add(id, { datasetId: other.id })).rejects.toMatchObject({
      problems: [{ code: 'IMAGE_MISSING' }, { code: 'BAD_USER_INPUT', field: ['input', 'datasetId'] }],
    });
    expect(await database.dataSource.getRepository(LoggedPredictionEntity).countBy({ id })).toBe(1);
  });
});
