import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ImageEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let datasetId: string;
let snapshotId: string;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  const dataset = await server.services.datasets.create(everything, { name: 'screws' });
  const rows = Array.from({ length: 8 }, (_, i) => ({
    ...{ id: uuid(), datasetId: dataset.id, filename: `train/good/${i}.png`, sha256: `${i}`.padStart(64, '0') },
    ...{ bytes: 1, width: 256, height: 256, split: 'TRAIN' as const, label: 'NORMAL' as const },
  }));
  await database.dataSource.manager.insert(ImageEntity, rows);
  datasetId = encodeGlobalId('Dataset', dataset.id);
  snapshotId = encodeGlobalId(
    'Snapshot',
    (await server.services.snapshots.create(everything, { datasetId: dataset.id })).id,
  );
});
afterAll(() => server.stop());

interface Problem {
  code: string;
  field: string[] | null;
  message: string;
}
type Answer<Field extends string> = Record<string, Record<Field, { id: string } | null> & { userErrors: Problem[] }>;

/** @param field the one that is null when there are problems. */
async function mutate<Field extends string>(name: string, field: Field, input: object) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  const selection = field === 'deletedId' ? field : `${field} { __typename }`;
  const query = `mutation($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`;
  const { data, errors } = await ask<Answer<Field>>(server.url, query, { input });
  expect(errors).toEqual([]);
  return { result: data[name]![field], problems: data[name]!.userErrors };
}
const places = (problems: Problem[]) => problems.map(({ code, field }) => `${code} ${field?.join('.')}`).sort();

describe('startTraining', () => {
  const start = (input: object) =>
    mutate('startTraining', 'run', { snapshotId, modelName: 'm', supervision: 'UNSUPERVISED', ...input });

  it('names every problem of its configuration at once, each with its path', async () => {
    const { result, problems } = await start({
      featureExtractor: { name: 'nothing-like-it' },
      detector: { name: 'semirest', params: { steps: 0, learningRate: -1, windowSamplingRatio: 2 } },
    });
    expect(result).toBeNull();
    expect(places(problems)).toEqual([
      'CONFIG_INVALID input.featureExtractor.name',
      'PLUGIN_PARAMS_INVALID input.detector.params.learningRate',
      'PLUGIN_PARAMS_INVALID input.detector.params.steps',
      'PLUGIN_PARAMS_INVALID input.detector.params.windowSamplingRatio',
    ]);
    expect(problems.find(({ field }) => field?.at(-1) === 'steps')!.message).toContain('0');
  });

  it.each([
    ['no step', { steps: 0 }, 'PLUGIN_PARAMS_INVALID', 'steps is 0'],
    ['a billion steps', { steps: 1_000_000_000 }, 'PLUGIN_PARAMS_INVALID', 'steps is 1000000000'],
    ['a negative rate', { learningRate: -1 }, 'PLUGIN_PARAMS_INVALID', 'learningRate is -1'],
    ['a batch of none', { normalImagesPerStep: 0 }, 'CONFIG_INVALID', 'at least 1'],
    [
      'blocks that do not divide it',
      { tokenPatchSize: 3, fineLayers: 0, windowSize: 8, windowStep: 8 },
      'CONFIG_INVALID',
      'must divide the 64 features',
    ],
    ['a parameter that there is not', { depth: 3 }, 'PLUGIN_PARAMS_INVALID', 'depth'],
  ])('refuses %s', async (_name, params, code, text) => {
    const { result, problems } = await start({ detector: { name: 'semirest', params } });
    expect(result).toBeNull();
    const [name] = Object.keys(params);
    expect(places(problems)).toEqual([
      `${code} input.detector.params${code === 'PLUGIN_PARAMS_INVALID' && name === 'depth' ? '' : `.${name}`}`,
    ]);
    expect(problems.map(({ message }) => message).join('\n')).toContain(text);
  });

  it('names a size that does not fit beside values out of range', async () => {
    const { problems } = await start({
      settings: { imageSize: 250, smoothingSigma: -1 },
      detector: { name: 'nothing-like-it' },
    });
    expect(places(problems)).toEqual([
      'CONFIG_INVALID input.detector.name',
      'CONFIG_INVALID input.settings.imageSize',
      'CONFIG_INVALID input.settings.smoothingSigma',
    ]);
  });

  it('refuses boxes that cover every image whole', async () => {
    const { id: boxed } = await server.services.datasets.create(everything, { name: 'boxed' });
    const facts = { datasetId: boxed, bytes: 1, width: 256, height: 256, split: 'TRAIN' as const };
    const images = Array.from({ length: 8 }, (_, i) => ({
      ...{ ...facts, id: uuid(), filename: `${i}.png`, sha256: `boxed ${i}` },
      label: i < 4 ? ('NORMAL' as const) : ('ANOMALOUS' as const),
    }));
    await database.dataSource.manager.insert(ImageEntity, images);
    for (const { id, label } of images) {
      if (label === 'NORMAL') continue;
      const whole = { boxes: [{ x: 0, y: 0, width: 256, height: 256 }] };
      await server.services.annotations.saveBoxes(everything, { imageId: id, expectedRevision: 0, ...whole });
    }
    const snapshot = await server.services.snapshots.create(everything, { datasetId: boxed });
    const { result, problems } = await start({
      snapshotId: encodeGlobalId('Snapshot', snapshot.id),
      supervision: 'SEMI_SUPERVISED',
    });
    expect(result).toBeNull();
    expect(problems).toMatchObject([{ code: 'TRAINING_DATA_INSUFFICIENT', field: ['input', 'snapshotId'] }]);
    expect(problems[0]!.message).toContain('no normal blocks outside boxes');
  });

  it('names an unknown parameter of a plugin', async () => {
    const { problems } = await start({ detector: { name: 'semirest', params: { nothing: 1 } } });
    expect(problems[0]).toMatchObject({ code: 'PLUGIN_PARAMS_INVALID' });
    expect(problems[0]!.field!.slice(0, 3)).toEqual(['input', 'detector', 'params']);
  });

  it('names an unknown preset', async () => {
    expect(places((await start({ preset: 'nothing-like-it' })).problems)).toEqual(['CONFIG_INVALID input.preset']);
  });

  it.each([
    ['of a data set', () => datasetId, 'NOT_FOUND'],
    ['nobody has', () => encodeGlobalId('Snapshot', uuid()), 'NOT_FOUND'],
    ['that is none', () => "1'; DROP TABLE snapshot", 'BAD_USER_INPUT'],
  ])('refuses an id %s as snapshot', async (_name, id, code) => {
    expect(places((await start({ snapshotId: id() })).problems)).toEqual([`${code} input.snapshotId`]);
  });

  it('gives one run for one idempotency key, also when it is sent twenty times at once, and a conflict for another input with it', async () => {
    const query = `mutation($input: StartTrainingInput!) { startTraining(input: $input) { run { id state } userErrors { code field } } }`;
    const input = {
      snapshotId,
      modelName: 'm',
      supervision: 'UNSUPERVISED',
      idempotencyKey: 'once',
      settings: { smoothingSigma: 2 },
    };
    const send = async (changes: object) =>
      (await ask<Answer<'run'>>(server.url, query, { input: { ...input, ...changes } })).data['startTraining']!;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send({})));
    expect(new Set(answers.map(({ run }) => run!.id)).size).toBe(1);
    expect(answers[0]!.run).toMatchObject({ state: 'QUEUED' });
    expect((await send({ settings: { smoothingSigma: 3 } })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });
});

