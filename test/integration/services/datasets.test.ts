import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import {
  AnnotationEntity,
  EvaluationEntity,
  ImageEntity,
  JobEntity,
  type SnapshotEntity,
  SnapshotImageEntity,
  TrainingRunEntity,
  type AnnotationKind,
} from '../../../src/database/entities/index.js';
import { DatasetsService } from '../../../src/services/datasets.service.js';
import { LabelCostsService } from '../../../src/services/label-costs.service.js';
import { ModelAliasesService } from '../../../src/services/model-aliases.service.js';
import { ModelsService } from '../../../src/services/models.service.js';
import { ProjectsService } from '../../../src/services/projects.service.js';
import { SnapshotsService } from '../../../src/services/snapshots.service.js';
import { ProblemError } from '../../../src/shared/errors.js';
import type { TrainingSettings } from '../../../src/shared/training.js';
import { useDatabase } from '../../support/database.js';
import { anyProject } from '../../support/anyProject.js';

const database = useDatabase();
let projects: ProjectsService;
let datasets: DatasetsService;
let snapshots: SnapshotsService;
let models: ModelsService;
let aliases: ModelAliasesService;
let labelCosts: LabelCostsService;
beforeAll(() => {
  projects = new ProjectsService(database.dataSource);
  datasets = new DatasetsService(database.dataSource, projects);
  snapshots = new SnapshotsService(database.dataSource, datasets);
  models = new ModelsService(database.dataSource);
  aliases = new ModelAliasesService(database.dataSource);
  labelCosts = new LabelCostsService(database.dataSource);
});

async function codes(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw new Error(`expected problems, not ${String(error)}`);
  return error.problems.map(({ code, field }) => `${code} ${field?.join('.')}`);
}

async function addImage(datasetId: string, filename: string, values: Partial<ImageEntity> = {}): Promise<ImageEntity> {
  const manager = database.dataSource.manager;
  const image = { id: uuid(), datasetId, filename, sha256: `sha of ${filename}`, bytes: 1, width: 4, height: 4 };
  return manager.save(
    manager.create(ImageEntity, { ...image, split: 'TRAIN', label: 'NORMAL', defectType: null, ...values }),
  );
}

async function annotate(
  image: ImageEntity,
  kind: AnnotationKind,
  revision: number,
  activeSeconds: number | null,
): Promise<AnnotationEntity> {
  const manager = database.dataSource.manager;
  const payload = { boxes: [{ x: revision, y: 0, width: 1, height: 1 }] };
  const row = {
    id: uuid(),
    imageId: image.id,
    kind,
    revision,
    source: 'HUMAN' as const,
    author: null,
    activeSeconds,
    payload,
  };
  return manager.save(manager.create(AnnotationEntity, row));
}

async function addTraining(snapshotId: string): Promise<string> {
  const jobId = uuid();
  const manager = database.dataSource.manager;
  const plugin = { id: 'x', version: '1.0.0', digest: 'd', params: {} };
  await manager.insert(JobEntity, {
    id: jobId,
    projectId: await anyProject(manager),
    kind: 'TRAINING',
    state: 'COMPLETED',
  });
  await manager.save(
    manager.create(TrainingRunEntity, {
      ...{ jobId, snapshotId, modelName: 'm', supervision: 'SEMI_SUPERVISED', labels: 'BOX', seed: 0, preset: null },
      detector: { ...plugin, kind: 'detector' },
      featureExtractor: { ...plugin, kind: 'feature-extractor' },
      ...{ augmentations: [], loss: null, settings: {} as TrainingSettings, environment: {}, fromModelVersionId: null },
    }),
  );
  return jobId;
}

