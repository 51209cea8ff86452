import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ImageEntity, ModelEntity, type ModelVersionEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting, type Scored } from './registrySetting.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let setting: RegistrySetting;

const scored: Scored[] = [
  { filename: 'good-low.png', label: 'NORMAL', score: 0.1 },
  { filename: 'good-mid.png', label: 'NORMAL', score: 0.4 },
  { filename: 'good-high.png', label: 'NORMAL', score: 0.7 },
  { filename: 'pit-low.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.3 },
  { filename: 'pit-high.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.95 },
  { filename: 'crack.png', label: 'ANOMALOUS', defectType: 'crack', score: 0.8 },
  { filename: 'unknown.png', label: 'UNLABELLED', score: 0.6 },
];

beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  setting = await new RegistrySetting(database.dataSource, server.services).prepare('plates', scored);
});
afterAll(() => server.stop());

const versionId = ({ id }: ModelVersionEntity) => encodeGlobalId('ModelVersion', id);
const modelId = ({ modelId: id }: ModelVersionEntity) => encodeGlobalId('Model', id);

interface Problem {
  code: string;
  field: string[];
  message: string;
}

/** @param selection of the payload beside its problems. */
async function mutate(name: string, input: object, selection: string) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`;
  const { data, errors } = await ask<Record<string, { userErrors: Problem[] } & Record<string, unknown>>>(
    server.url,
    query,
    { input },
  );
  expect(errors).toEqual([]);
  const { userErrors, ...result } = data[name]!;
  return { result, problems: userErrors, places: userErrors.map(({ code, field }) => `${code} ${field.join('.')}`) };
}

const moveAlias = (version: ModelVersionEntity, alias: string, author?: string) =>
  mutate('setModelAlias', { modelVersionId: versionId(version), alias, author }, 'model { aliases { name } }');

interface Move {
  seq: number;
  alias: string;
  fromVersion: number | null;
  toVersion: number | null;
  author: string | null;
}

async function history(name: string, alias?: string): Promise<Move[]> {
  const { data } = await ask<{ model: { aliasHistory: { nodes: Move[] } } }>(
    server.url,
    `query($name: String!, $alias: String) { model(name: $name) { aliasHistory(alias: $alias, first: 200) {
      nodes { seq alias fromVersion toVersion author at } } } }`,
    { name, alias },
  );
  return data.model.aliasHistory.nodes;
}

describe('aliases', () => {
  it('keep a log of who moved what, removal included', async () => {
    const [one, two] = [await setting.version('logged'), await setting.version('logged')];
    await moveAlias(one, 'champion', 'Ada');
    await moveAlias(one, 'canary');
    await moveAlias(two, 'champion', 'Grace');
    const { result } = await mutate(
      'removeModelAlias',
      { modelId: modelId(one), alias: 'champion', author: 'Ada' },
      'model { aliases { name } }',
    );
    expect(result).toEqual({ model: { aliases: [{ name: 'canary' }] } });
    expect(await history('logged', 'champion')).toMatchObject([
      { seq: 4, fromVersion: 2, toVersion: null, author: 'Ada' },
      { seq: 3, fromVersion: 1, toVersion: 2, author: 'Grace' },
      { seq: 1, fromVersion: null, toVersion: 1, author: 'Ada' },
    ]);
    expect((await history('logged')).map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
  });

  it('moved 20 times at once end where the last of 20 lines says, each line beginning where the one before ended', async () => {
    const versions = [await setting.version('raced'), await setting.version('raced'), await setting.version('raced')];
    await Promise.all(Array.from({ length: 20 }, (_, i) => moveAlias(versions[i % 3]!, 'champion', `caller ${i}`)));
    const moves = (await history('raced')).reverse();
    expect(moves.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(new Set(moves.map(({ author }) => author)).size).toBe(20);
    for (const [i, move] of moves.entries()) expect(move.fromVersion).toBe(i === 0 ? null : moves[i - 1]!.toVersion);
    const current = await server.services.models.version(everything, 'raced', 'champion');
    expect(current!.version).toBe(moves.at(-1)!.toVersion);
  });

  it('that do not exist cannot be removed, and an author must be a name', async () => {
    const one = await setting.version('plain');
    const removal = (input: object) =>
      mutate('removeModelAlias', { modelId: modelId(one), alias: 'x', ...input }, '__typename');
    expect((await removal({})).places).toEqual(['NOT_FOUND input.alias']);
    expect((await removal({ modelId: encodeGlobalId('Model', uuid()) })).places).toEqual(['NOT_FOUND input.modelId']);
    expect((await moveAlias(one, 'Not An Alias', 'a\nb')).places).toEqual([
      'TEXT_INVALID input.alias',
      'TEXT_INVALID input.author',
    ]);
    expect(await history('plain')).toEqual([]);
  });
});

describe('tags', () => {
  it('replace each other, and find versions', async () => {
    const [one] = [await setting.version('tagged'), await setting.version('tagged')];
    const set = (tags: string[]) =>
      mutate('setModelVersionTags', { modelVersionId: versionId(one), tags }, 'modelVersion { tags }');
    await set(['old']);
    expect((await set(['line 3', 'audit', 'audit'])).result).toEqual({ modelVersion: { tags: ['audit', 'line 3'] } });
    const { data } = await ask(
      server.url,
      '{ model(name: "tagged") { versions(tag: "audit") { totalCount nodes { version } } } }',
    );
    expect(data).toEqual({ model: { versions: { totalCount: 1, nodes: [{ version: 1 }] } } });
    expect((await set(['', ...Array.from({ length: 50 }, (_, i) => `t${i}`)])).places).toEqual([
      'TEXT_INVALID input.tags',
      'BAD_USER_INPUT input.tags',
    ]);
  });
});

describe('deletion', () => {
  const remove = (version: ModelVersionEntity) => mutate('deleteModelVersion', { id: versionId(version) }, 'deletedId');

  it('takes a version that nothing points at, and never gives its number out again', async () => {
    const [, two] = [await setting.version('shrinking'), await setting.version('shrinking')];
    expect((await remove(two)).result).toEqual({ deletedId: versionId(two) });
    expect((await setting.version('shrinking')).version).toBe(3);
    expect((await remove(two)).places).toEqual(['NOT_FOUND input.id']);
  });

  it('is refused while an alias, an evaluation, a fine-tuned run or a prediction points there, and names each', async () => {
    const one = await setting.version('held');
    await moveAlias(one, 'champion');
    const evaluation = await setting.evaluation(one.id, scored);
    const tuned = await setting.version('tuned', one.id);
    const { jobId } = await server.services.datasetPredictions.start(everything, {
      modelVersionId: one.id,
      snapshotId: setting.snapshotId,
    });
    for (const { problems } of [await remove(one), await mutate('deleteModel', { id: modelId(one) }, 'deletedId')]) {
      expect(problems).toMatchObject([{ code: 'CONFLICT', field: ['input', 'id'] }]);
      for (const part of ['alias "champion"', evaluation, tuned.trainingRunId, '"tuned"', jobId]) {
        expect(problems[0]!.message).toContain(part);
      }
    }
    expect(await server.services.models.version(everything, 'held', 'champion')).toMatchObject({ id: one.id });
  });

  it('takes a whole model with its log once its aliases are gone', async () => {
    const one = await setting.version('leaving');
    await moveAlias(one, 'champion');
    await mutate('removeModelAlias', { modelId: modelId(one), alias: 'champion' }, '__typename');
    expect((await mutate('deleteModel', { id: modelId(one) }, 'deletedId')).result).toEqual({
      deletedId: modelId(one),
    });
    expect(await database.dataSource.manager.existsBy(ModelEntity, { name: 'leaving' })).toBe(false);
  });

  it('that meets an evaluation being started lets exactly one of the two happen', async () => {
    for (let round = 0; round < 5; round++) {
      const one = await setting.version(`met ${round}`);
      const [removal, started] = await Promise.all([
        remove(one),
        server.services.evaluations.start(everything, { modelVersionId: one.id, snapshotId: setting.snapshotId }).then(
          () => true,
          () => false,
        ),
      ]);
      if (started) expect(removal.places).toEqual(['CONFLICT input.id']);
      else expect(removal.problems).toEqual([]);
    }
  });
});

describe('results of an evaluation', () => {
  let evaluation: string;
  let version: ModelVersionEntity;
  beforeAll(async () => {
    version = await setting.version('viewed');
    evaluation = encodeGlobalId('Evaluation', await setting.evaluation(version.id, scored));
    await mutate(
      'setThresholdPolicy',
      { modelVersionId: versionId(version), kind: 'MANUAL', imageThreshold: 0.5 },
      '__typename',
    );
  });

  interface Result {
    anomalyScore: number;
    isAnomalous: boolean;
    verdict: string | null;
    explanation: string | null;
  }
  async function results(args: string) {
    const { data, errors } = await ask<{ node: { images: { nodes: Result[]; pageInfo: { endCursor: string } } } }>(
      server.url,
      `query($id: ID!) { node(id: $id) { ... on Evaluation { images(${args}) {
        nodes { anomalyScore isAnomalous verdict explanation } pageInfo { endCursor } } } } }`,
      { id: evaluation },
    );
    return { scores: data?.node?.images.nodes.map((one) => one.anomalyScore), page: data?.node?.images, errors };
  }

  it('are worst first at the current threshold, page by page', async () => {
    const worst = [0.3, 0.7, 0.6, 0.4, 0.8, 0.1, 0.95];
    expect((await results('first: 50')).scores).toEqual(worst);
    const first = await results('first: 3');
    const rest = await results(`first: 50, after: "${first.page.pageInfo.endCursor}"`);
    expect([...first.scores, ...rest.scores]).toEqual(worst);
    expect((await results('last: 2')).scores).toEqual([0.1, 0.95]);
  });

  it.each([
    ['filter: { verdict: FALSE_ALARM }', [0.7]],
    ['filter: { verdict: MISS }', [0.3]],
    ['filter: { verdict: CORRECT }, orderBy: SCORE_DESC', [0.95, 0.8, 0.4, 0.1]],
    ['filter: { verdict: FALSE_ALARM }, threshold: 0.4', [0.7, 0.4]],
    ['filter: { verdict: MISS }, threshold: 0.85', [0.3, 0.8]],
    ['filter: { verdict: MISS, defectType: "pit" }, threshold: 0.85', [0.3]],
    ['filter: { defectType: "pit" }', [0.3, 0.95]],
    ['filter: { defectType: "dent" }', []],
  ])('can be narrowed by %s', async (args, expected) => {
    expect((await results(`first: 50, ${args}`)).scores).toEqual(expected);
  });

  it('are judged anew when the threshold changes', async () => {
    const judge = async () =>
      (await results('first: 50, orderBy: SCORE_DESC')).page.nodes.map(({ verdict }) => verdict);
    expect(await judge()).toEqual(['CORRECT', 'CORRECT', 'FALSE_ALARM', null, 'CORRECT', 'MISS', 'CORRECT']);
    const set = (imageThreshold: number) =>
      mutate(
        'setThresholdPolicy',
        { modelVersionId: versionId(version), kind: 'MANUAL', imageThreshold },
        '__typename',
      );
    await set(0.75);
    expect(await judge()).toEqual(['CORRECT', 'CORRECT', 'CORRECT', null, 'CORRECT', 'MISS', 'CORRECT']);
    await set(0.5);
  });

  it('say why when the regions do not say it, in the words of a prediction', async () => {
    const { nodes } = (await results('first: 2, orderBy: SCORE_DESC, threshold: 0.9')).page;
    expect(nodes.map(({ explanation }) => explanation)).toEqual([
      'anomalous because its score 0.95 reaches the image threshold 0.9; no place reaches the pixel threshold 0.5',
      null,
    ]);
  });

  it('refuse a negative threshold, and one that is no finite number', async () => {
    expect((await results('threshold: -0.1')).errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    const page = server.services.evaluatedImages.page(everything, uuid(), { threshold: Number.NaN }, {});
    await expect(page).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('an evaluation on images that were trained on', () => {
  const known = async (evaluationId: string) => {
    const id = encodeGlobalId('Evaluation', evaluationId);
    const { data } = await ask(server.url, `{ node(id: "${id}") { ... on Evaluation { imagesTrainedOn } } }`);
    return (data['node'] as unknown as { imagesTrainedOn: number | null }).imagesTrainedOn;
  };
  const evaluate = async (version: string, snapshotId: string, split: 'TRAIN' | 'TEST') =>
    known((await server.services.evaluations.start(everything, { modelVersionId: version, snapshotId, split })).jobId);

  it('says how many, by their bytes, also of those that the version it continued from was trained on', async () => {
    const other = await new RegistrySetting(database.dataSource, server.services).prepare('seen before', scored);
    const { datasetId } = other;
    const image = (filename: string, sha256: string, label: 'NORMAL' | 'ANOMALOUS') => ({
      ...{ id: uuid(), datasetId, filename, sha256, label, split: 'TRAIN' as const, defectType: null },
      ...{ bytes: 1, width: 8, height: 8 },
    });
    const first = image('copy.png', 'TEST good-low.png', 'NORMAL');
    await database.dataSource.manager.insert(ImageEntity, [
      first,
      image('new.png', 'new', 'NORMAL'),
      image('not read without labels.png', 'TEST crack.png', 'ANOMALOUS'),
    ]);
    other.snapshotId = (await server.services.snapshots.create(everything, { datasetId })).id;
    const base = await other.version('seen');
    expect(await evaluate(base.id, other.snapshotId, 'TEST')).toBe(1);
    expect(await evaluate(base.id, other.snapshotId, 'TRAIN')).toBe(2);
    expect(await evaluate(base.id, setting.snapshotId, 'TEST')).toBe(1);
    await server.services.images.remove(everything, [first.id]);
    const later = (await server.services.snapshots.create(everything, { datasetId })).id;
    expect(await evaluate(base.id, later, 'TRAIN')).toBe(1);
    other.snapshotId = later;
    const continued = await other.version('continued', base.id);
    expect(await evaluate(continued.id, later, 'TEST')).toBe(1);
    expect(await evaluate((await other.version('alone')).id, later, 'TEST')).toBe(0);
  });

  it('does not know of a version whose training images are elsewhere', async () => {
    const dataset = await server.services.datasets.create(everything, { name: 'of an imported model' });
    const elsewhere = new RegistrySetting(database.dataSource, server.services);
    elsewhere.projectId = dataset.projectId;
    elsewhere.snapshotId = (await server.services.snapshots.create(everything, { datasetId: dataset.id })).id;
    expect(await evaluate((await elsewhere.version('imported')).id, setting.snapshotId, 'TEST')).toBeNull();
  });
});

describe('threshold policies', () => {
  const selection =
    'modelVersion { imageThreshold pixelThreshold thresholdPolicy { kind imageQuantile pixelQuantile split chosenOnTestSplit author evaluation { id } } }';
  const setPolicy = (version: ModelVersionEntity, input: object) =>
    mutate('setThresholdPolicy', { modelVersionId: versionId(version), ...input }, selection);

  it('begin with the quantiles of the training, and can read others from the same scores', async () => {
    const version = await setting.version('calibrated');
    expect(version).toMatchObject({
      pixelThreshold: 10 / 15,
      thresholdPolicy: { kind: 'NORMAL_QUANTILE', split: 'TRAIN' },
    });
    expect(version.imageThreshold).toBeCloseTo(0.98, 12);
    const { result } = await setPolicy(version, {
      kind: 'NORMAL_QUANTILE',
      imageQuantile: 0.55,
      pixelQuantile: 0.97,
      author: 'Ada',
    });
    expect(result['modelVersion']).toMatchObject({
      imageThreshold: expect.closeTo(0.55, 12) as number,
      // Between 0.95 and 0.98, the sixth and seventh share that is kept.
      pixelThreshold: expect.closeTo((5 + 2 / 3) / 15, 12) as number,
      thresholdPolicy: {
        imageQuantile: 0.55,
        pixelQuantile: 0.97,
        chosenOnTestSplit: false,
        author: 'Ada',
        evaluation: null,
      },
    });
  });

  it.each([
    ['VALIDATION', false],
    ['TEST', true],
  ] as const)('choose the best F1 on %s, and say whether test images decided: %s', async (split, onTest) => {
    const version = await setting.version(`best on ${split}`);
    const id = await setting.evaluation(version.id, scored, split);
    const evaluationId = encodeGlobalId('Evaluation', id);
    const { result } = await setPolicy(version, { kind: 'F1_MAX', evaluationId });
    const { metrics } = await server.services.evaluations.require(everything, id);
    expect(result['modelVersion']).toMatchObject({
      imageThreshold: metrics!.imageF1MaxThreshold,
      pixelThreshold: metrics!.pixelF1MaxThreshold,
      thresholdPolicy: { kind: 'F1_MAX', split, chosenOnTestSplit: onTest, evaluation: { id: evaluationId } },
    });
  });

  it('take a quantile of the normal images of an evaluation', async () => {
    const version = await setting.version('by quantile');
    const evaluationId = encodeGlobalId('Evaluation', await setting.evaluation(version.id, scored, 'VALIDATION'));
    const { result } = await setPolicy(version, {
      kind: 'NORMAL_QUANTILE',
      evaluationId,
      imageQuantile: 0.5,
      pixelQuantile: 1,
    });
    expect(result['modelVersion']).toMatchObject({
      imageThreshold: 0.4,
      pixelThreshold: Math.fround(0.7),
      thresholdPolicy: { split: 'VALIDATION', chosenOnTestSplit: false },
    });
  });

  it('report everything wrong at once and change nothing', async () => {
    const [version, other] = [await setting.version('strict'), await setting.version('strict')];
    const foreign = encodeGlobalId('Evaluation', await setting.evaluation(other.id, scored));
    const { jobId } = await server.services.evaluations.start(everything, {
      modelVersionId: version.id,
      snapshotId: setting.snapshotId,
    });
    const cases: [object, string[]][] = [
      [{ kind: 'MANUAL' }, ['BAD_USER_INPUT input.imageThreshold']],
      [
        { kind: 'MANUAL', imageThreshold: -1, pixelThreshold: 0, author: '' },
        ['BAD_USER_INPUT input.imageThreshold', 'BAD_USER_INPUT input.pixelThreshold', 'TEXT_INVALID input.author'],
      ],
      [
        { kind: 'NORMAL_QUANTILE', imageQuantile: 0, pixelQuantile: 1.5, imageThreshold: 1 },
        [
          'BAD_USER_INPUT input.imageQuantile',
          'BAD_USER_INPUT input.pixelQuantile',
          'BAD_USER_INPUT input.imageThreshold',
        ],
      ],
      [{ kind: 'F1_MAX' }, ['BAD_USER_INPUT input.evaluationId']],
      [{ kind: 'F1_MAX', evaluationId: foreign }, ['BAD_USER_INPUT input.evaluationId']],
      [{ kind: 'F1_MAX', evaluationId: encodeGlobalId('Evaluation', jobId) }, ['CONFLICT input.evaluationId']],
      [{ kind: 'F1_MAX', evaluationId: encodeGlobalId('Evaluation', uuid()) }, ['NOT_FOUND input.evaluationId']],
      [
        { kind: 'MANUAL', imageThreshold: 1, evaluationId: foreign },
        ['BAD_USER_INPUT input.evaluationId', 'BAD_USER_INPUT input.evaluationId'],
      ],
    ];
    for (const [input, expected] of cases) expect((await setPolicy(version, input)).places).toEqual(expected);
    expect((await setPolicy(version, { kind: 'F1_MAX', evaluationId: foreign })).problems[0]!.message).toContain(
      'strict version 2, not strict version 1',
    );
    const { thresholdPolicies, models } = server.services;
    const infinite = {
      modelVersionId: version.id,
      kind: 'MANUAL',
      imageThreshold: Number.NaN,
      pixelThreshold: Infinity,
    } as const;
    await expect(thresholdPolicies.set(everything, infinite)).rejects.toMatchObject({ problems: [{}, {}] });
    expect(await models.requireVersion(everything, version.id)).toEqual(
      await models.requireVersion(everything, version.id),
    );
    expect((await models.requireVersion(everything, version.id)).thresholdPolicy).toEqual(version.thresholdPolicy);
  });
});

describe('compareModelVersions', () => {
  const query = `query($a: ID!, $b: ID!, $snapshotId: ID!, $split: Split) {
    compareModelVersions(a: $a, b: $b, snapshotId: $snapshotId, split: $split) {
      a { modelVersion { version } metrics { imageAuroc proFprLimit } } b { modelVersion { version } evaluation { id } }
      differences { name a b difference }
      images(first: 2) { image { filename } a { anomalyScore verdict } b { anomalyScore verdict } difference }
    } }`;

  it('shows metrics side by side, and the images on which they differ most, contrary verdicts first', async () => {
    const [one, two] = [await setting.version('compared'), await setting.version('compared')];
    for (const { id } of [one, two]) {
      await server.services.thresholdPolicies.set(everything, {
        modelVersionId: id,
        kind: 'MANUAL',
        imageThreshold: 0.5,
      });
    }
    await setting.evaluation(one.id, scored);
    const better = scored.map((image) => {
      if (image.filename === 'pit-low.png') return { ...image, score: 0.55 };
      return image.filename === 'crack.png' ? { ...image, score: 1.8 } : image;
    });
    await setting.evaluation(two.id, better);
    const variables = {
      a: versionId(one),
      b: versionId(two),
      snapshotId: encodeGlobalId('Snapshot', setting.snapshotId),
    };
    const { data, errors } = await ask<{
      compareModelVersions: { differences: { name: string; difference: number }[] };
    }>(server.url, query, variables);
    expect(errors).toEqual([]);
    expect(data.compareModelVersions).toMatchObject({
      a: { modelVersion: { version: 1 }, metrics: { imageAuroc: 7 / 9 } },
      b: { modelVersion: { version: 2 } },
      images: [
        {
          image: { filename: 'TEST/pit-low.png' },
          a: { verdict: 'MISS' },
          b: { verdict: 'CORRECT' },
          difference: expect.closeTo(0.5, 9) as number,
        },
        { image: { filename: 'TEST/crack.png' }, difference: expect.closeTo(2, 9) as number },
      ],
    });
    const auroc = data.compareModelVersions.differences.find(({ name }) => name === 'imageAuroc');
    expect(auroc!.difference).toBeCloseTo(8 / 9 - 7 / 9, 12);
  });

  it('names each version that was not measured there', async () => {
    const [one, two] = [await setting.version('unmeasured'), await setting.version('unmeasured')];
    const variables = {
      a: versionId(one),
      b: versionId(two),
      snapshotId: encodeGlobalId('Snapshot', setting.snapshotId),
      split: 'VALIDATION',
    };
    const { errors, codes } = await ask(server.url, query, variables);
    expect(codes).toEqual(['NOT_FOUND']);
    expect(errors[0]!.message).toMatch(/unmeasured version 1 .*VALIDATION.*unmeasured version 2/);
  });
});

describe('evaluateModel', () => {
  it('gives one evaluation for one idempotency key, and a conflict for another input with it', async () => {
    const version = await setting.version('keyed');
    const snapshotId = encodeGlobalId('Snapshot', setting.snapshotId);
    const evaluate = (input: object) =>
      mutate('evaluateModel', { modelVersionId: versionId(version), snapshotId, ...input }, 'evaluation { id state }');
    const keyed = { split: 'TEST', idempotencyKey: 'once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => evaluate(keyed)));
    expect(answers[0]!.result['evaluation']).toMatchObject({ state: 'QUEUED' });
    for (const { result } of answers) expect(result).toEqual(answers[0]!.result);
    expect((await evaluate({ ...keyed, split: 'VALIDATION' })).places).toEqual([
      'IDEMPOTENCY_CONFLICT input.idempotencyKey',
    ]);
  });
});

describe('predictDataset', () => {
  it('refuses what cannot be predicted, and freezes a data set so that it stays known what was asked', async () => {
    const version = await setting.version('asked');
    const snapshotId = encodeGlobalId('Snapshot', setting.snapshotId);
    const datasetId = encodeGlobalId('Dataset', setting.datasetId);
    const predict = (input: object) =>
      mutate(
        'predictDataset',
        { modelVersionId: versionId(version), ...input },
        'prediction { id kind state snapshot { dataset { name } } }',
      );
    expect((await predict({})).places).toEqual(['BAD_USER_INPUT input']);
    expect((await predict({ snapshotId, datasetId })).places).toEqual(['BAD_USER_INPUT input']);
    expect((await predict({ snapshotId, split: 'TRAIN' })).problems[0]!.message).toContain('in split TRAIN');
    expect((await predict({ snapshotId: encodeGlobalId('Snapshot', uuid()) })).places).toEqual([
      'NOT_FOUND input.snapshotId',
    ]);
    const keyed = { datasetId, label: 'UNLABELLED', idempotencyKey: 'shift 7' };
    const [one, again] = [await predict(keyed), await predict(keyed)];
    expect(one.result['prediction']).toMatchObject({
      kind: 'PREDICTION',
      state: 'QUEUED',
      snapshot: { dataset: { name: 'plates' } },
    });
    expect(again.result).toEqual(one.result);
    expect((await predict({ ...keyed, label: 'NORMAL' })).places).toEqual([
      'IDEMPOTENCY_CONFLICT input.idempotencyKey',
    ]);
  });

  it('says why an image is anomalous without a region, or normal with one, by the thresholds of then', async () => {
    const { id: modelVersionId } = await setting.version('explained');
    const { services } = server;
    const { jobId } = await services.datasetPredictions.start(everything, {
      modelVersionId,
      snapshotId: setting.snapshotId,
    });
    const answers = [
      { filename: 'a.png', anomalyScore: 0.9, isAnomalous: true, regions: [] },
      { filename: 'b.png', anomalyScore: 0.1, isAnomalous: false, regions: [] },
      { filename: 'c.png', anomalyScore: 0.4, isAnomalous: false, regions: [{ x: 0, y: 0, width: 1, height: 1 }] },
    ];
    const [{ id: imageId }] = (await database.dataSource.manager.find(ImageEntity, { take: 1 })) as [ImageEntity];
    const files = { imageId, anomalyMapSha256: 'm', anomalyMapScale: 1, overlaySha256: 'o' };
    const images = answers.map(({ regions, ...answer }) => ({
      ...{ ...files, ...answer },
      regions: regions.map((box) => ({ box, score: 0.4, pixels: 1 })),
    }));
    const thresholds = { imageThreshold: 0.5, pixelThreshold: 0.3 };
    await services.datasetPredictions.store(database.dataSource.manager, jobId, thresholds, images);
    const query = `query($id: ID!) { node(id: $id) { ... on DatasetPrediction { images(first: 9, orderBy: FILENAME) { nodes { explanation } } } } }`;
    const { data } = await ask<{ node: { images: { nodes: { explanation: string | null }[] } } }>(server.url, query, {
      id: encodeGlobalId('DatasetPrediction', jobId),
    });
    expect(data.node.images.nodes.map(({ explanation }) => explanation)).toEqual([
      expect.stringContaining('anomalous because its score 0.9 reaches the image threshold 0.5; no place reaches'),
      null,
      expect.stringContaining('normal because its score 0.4 is below the image threshold 0.5'),
    ]);
  });
});