describe('the other mutations', () => {
  const versionId = encodeGlobalId('ModelVersion', uuid());
  it.each([
    ['importDataset', 'import', () => ({ datasetId, format: 'coco-but-wrong', path: '/data' })],
    ['importDataset', 'import', () => ({ datasetId, format: 'mvtec' })],
    ['importDataset', 'import', () => ({ datasetId, format: 'mvtec', path: '/etc' })],
    ['importDataset', 'import', () => ({ datasetId: snapshotId, format: 'mvtec', path: '/data' })],
    ['evaluateModel', 'evaluation', () => ({ modelVersionId: versionId, snapshotId })],
    ['evaluateModel', 'evaluation', () => ({ modelVersionId: snapshotId, snapshotId })],
    ['predict', 'prediction', () => ({ modelVersionId: versionId })],
    ['predict', 'prediction', () => ({ modelVersionId: versionId, imageId: datasetId })],
    ['addImages', 'images', () => ({ datasetId, images: [{ uploadId: snapshotId, split: 'TRAIN', label: 'NORMAL' }] })],
    ['updateImages', 'images', () => ({ ids: [datasetId], label: 'NORMAL' })],
    ['createSnapshot', 'snapshot', () => ({ datasetId: encodeGlobalId('Dataset', uuid()) })],
    ['deleteDataset', 'deletedId', () => ({ id: snapshotId })],
    ['setModelAlias', 'model', () => ({ modelVersionId: versionId, alias: 'champion' })],
    ['createDataset', 'dataset', () => ({ name: 'screws' })],
    ['createProject', 'project', () => ({ name: '' })],
  ])('%s answers bad input with problems under input, not with errors (%#)', async (name, field, input) => {
    const { problems } = await mutate(name, field, input());
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      expect(problem.field?.[0]).toBe('input');
      expect(problem.message).not.toMatch(/\/srv|\/work|\/root|select |stack/i);
    }
  });

  it('read what they answer after their change, also one after the other', async () => {
    const query = `mutation($a: CreateDatasetInput!, $id: ID!, $images: [ID!]!) {
      before: createSnapshot(input: { datasetId: $id }) { snapshot { dataset { counts { train test } } } }
      updateImages(input: { ids: $images, split: TEST }) { images { split dataset { counts { train test } } } }
      after: createSnapshot(input: { datasetId: $id }) { snapshot { counts { train test } } }
      createDataset(input: $a) { dataset { counts { images } project { name } } }
    }`;
    const list = await ask<{ dataset: { images: { nodes: { id: string }[] } } }>(
      server.url,
      '{ dataset(name: "screws") { images(first: 1) { nodes { id } } } }',
    );
    const images = list.data.dataset.images.nodes.map(({ id }) => id);
    const { data } = await ask(server.url, query, { a: { name: 'new' }, id: datasetId, images });
    expect(data).toEqual({
      before: { snapshot: { dataset: { counts: { train: 8, test: 0 } } } },
      updateImages: { images: [{ split: 'TEST', dataset: { counts: { train: 7, test: 1 } } }] },
      after: { snapshot: { counts: { train: 7, test: 1 } } },
      createDataset: { dataset: { counts: { images: 0 }, project: { name: 'default' } } },
    });
  });
});

describe('node', () => {
  it('finds what has the id, and null where the type does not fit the UUID', async () => {
    const raw = (text: string) => Buffer.from(text, 'base64url').toString().split(':')[1]!;
    const ids = [
      datasetId,
      encodeGlobalId('Dataset', uuid()),
      encodeGlobalId('Image', raw(datasetId)),
      encodeGlobalId('constructor', uuid()),
    ];
    const { data, errors } = await ask(server.url, 'query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids,
    });
    expect(errors).toEqual([]);
    expect(data).toEqual({ nodes: [{ __typename: 'Dataset', id: datasetId }, null, null, null] });
  });
});
