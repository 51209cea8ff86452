import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { builtInPlugins } from '../../../plugins/index.js';
import {
  AnnotationEntity,
  ImageEntity,
  JobEntity,
  JobEventEntity,
  ModelVersionEntity,
  TrainingRunEntity,
  type BlockPayload,
} from '../../../src/database/entities/index.js';
import { decodeRgb, encodePng, encodeRle, LocalBlobStore } from '../../../src/files/index.js';
import { trainingPlanner } from '../../../src/main/trainingPlanner.js';
import { ModelFiles, PluginRegistry } from '../../../src/plugin-host/index.js';
import { DatasetsService } from '../../../src/services/datasets.service.js';
import { EvaluationsService } from '../../../src/services/evaluations.service.js';
import { JobsService } from '../../../src/services/jobs.service.js';
import { ModelsService } from '../../../src/services/models.service.js';
import { PixelProcesses } from '../../../src/services/pixel-process/pixelProcesses.js';
import { ProjectsService } from '../../../src/services/projects.service.js';
import { QuotasService } from '../../../src/services/quotas.service.js';
import { SnapshotsService } from '../../../src/services/snapshots.service.js';
import { TrainingRunsService, type StartTraining } from '../../../src/services/training-runs.service.js';
import { ModelFileStore } from '../../../src/services/training/modelFileStore.js';
import { texturesDigest, TextureStore } from '../../../src/services/training/textureStore.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { ProblemError } from '../../../src/shared/errors.js';
import { loadTextures } from '../../../src/worker/training/textures.js';
import { useDatabase } from '../../support/database.js';
import { startJobs, type TestJobs } from '../../support/jobs.js';
import { addTrainingRun } from '../../support/trainingRun.js';

const database = useDatabase();
let jobs: TestJobs;
let runs: TrainingRunsService;
let evaluations: EvaluationsService;
let datasets: DatasetsService;
let snapshots: SnapshotsService;
let blobs: LocalBlobStore;
let folder: string;
let pixels: PixelProcesses;

beforeAll(async () => {
  const { dataSource } = database;
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-runs-'));
  blobs = await LocalBlobStore.open(path.join(folder, 'blobs'));
  jobs = await startJobs(dataSource);
  datasets = new DatasetsService(dataSource, new ProjectsService(dataSource));
  snapshots = new SnapshotsService(dataSource, datasets);
  pixels = new PixelProcesses(defaultLimits);
  runs = new TrainingRunsService({
    ...{
      dataSource,
      queue: jobs.queue,
      pixels,
      models: new ModelsService(dataSource),
      quotas: new QuotasService(dataSource),
    },
    modelFiles: new ModelFileStore({ dataSource, blobs, folder: new ModelFiles(path.join(folder, 'models')) }),
    textures: new TextureStore({ folder: path.join(folder, 'textures'), blobs, pixels, limits: defaultLimits }),
    plan: trainingPlanner(new PluginRegistry(builtInPlugins)),
  });
  evaluations = new EvaluationsService(dataSource, jobs.queue);
});
afterAll(async () => {
  pixels.stop();
  await jobs.stop();
  await rm(folder, { recursive: true });
});

/** `labels`: of an image of 4 x 4 pixels. */
type Content = Partial<ImageEntity> & { filename: string; labels?: Pick<AnnotationEntity, 'kind' | 'payload'> };

/** A snapshot of a data set with these images. */
async function snapshotOf(name: string, images: readonly Content[]): Promise<string> {
  const { manager } = database.dataSource;
  const dataset = await datasets.create(everything, { name });
  for (const { labels, ...values } of images) {
    const facts = { id: uuid(), datasetId: dataset.id, sha256: `of ${values.filename}`, bytes: 1, width: 4, height: 4 };
    const image = await manager.save(
      manager.create(ImageEntity, { ...facts, split: 'TRAIN', label: 'NORMAL', defectType: null, ...values }),
    );
    const origin = { revision: 1, source: 'IMPORTED', author: null, activeSeconds: null } as const;
    if (labels)
      await manager.save(manager.create(AnnotationEntity, { id: uuid(), imageId: image.id, ...origin, ...labels }));
  }
  return (await snapshots.create(everything, { datasetId: dataset.id })).id;
}