describe('projects and data sets', () => {
  it('go into the project named default, which is made once', async () => {
    const [one, other] = await Promise.all([
      datasets.create(everything, { name: 'one' }),
      datasets.create(everything, { name: 'other' }),
    ]);
    expect(one.projectId).toBe(other.projectId);
    expect((await projects.byName(everything, 'default'))?.id).toBe(one.projectId);
  });

  it('have unique names, also when two come at once', async () => {
    const results = await Promise.allSettled([
      datasets.create(everything, { name: 'twin' }),
      datasets.create(everything, { name: 'twin' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await codes(datasets.create(everything, { name: 'twin' }))).toEqual(['NAME_TAKEN input.name']);
    expect(await codes(projects.create({ name: 'default' }))).toEqual(['NAME_TAKEN input.name']);
  });

  it.each(['', '  ', ' a', 'a\0b', 'a\nb', 'abc\u202Egnp', 'x'.repeat(101)])('refuse the name %j', async (name) => {
    expect(await codes(datasets.create(everything, { name }))).toEqual(['TEXT_INVALID input.name']);
  });

  it('name a project that does not exist', async () => {
    expect(await codes(datasets.create(everything, { name: 'x', projectId: uuid() }))).toEqual([
      'NOT_FOUND input.projectId',
    ]);
  });

  it('count images by label and split', async () => {
    const { id } = await datasets.create(everything, { name: 'counted' });
    await addImage(id, 'a');
    await addImage(id, 'b', { label: 'ANOMALOUS', split: 'TEST' });
    await addImage(id, 'c', { label: 'UNLABELLED', split: 'VALIDATION' });
    const none = await datasets.create(everything, { name: 'empty' });
    expect(await datasets.counts(everything, [none.id, id])).toEqual([
      { images: 0, normal: 0, anomalous: 0, unlabelled: 0, train: 0, validation: 0, test: 0 },
      { images: 3, normal: 1, anomalous: 1, unlabelled: 1, train: 1, validation: 1, test: 1 },
    ]);
  });
});

describe('removing a data set', () => {
  it('takes its images, annotations and snapshots with it', async () => {
    const { id } = await datasets.create(everything, { name: 'unused' });
    await annotate(await addImage(id, 'a'), 'BOX', 1, null);
    await snapshots.create(everything, { datasetId: id });
    await datasets.remove(everything, id);
    expect(await datasets.byIds(everything, [id])).toEqual([]);
    expect(await database.dataSource.manager.countBy(ImageEntity, { datasetId: id })).toBe(0);
  });

  it('is refused while a training or evaluation refers to it; nothing is lost', async () => {
    const { id, projectId } = await datasets.create(everything, { name: 'used' });
    await addImage(id, 'a');
    const snapshot = await snapshots.create(everything, { datasetId: id });
    const trainingRunId = await addTraining(snapshot.id);
    const manager = database.dataSource.manager;
    const version = await manager.transaction((transaction) =>
      models.registerVersion(transaction, { ...newVersion(trainingRunId, snapshot), modelName: 'of used', projectId }),
    );
    expect(await codes(datasets.remove(everything, id))).toEqual(['CONFLICT input.id']);
    await expect(datasets.remove(everything, id)).rejects.toThrow(
      'the data set "used" is in use by 1 job: training of model "m" version 1; it stays readable for them',
    );
    const jobId = uuid();
    await manager.insert(JobEntity, {
      id: jobId,
      projectId: await anyProject(manager),
      kind: 'EVALUATION',
      state: 'QUEUED',
    });
    await manager.insert(EvaluationEntity, {
      jobId,
      modelVersionId: version.id,
      snapshotId: snapshot.id,
      split: 'TEST',
    });
    await expect(datasets.remove(everything, id)).rejects.toThrow(
      'in use by 2 jobs: training of model "m" version 1, evaluation of model "of used" version 1;',
    );
    expect((await datasets.counts(everything, [id]))[0]!.images).toBe(1);
  });

  it('names one that does not exist', async () => {
    expect(await codes(datasets.remove(everything, uuid()))).toEqual(['NOT_FOUND input.id']);
  });
});

function newVersion(trainingRunId: string, snapshot: SnapshotEntity) {
  return {
    ...{
      trainingRunId,
      snapshotId: snapshot.id,
      supervision: 'SEMI_SUPERVISED' as const,
      artifactSha256: 'a',
      artifactBytes: 5e9,
    },
    ...{ imageThreshold: 0.5, pixelThreshold: null },
  };
}

describe('snapshots', () => {
  it('keep images, labels and the newest annotations as they were', async () => {
    const { id: datasetId } = await datasets.create(everything, { name: 'frozen' });
    const image = await addImage(datasetId, 'a', { label: 'ANOMALOUS', defectType: 'scratch' });
    await annotate(image, 'BOX', 1, null);
    const newest = await annotate(image, 'BOX', 2, null);
    const snapshot = await snapshots.create(everything, { datasetId, tag: 'before' });
    await annotate(image, 'BOX', 3, null);
    await database.dataSource.manager.update(ImageEntity, { id: image.id }, { split: 'TEST' });
    expect(snapshot).toMatchObject({ tag: 'before', counts: { images: 1, anomalous: 1, train: 1 } });
    const [frozen] = await database.dataSource.manager.findBy(SnapshotImageEntity, { snapshotId: snapshot.id });
    expect(frozen).toMatchObject({
      split: 'TRAIN',
      label: 'ANOMALOUS',
      defectType: 'scratch',
      annotationIds: [newest.id],
    });
  });

  it('have equal digests for equal content, in whatever order it came, and other ones for any difference', async () => {
    const make = async (name: string, filenames: string[], change?: (image: ImageEntity) => Promise<unknown>) => {
      const { id: datasetId } = await datasets.create(everything, { name });
      const images: ImageEntity[] = [];
      for (const filename of filenames) images.push(await addImage(datasetId, filename));
      await change?.(images[0]!);
      return (await snapshots.create(everything, { datasetId })).digest;
    };
    const manager = database.dataSource.manager;
    const digest = await make('d1', ['a', 'B', 'ä']);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await make('d2', ['ä', 'B', 'a'])).toBe(digest);
    const others = await Promise.all([
      make('d3', ['a', 'B']),
      make('d4', ['a', 'B', 'ä'], ({ id }) => manager.update(ImageEntity, { id }, { label: 'ANOMALOUS' })),
      make('d5', ['a', 'B', 'ä'], ({ id }) => manager.update(ImageEntity, { id }, { sha256: 'other' })),
      make('d6', ['a', 'B', 'ä'], (image) => annotate(image, 'BOX', 1, null)),
      make('d7', ['a', 'B', 'ä'], (image) => annotate(image, 'BOX', 2, null)),
    ]);
    expect(new Set([digest, ...others]).size).toBe(6);
  });

  it('name a data set that does not exist and a tag that cannot be', async () => {
    expect(await codes(snapshots.create(everything, { datasetId: uuid() }))).toEqual(['NOT_FOUND input.datasetId']);
    const { id: datasetId } = await datasets.create(everything, { name: 'tagged' });
    expect(await codes(snapshots.create(everything, { datasetId, tag: '' }))).toEqual(['TEXT_INVALID input.tag']);
  });
});

describe('models', () => {
  let snapshot: SnapshotEntity;
  beforeAll(async () => {
    const { id: datasetId } = await datasets.create(everything, { name: 'modelled' });
    const image = await addImage(datasetId, 'a', { label: 'ANOMALOUS' });
    await annotate(image, 'BOX', 1, 4);
    await annotate(image, 'BOX', 2, 6);
    await annotate(image, 'PIXEL', 1, 100);
    await annotate(await addImage(datasetId, 'b', { label: 'ANOMALOUS' }), 'BOX', 1, null);
    await annotate(await addImage(datasetId, 'c', { label: 'ANOMALOUS', split: 'TEST' }), 'BOX', 1, 50);
    snapshot = await snapshots.create(everything, { datasetId });
  });

  const register = async (modelName: string) => {
    const trainingRunId = await addTraining(snapshot.id);
    const { projectId } = (await datasets.byIds(everything, [snapshot.datasetId]))[0]!;
    return database.dataSource.transaction((manager) =>
      models.registerVersion(manager, { ...newVersion(trainingRunId, snapshot), modelName, projectId }),
    );
  };

  it('number their versions without gaps, also when trainings end together', async () => {
    const versions = await Promise.all(Array.from({ length: 5 }, () => register('numbered')));
    expect(versions.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(versions[0]!.artifactBytes).toBe(5e9);
    const model = await models.byName(everything, 'numbered');
    const [page] = await models.versionPages(everything, [model!.id], { first: 2 });
    expect(page!.nodes.map(({ version }) => version)).toEqual([5, 4]);
  });

  it('find a version by number and by alias, and move aliases', async () => {
    const [one, two] = [await register('aliased'), await register('aliased')];
    await aliases.set(everything, { modelVersionId: one.id, alias: 'champion' });
    expect((await models.version(everything, 'aliased', 'champion'))?.id).toBe(one.id);
    await aliases.set(everything, { modelVersionId: two.id, alias: 'champion' });
    expect((await models.version(everything, 'aliased', 'champion'))?.id).toBe(two.id);
    expect((await models.version(everything, 'aliased', '1'))?.id).toBe(one.id);
    expect(await models.version(everything, 'aliased', '99')).toBeNull();
    expect(await models.version(everything, 'aliased', 'challenger')).toBeNull();
    expect(await models.version(everything, 'numbered', 'champion')).toBeNull();
    expect(await models.version(everything, 'aliased', '99999999999999999999')).toBeNull();
  });

  it.each(['', '1', '3a', 'Champion', 'a b', 'x'.repeat(64)])('refuse the alias %j', async (alias) => {
    const { id } = await register('strict');
    expect(await codes(aliases.set(everything, { modelVersionId: id, alias }))).toEqual(['TEXT_INVALID input.alias']);
  });

  it('name a version that does not exist', async () => {
    expect(await codes(aliases.set(everything, { modelVersionId: uuid(), alias: 'a' }))).toEqual([
      'NOT_FOUND input.modelVersionId',
    ]);
  });

  it('know what their labels cost: the kind the training read, on training images, up to the frozen revision', async () => {
    const { id } = await register('costly');
    expect(await labelCosts.ofModelVersions(everything, [id])).toMatchObject([
      [{ kind: 'BOX', images: 2, measuredImages: 1, derivedImages: 0, activeSeconds: 10, secondsPerImage: 10 }],
    ]);
    expect(await labelCosts.ofDatasets(everything, [snapshot.datasetId, uuid()])).toMatchObject([
      [
        { kind: 'BOX', images: 3, measuredImages: 2, derivedImages: 0, activeSeconds: 60, secondsPerImage: 30 },
        { kind: 'PIXEL', images: 1, measuredImages: 1, derivedImages: 0, activeSeconds: 100, secondsPerImage: 100 },
      ],
      [],
    ]);
  });
});
