import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  DatasetEntity,
  JobEntity,
  ModelImportEntity,
  SnapshotEntity,
  TrainingRunEntity,
} from '../database/entities/index.js';
import { shown, type StoredBlob } from '../files/index.js';
import { recordState, type JobQueue } from '../jobs/index.js';
import { collectProblems, throwIfProblems, type Problem } from '../shared/errors.js';
import type { BundleManifest } from './model-bundles/manifest.js';
import type { ModelsService } from './models.service.js';
import { nameProblems } from './names.js';
import type { ProjectsService } from './projects.service.js';
import { rowsIn } from './scoped.js';
import type { UploadsService } from './uploads.service.js';

/** What an import of a model version is asked for with. */
export interface StartModelImport {
  uploadId: string;
  /** The bundle's own name when left out. */
  modelName?: string | null | undefined;
  /** That of the upload when left out. */
  projectId?: string | undefined;
}

interface Dependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  uploads: Pick<UploadsService, 'take'>;
  projects: Pick<ProjectsService, 'choose'>;
  models: Pick<ModelsService, 'registerVersion'>;
}

/** Takes in model versions that another Residua exported as bundles. Queued here; a worker reads and checks the bundle. */
export class ModelImportsService {
  constructor(private readonly parts: Dependencies) {}

  /** Queues an import. @throws ProblemError NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_EXPIRED, TEXT_INVALID; all at once. */
  async start(scope: AccessScope, { uploadId, modelName, projectId }: StartModelImport): Promise<ModelImportEntity> {
    const problems: Problem[] = modelName
      ? nameProblems('model name', modelName, { field: ['input', 'modelName'] })
      : [];
    const upload = await collectProblems(problems, () => this.parts.uploads.take(scope, uploadId));
    if (projectId) await collectProblems(problems, () => this.parts.projects.choose(scope, projectId));
    if (projectId && upload && upload.projectId !== projectId) problems.push(uploadElsewhere(shown(upload.filename)));
    throwIfProblems(problems);
    const { sha256: bundleSha256, filename } = upload!;
    return this.parts.dataSource.transaction(async (manager) => {
      const jobId = uuid();
      await this.parts.queue.enqueue(manager, { id: jobId, kind: 'MODEL_IMPORT', projectId: upload!.projectId });
      const imports = manager.getRepository(ModelImportEntity);
      await imports.insert({ jobId, bundleSha256, filename, modelName: modelName || null });
      return imports.findOneByOrFail({ jobId });
    });
  }

  /** The import of a job. @throws Error for a job about something else. */
  require(scope: AccessScope, jobId: string): Promise<ModelImportEntity> {
    return rowsIn(scope, this.parts.dataSource.getRepository(ModelImportEntity), { jobId }).getOneOrFail();
  }

  /**
   * Adds the version, with the training that made it; part of the transaction that completes the job. What it was trained on does
   * not travel along: unless a snapshot of the same content is here, one without images stands for it, in a data set of its own.
   * @param artifact the state of the bundle, stored.
   */
  async finish(
    manager: EntityManager,
    { jobId, modelName }: ModelImportEntity,
    manifest: BundleManifest,
    artifact: StoredBlob,
  ): Promise<void> {
    const { projectId } = await manager.findOneByOrFail(JobEntity, { id: jobId });
    const named = { ...manifest, model: modelName ?? manifest.model };
    const snapshotId = await snapshotOf(manager, named, projectId);
    const importedFrom = `${manifest.model} version ${manifest.version}`;
    const run = await storeRun(manager, named, { projectId, snapshotId, importedFrom });
    const { supervision, tags, imageThreshold, pixelThreshold, thresholdPolicy, calibration } = named;
    const version = await this.parts.models.registerVersion(manager, {
      ...{ modelName: named.model, projectId, trainingRunId: run.jobId, snapshotId, supervision },
      ...{ artifactSha256: artifact.sha256, artifactBytes: artifact.bytes, tags, imageThreshold, pixelThreshold },
      ...{ thresholdPolicy: { ...thresholdPolicy, evaluationId: null }, calibration },
    });
    await manager.update(ModelImportEntity, { jobId }, { bundleSha256: null, modelVersionId: version.id });
  }
}

function uploadElsewhere(filename: string): Problem {
  const message = `the upload of '${filename}' was announced for another project; announce it with this projectId`;
  return { code: 'BAD_USER_INPUT', message, field: ['input', 'projectId'], item: filename };
}

/** The snapshot of the same content, or one that stands for it. */
async function snapshotOf(manager: EntityManager, { model, snapshot }: BundleManifest, projectId: string) {
  const known = await manager.findOne(SnapshotEntity, {
    where: { digest: snapshot.digest, dataset: { projectId } },
    order: { id: 'ASC' },
  });
  if (known) return known.id;
  const name = `imported with ${model.slice(0, 60)} ${snapshot.digest.slice(0, 12)}`;
  await manager
    .createQueryBuilder()
    .insert()
    .into(DatasetEntity)
    .values({ id: uuid(), name, projectId })
    .orIgnore()
    .execute();
  const dataset = await manager.findOneByOrFail(DatasetEntity, { name, projectId });
  const id = uuid();
  await manager.insert(SnapshotEntity, { id, datasetId: dataset.id, tag: 'imported', ...snapshot });
  return id;
}

/** The training as it was, ended. */
async function storeRun(
  manager: EntityManager,
  manifest: BundleManifest,
  { projectId, snapshotId, importedFrom }: { projectId: string; snapshotId: string; importedFrom: string },
) {
  const jobId = uuid();
  const ended = { state: 'COMPLETED', progress: 1, lastSeq: 1, finishedAt: new Date() } as const;
  await manager.insert(JobEntity, { id: jobId, projectId, kind: 'TRAINING', ...ended });
  await recordState(manager, { id: jobId, seq: 1, attempt: 0, state: 'COMPLETED' });
  const { supervision, labels, seed, preset, detector, featureExtractor, augmentations, loss, settings } = manifest;
  const { sampleBits, modelFiles } = manifest;
  const runs = manager.getRepository(TrainingRunEntity);
  return runs.save(
    runs.create({
      ...{ jobId, snapshotId, modelName: manifest.model, supervision, labels, seed, preset, settings },
      ...{ detector, featureExtractor, augmentations, loss, sampleBits, modelFiles },
      environment: { ...manifest.environment, importedFrom },
      fromModelVersionId: null,
    } as Partial<TrainingRunEntity>),
  );
}