const mask = (firstRow: readonly number[]): Pick<AnnotationEntity, 'kind' | 'payload'> => ({
  kind: 'PIXEL',
  payload: {
    counts: encodeRle({ width: 4, height: 4, data: Uint8Array.from({ length: 16 }, (_, i) => firstRow[i] ?? 0) }),
    anomalousPixels: firstRow.reduce((sum, value) => sum + value, 0),
  },
});

const normal = (count: number): Content[] =>
  Array.from({ length: count }, (_, i) => ({ filename: `train/good/${i}.png` }));

async function problemsOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw new Error(`expected problems, not ${String(error)}`);
  return error.problems.map(({ code, message }) => `${code}: ${message}`);
}

describe('starting a training', () => {
  const base: Omit<StartTraining, 'snapshotId'> = { modelName: 'tiles', supervision: 'UNSUPERVISED' };

  it('stores run and job together, completed from the preset, every plugin recorded', async () => {
    const snapshotId = await snapshotOf('plain', normal(4));
    const run = await runs.start(everything, {
      ...base,
      snapshotId,
      detector: { id: 'semirest', params: { steps: 7 } },
      seed: 5,
    });
    expect(run).toMatchObject({
      preset: 'cpu-small',
      seed: 5,
      labels: null,
      settings: { imageSize: 256, smoothingSigma: 4 },
    });
    expect(run.detector).toMatchObject({ id: 'semirest', params: { steps: 7, distancePrior: 1 } });
    expect(run.augmentations.map(({ id }) => id)).toEqual(['synthetic-defect', 'knn-residual']);
    const job = await database.dataSource.getRepository(JobEntity).findOneByOrFail({ id: run.jobId });
    expect(job).toMatchObject({ kind: 'TRAINING', state: 'QUEUED' });
  });

  it('names everything that is wrong at once and stores nothing', async () => {
    const before = await database.dataSource.getRepository(TrainingRunEntity).count();
    const found = await problemsOf(
      runs.start(everything, {
        ...base,
        snapshotId: await snapshotOf('wrong', normal(3)),
        modelName: ' ',
        seed: -1,
        detector: { id: 'semirest', params: { depth: 2, steps: 0, learningRate: Number.NaN } },
        settings: { imageSize: 1 },
      }),
    );
    expect(found.map((line) => line.split(':')[0]).sort()).toEqual(
      [
        'CONFIG_INVALID',
        'CONFIG_INVALID',
        'CONFIG_INVALID',
        'PLUGIN_PARAMS_INVALID',
        'PLUGIN_PARAMS_INVALID',
        'PLUGIN_PARAMS_INVALID',
        'TEXT_INVALID',
        'TRAINING_DATA_INSUFFICIENT',
      ].sort(),
    );
    expect(found.join('\n')).toContain('3 normal training images: at least 4 are needed');
    expect(await database.dataSource.getRepository(TrainingRunEntity).count()).toBe(before);
  });

  it.each<[string, Partial<StartTraining>, string[]]>([
    [
      'a step count',
      { detector: { id: 'semirest', params: { steps: 0, swinHeads: 5, windowSize: 64, windowStep: 80 } } },
      ['steps is 0', 'windowStep is 80', 'windowSize is 64', 'swinHeads is 5'],
    ],
    [
      'an unknown preset',
      { preset: 'huge', detector: { id: 'semirest', params: { steps: 0 } }, loss: { id: 'none' } },
      ['no preset "huge" of detector semirest', 'steps is 0', 'no loss plugin "none"'],
    ],
    [
      'an unknown parameter',
      { detector: { id: 'semirest', params: { depth: 3, swinHeads: 5 } } },
      ['depth', 'swinHeads is 5'],
    ],
    [
      'thresholds of the pre-training',
      {
        detector: {
          id: 'semirest',
          params: { pretraining: { normalBlockThreshold: 0.9 }, normalBlockThreshold: 0.9, emaDecay: 2 },
        },
      },
      ['pretraining.normalBlockThreshold is 0.9', 'normalBlockThreshold is 0.9: it must not', 'emaDecay is 2'],
    ],
  ])('%s that is wrong hides nothing else', async (name, choice, messages) => {
    const snapshotId = await snapshotOf(`all at once: ${name}`, normal(4));
    const found = await problemsOf(runs.start(everything, { ...base, snapshotId, ...choice }));
    expect(found).toHaveLength(messages.length);
    for (const message of messages) expect(found.join('\n')).toContain(message);
  });

  it('keeps the rest of a group of parameters of which one is named', async () => {
    const labels: Content['labels'] = { kind: 'BOX', payload: { boxes: [{ x: 0, y: 0, width: 2, height: 2 }] } };
    const snapshotId = await snapshotOf('group', [...normal(4), { filename: 'a.png', label: 'ANOMALOUS', labels }]);
    const choice = { detector: { id: 'semirest', params: { pretraining: { anomalousBlockThreshold: 0.4 } } } };
    const input = { ...base, ...choice, supervision: 'SEMI_SUPERVISED', snapshotId } as const;
    const { detector } = await runs.start(everything, input);
    expect(detector.params['pretraining']).toMatchObject({ anomalousBlockThreshold: 0.4, steps: 0 });
  });

  it.each([
    [{ preset: 'huge' }, 'there is no preset "huge"'],
    [{ modelName: ' tiles ' }, 'the model name " tiles " starts or ends with white space'],
    [{ modelName: 'n'.repeat(101) }, 'has 101 characters; at most 100 are allowed'],
    [{ modelName: 'tiles\u202egnp.x' }, 'contains a control or direction character'],
    [{ supervision: 'SEMI_SUPERVISED' }, 'no anomalous training image with BOX labels'],
    [{ supervision: 'SEMI_SUPERVISED', labels: 'PIXEL' }, 'SEMI_SUPERVISED: it reads BOX'],
    [
      { supervision: 'SUPERVISED', detector: { id: 'semirest', params: { anomalousImagesPerStep: 0 } } },
      'would not read its labels',
    ],
    [{ detector: { id: 'patchcore' }, loss: { id: 'focal' } }, 'uses no loss'],
    [{ augmentations: [{ id: 'knn-residual' }] }, 'add "synthetic-defect"'],
    [
      { augmentations: [{ id: 'synthetic-defect' }, { id: 'knn-residual' }, { id: 'knn-residual' }] },
      'names "knn-residual" twice',
    ],
    [{ detector: { id: 'semirest', params: { windowSize: 64 } } }, 'gives only 32 tokens per side'],
    [{ detector: { id: 'semirest', params: { swinHeads: 5 } } }, 'must divide swinDimension, 128'],
    [{ detector: { id: 'semirest', params: { windowStep: 33 } } }, 'must not exceed windowSize'],
    [{ labels: 'PIXEL' }, 'UNSUPERVISED: it reads no labels'],
    [{ fromModelVersionId: uuid() }, 'there is no model version'],
  ] as [Partial<StartTraining>, string][])('refuses %j', async (choice, message) => {
    const snapshotId = await snapshotOf(`refused ${message}`, normal(4));
    expect((await problemsOf(runs.start(everything, { ...base, snapshotId, ...choice }))).join('\n')).toContain(
      message,
    );
  });

  it('asks for labelled anomalies when it is to be supervised, and takes them', async () => {
    const anomalous: Content = { filename: 'test/pit/0.png', label: 'ANOMALOUS' };
    const without = await snapshotOf('unlabelled', [...normal(4), anomalous]);
    const supervised = { ...base, supervision: 'SUPERVISED' } as const;
    expect(await problemsOf(runs.start(everything, { ...supervised, snapshotId: without }))).toEqual([
      'TRAINING_DATA_INSUFFICIENT: the snapshot has no anomalous training image with PIXEL labels: SUPERVISED needs at least one',
    ]);
    const labelled = await snapshotOf('labelled', [...normal(4), { ...anomalous, labels: mask([1, 1, 0, 0]) }]);
    expect(await runs.start(everything, { ...supervised, snapshotId: labelled })).toMatchObject({ labels: 'PIXEL' });
  });

  it.each<[string, Partial<StartTraining>, Pick<AnnotationEntity, 'kind' | 'payload'>, string]>([
    [
      'boxes over every image whole',
      { supervision: 'SEMI_SUPERVISED' },
      { kind: 'BOX', payload: { boxes: [{ x: 0, y: 0, width: 4, height: 4 }] } },
      'no normal blocks outside boxes',
    ],
    [
      'boxes that cover half of no block',
      {
        supervision: 'SEMI_SUPERVISED',
        detector: { id: 'semirest', params: { unknownBlockThreshold: 0.5, windowSize: 8, windowStep: 8 } },
        settings: { imageSize: 64 },
      },
      { kind: 'BOX', payload: { boxes: [{ x: 0, y: 0, width: 0.05, height: 0.05 }] } },
      'no block of 4 x 4 pixels (of 64 x 64) that a box covers by unknownBlockThreshold 0.5',
    ],
    [
      'only ignored blocks',
      { supervision: 'SUPERVISED', labels: 'BLOCK' },
      { kind: 'BLOCK', payload: { blockSize: 2, rows: 2, columns: 2, labels: Array<'IGNORED'>(4).fill('IGNORED') } },
      'no block of 4 x 4 pixels (of 256 x 256) that is ANOMALOUS by anomalousBlockThreshold 0.25',
    ],
    [
      'a mask that is empty once scaled',
      { supervision: 'SUPERVISED' },
      mask([0, 0, 0, 0]),
      'that is ANOMALOUS by anomalousBlockThreshold',
    ],
  ])('refuses labels that teach nothing: %s', async (name, choice, labels, message) => {
    const snapshotId = await snapshotOf(name, [...normal(4), { filename: 'a.png', label: 'ANOMALOUS', labels }]);
    const found = await problemsOf(runs.start(everything, { ...base, ...choice, snapshotId }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('TRAINING_DATA_INSUFFICIENT');
    expect(found[0]).toContain(message);
  });

  it('starts on boxes and on blocks that teach something', async () => {
    const box: Content['labels'] = { kind: 'BOX', payload: { boxes: [{ x: 0, y: 0, width: 2, height: 2 }] } };
    const boxed = await snapshotOf('boxed', [...normal(4), { filename: 'a.png', label: 'ANOMALOUS', labels: box }]);
    expect(await runs.start(everything, { ...base, supervision: 'SEMI_SUPERVISED', snapshotId: boxed })).toMatchObject({
      labels: 'BOX',
      detector: {
        params: {
          boxTightness: 1,
          mixMatch: false,
          pretraining: { steps: 0 },
        },
      },
    });
    const labels: BlockPayload['labels'] = ['ANOMALOUS', 'NORMAL', 'UNKNOWN', 'IGNORED'];
    const block = { kind: 'BLOCK', payload: { blockSize: 2, rows: 2, columns: 2, labels } } as const;
    const blocks = await snapshotOf('blocks', [...normal(4), { filename: 'a.png', label: 'ANOMALOUS', labels: block }]);
    const input = { ...base, supervision: 'SUPERVISED', labels: 'BLOCK', snapshotId: blocks } as const;
    expect(await runs.start(everything, input)).toMatchObject({ labels: 'BLOCK' });
  });

  it('continues from a version of the same detector, features and network only', async () => {
    const snapshotId = await snapshotOf('continued', normal(4));
    const detector = { id: 'semirest', params: { featureInput: 1 } };
    const trained = await runs.start(everything, { ...base, detector, snapshotId });
    await database.dataSource.transaction((manager) =>
      runs.registerVersion(
        manager,
        trained,
        { sha256: 'of weights', bytes: 1 },
        { imageScores: [1, 2], pixelQuantiles: Array<number>(1001).fill(1) },
      ),
    );
    const version = await database.dataSource
      .getRepository(ModelVersionEntity)
      .findOneByOrFail({ trainingRunId: trained.jobId });
    const next = { ...base, detector, snapshotId, fromModelVersionId: version.id };
    expect(await runs.start(everything, next)).toMatchObject({ fromModelVersionId: version.id });
    const sizes = { ...detector.params, swinBlocks: 2, swinDimension: 64, residual: 'absolute' };
    expect(await problemsOf(runs.start(everything, { ...next, detector: { id: 'semirest', params: sizes } }))).toEqual([
      'MODEL_SHAPE_MISMATCH: residual is absolute, but the model version to continue from was trained with square',
      'MODEL_SHAPE_MISMATCH: swinBlocks is 2, but the model version to continue from was trained with 1',
      'MODEL_SHAPE_MISMATCH: swinDimension is 64, but the model version to continue from was trained with 128',
    ]);
    const others = { id: 'semirest', params: { residualInput: 'linear', distancePrior: 4, featureInput: 0 } };
    expect(await problemsOf(runs.start(everything, { ...next, detector: others }))).toEqual([
      'MODEL_SHAPE_MISMATCH: residualInput is linear, but the model version to continue from was trained with logarithm',
      'MODEL_SHAPE_MISMATCH: distancePrior is 4, but the model version to continue from was trained with 1',
      'MODEL_SHAPE_MISMATCH: featureInput is 0, but the model version to continue from was trained with 1',
    ]);
    expect((await problemsOf(runs.start(everything, { ...next, detector: { id: 'patchcore' } }))).join()).toContain(
      'was trained by detector semirest; detector patchcore cannot continue from it',
    );
  });

  it('moves no logit by tokens that meet themselves in the memory bank', async () => {
    const snapshotId = await snapshotOf('meeting themselves', normal(4));
    const detector = { id: 'semirest', params: { leaveOwnImageOut: false } };
    expect((await problemsOf(runs.start(everything, { ...base, detector, snapshotId }))).join()).toContain(
      'CONFIG_INVALID: tokenFalsePositiveRate is 0.0001: it needs leaveOwnImageOut',
    );
  });

  it('refuses the same bytes in training and test unless told otherwise', async () => {
    const twin: Content = { filename: 'test/good/0.png', split: 'TEST', sha256: 'of train/good/0.png' };
    const snapshotId = await snapshotOf('leaking', [...normal(4), twin]);
    expect((await problemsOf(runs.start(everything, { ...base, snapshotId })))[0]).toContain('SPLIT_LEAKAGE');
    expect(await runs.start(everything, { ...base, snapshotId, allowLeakage: true })).toMatchObject({ snapshotId });
  });

  it('makes one run of twenty parallel calls with one key, and refuses another input under it', async () => {
    const snapshotId = await snapshotOf('keyed', normal(4));
    const input = { ...base, snapshotId, idempotencyKey: 'nightly' };
    const started = await Promise.all(Array.from({ length: 20 }, () => runs.start(everything, input)));
    expect(new Set(started.map(({ jobId }) => jobId)).size).toBe(1);
    expect((await problemsOf(runs.start(everything, { ...input, seed: 9 })))[0]).toContain('IDEMPOTENCY_CONFLICT');
  });
});

describe('the history of a metric', () => {
  async function runThatReported(
    steps: readonly (readonly [stage: string, step: number])[],
    retryOf?: string,
  ): Promise<string> {
    const { dataSource } = database;
    const snapshotId = await snapshotOf(uuid(), normal(1));
    const jobId = await addTrainingRun(dataSource, { snapshotId, modelName: 'tiles' });
    if (retryOf) await dataSource.manager.update(JobEntity, jobId, { retryOf });
    await dataSource.manager.insert(
      JobEventEntity,
      steps.map(([stage, step], i) => ({
        ...{ jobId, seq: i + 1, attempt: 1, type: 'METRICS_REPORTED' as const, at: new Date() },
        payload: { stage, step, totalSteps: 9, metrics: [{ name: 'loss', value: step }] },
      })),
    );
    return jobId;
  }
  const history = async (id: string) =>
    (await runs.metricHistory(everything, id, 'loss')).map(({ stage, step }) => `${stage} ${step}`);

  it('tells the stages of a training apart', async () => {
    const id = await runThatReported([
      ['pre-training', 1],
      ['pre-training', 2],
      ['training', 1],
    ]);
    expect(await history(id)).toEqual(['pre-training 1', 'pre-training 2', 'training 1']);
  });

  it('of a run that goes on from a checkpoint begins with what came before it, each step once', async () => {
    const before = [
      ['pre-training', 1],
      ['pre-training', 2],
      ['training', 1],
      ['training', 2],
      ['training', 3],
    ] as const;
    const resumed = await runThatReported([['training', 2]], await runThatReported(before));
    expect(await history(resumed)).toEqual(['pre-training 1', 'pre-training 2', 'training 1', 'training 2']);
    const anew = await runThatReported([['pre-training', 1]], await runThatReported(before));
    expect(await history(anew)).toEqual(['pre-training 1']);
  });
});

describe('starting an evaluation', () => {
  it('names an unknown version and an unknown snapshot, or a split without images', async () => {
    expect(
      await problemsOf(evaluations.start(everything, { modelVersionId: uuid(), snapshotId: uuid() })),
    ).toHaveLength(2);
    const snapshotId = await snapshotOf('no test images', normal(4));
    const found = await problemsOf(evaluations.start(everything, { modelVersionId: uuid(), snapshotId }));
    expect(found.join('\n')).toContain('no image in split TEST');
  });
});

describe('the model files of a training', () => {
  const network = Buffer.from('an ONNX file, for whoever reads it');
  const sha256 = createHash('sha256').update(network).digest('hex');
  const start = async (name: string, model: object) => {
    const snapshotId = await snapshotOf(name, normal(4));
    const params = { model, layers: [{ output: 'map', channels: 720, stride: 8 }] };
    const choice = { supervision: 'UNSUPERVISED', featureExtractor: { id: 'onnx', params } } as const;
    return runs.start(everything, { snapshotId, modelName: name, ...choice });
  };
  const stored = async () => {
    let count = 0;
    for await (const each of blobs.list()) if (each.sha256 === sha256) count += each.bytes;
    return count;
  };
  beforeAll(async () => {
    await mkdir(path.join(folder, 'models'), { recursive: true });
    await writeFile(path.join(folder, 'models', 'network.onnx'), network);
  });

  it('that the folder has are recorded and stored once', async () => {
    const [first, second] = [
      await start('files-a', { file: 'network.onnx' }),
      await start('files-b', { file: 'network.onnx', sha256 }),
    ];
    const recorded = [{ source: 'network.onnx', sha256, bytes: network.length }];
    expect([first.modelFiles, second.modelFiles]).toEqual([recorded, recorded]);
    expect(await stored()).toBe(network.length);
    expect((await runs.require(everything, first.jobId)).modelFiles).toEqual(recorded);
  });

  it('that some run keeps are found by their sha256, wherever they came from', async () => {
    const url = 'https://models.example.com/network.onnx';
    const { modelFiles } = await start('files-c', { url, sha256 });
    expect(modelFiles).toEqual([{ source: url, sha256, bytes: network.length }]);
  });

  it('that are nowhere are left to the worker where their sha256 is known', async () => {
    expect((await start('files-d', { file: 'elsewhere.onnx', sha256: '1'.repeat(64) })).modelFiles).toEqual([]);
  });

  it('whose names are mistyped are refused at the start, beside names that are like it', async () => {
    await expect(start('files-h', { file: 'netwrok.onnx' })).rejects.toMatchObject({
      problems: [
        {
          ...{ code: 'MODEL_INVALID', field: ['input', 'featureExtractor'], item: 'netwrok.onnx' },
          message: expect.stringMatching(
            /^netwrok\.onnx is not in the models folder, which holds network\.onnx.*; `residua backbone/,
          ) as string,
        },
      ],
    });
    const jobs = await database.dataSource.getRepository(TrainingRunEntity).countBy({ modelName: 'files-h' });
    expect(jobs).toBe(0);
  });

  it('that are wrong are told at the start, and nothing is stored', async () => {
    const wrong = { file: 'network.onnx', sha256: '0'.repeat(64) };
    await expect(start('files-e', wrong)).rejects.toMatchObject({
      problems: [{ code: 'ARTIFACT_CORRUPT', field: ['input', 'featureExtractor'], item: 'network.onnx' }],
    });
    await writeFile(path.join(folder, 'models', 'pickle.onnx'), Buffer.from('80026370', 'hex'));
    await expect(start('files-f', { file: 'pickle.onnx' })).rejects.toMatchObject({
      problems: [{ code: 'MODEL_FORMAT_UNSUPPORTED', item: 'pickle.onnx' }],
    });
    expect(await database.dataSource.getRepository(TrainingRunEntity).countBy({ modelName: 'files-e' })).toBe(0);
  });

  it('go along with a retry', async () => {
    const { jobId, modelFiles } = await start('files-g', { file: 'network.onnx' });
    const service = new JobsService(database.dataSource, jobs.queue, jobs.feed, new QuotasService(database.dataSource));
    await service.cancel(everything, jobId);
    const again = await service.retry(everything, jobId);
    expect((await runs.require(everything, again.jobId)).modelFiles).toEqual(modelFiles);
  });
});

describe('the textures of a training', () => {
  const start = async (name: string, textureFolder: string) => {
    const snapshotId = await snapshotOf(name, normal(4));
    const choice: Pick<StartTraining, 'supervision' | 'detector' | 'augmentations'> = {
      supervision: 'UNSUPERVISED',
      detector: { id: 'draem' },
      augmentations: [{ id: 'synthetic-defect', params: { textureFolder } }],
    };
    return runs.start(everything, { snapshotId, modelName: name, ...choice });
  };
  const picture = (level: number) => encodePng({ width: 20, height: 16, data: new Uint8Array(960).fill(level) });
  const put = async (file: string, content: Buffer | string) => {
    const target = path.join(folder, 'textures', file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  };
  const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  it('are recorded and kept for every worker, and go along with a retry', async () => {
    const [oak, pine] = [await picture(200), await picture(90)];
    await put('wood/pine.png', pine);
    await put('wood/hard/oak.png', oak);
    await put('wood/README.txt', 'no picture');
    const run = await start('textures-a', 'wood');
    expect(run.textureFiles).toEqual([
      { source: 'wood/hard/oak.png', sha256: digestOf(oak), bytes: oak.length },
      { source: 'wood/pine.png', sha256: digestOf(pine), bytes: pine.length },
    ]);
    expect(texturesDigest(run.textureFiles)).toMatch(/^[0-9a-f]{64}$/);
    await rm(path.join(folder, 'textures', 'wood'), { recursive: true });
    const size = { width: run.settings.imageSize, height: run.settings.imageSize };
    const loaded = await loadTextures({ blobs, pixels }, run, 'wood');
    expect(loaded).toEqual([await decodeRgb(oak, size), await decodeRgb(pine, size)]);
    await expect(loadTextures({ blobs, pixels }, run, 'stone')).rejects.toThrow('TRAINING_DATA_INSUFFICIENT');
    const service = new JobsService(database.dataSource, jobs.queue, jobs.feed, new QuotasService(database.dataSource));
    await service.cancel(everything, run.jobId);
    const again = await service.retry(everything, run.jobId);
    expect((await runs.require(everything, again.jobId)).textureFiles).toEqual(run.textureFiles);
  });

  it('change their digest with a name or a content, and have none where there are none', () => {
    const textures = [{ source: 'a/1.png', sha256: 'x', bytes: 1 }];
    const digests = [textures, [{ ...textures[0]!, source: 'a/2.png' }], [{ ...textures[0]!, sha256: 'y' }]];
    expect(new Set(digests.map(texturesDigest)).size).toBe(3);
    expect(texturesDigest([])).toBeNull();
  });

  it('that are not there, no image or unreadable are told before the training', async () => {
    await put('text/notes.txt', 'no picture');
    await put('broken/good.png', await picture(10));
    await put('broken/cut.png', (await picture(10)).subarray(0, 50));
    await symlink(folder, path.join(folder, 'textures', 'outside'));
    const refused = (name: string) => start(`textures of ${name}`, name).catch((error: unknown) => error);
    const field = ['input', 'augmentations'];
    expect(await refused('nowhere')).toMatchObject({ problems: [{ code: 'NOT_FOUND', field, item: 'nowhere' }] });
    expect(await refused('outside')).toMatchObject({ problems: [{ code: 'NOT_FOUND', field, item: 'outside' }] });
    expect(await refused('text')).toMatchObject({
      problems: [{ code: 'TRAINING_DATA_INSUFFICIENT', field, item: 'text' }],
    });
    expect(await refused('broken')).toMatchObject({
      problems: [{ code: 'IMAGE_CORRUPT', field, item: 'broken/cut.png' }],
    });
    await expect(start('textures elsewhere', '../textures/text')).rejects.toThrow('PLUGIN_PARAMS_INVALID');
  });
});
