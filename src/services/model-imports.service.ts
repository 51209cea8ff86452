import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import {
  DatasetEntity,
  JobEntity,
  SnapshotEntity,
  TrainingRunEntity,
  type ModelVersionEntity,
} from '../database/entities/index.js';
import { openZip, type BlobStore, type StoredBlob, type ZipArchive } from '../files/index.js';
import { recordState } from '../jobs/index.js';
import type { PluginKind } from '../plugin-api/index.js';
import type { PluginRecord, PluginRegistry } from '../plugin-host/index.js';
import type { Limits } from '../shared/config.js';
import { collectProblems, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { decodeSafetensors } from '../toolkit/index.js';
import {
  longestManifest,
  manifestFile,
  readManifest,
  stateFile,
  type BundleManifest,
} from './model-bundles/manifest.js';
import type { ModelsService } from './models.service.js';
import { nameProblems } from './names.js';
import type { ProjectsService } from './projects.service.js';
import type { UploadsService } from './uploads.service.js';

export interface ImportModel {
  uploadId: string;
  /** The bundle's own name when left out. */
  modelName?: string | null | undefined;
}

interface Dependencies {
  dataSource: DataSource;
  blobs: BlobStore;
  uploads: Pick<UploadsService, 'take'>;
  projects: Pick<ProjectsService, 'default'>;
  models: Pick<ModelsService, 'registerVersion'>;
  registry: Pick<PluginRegistry, 'requireRecord'>;
  limits: Limits;
}

/** Takes in model versions that another Residua exported as bundles. */
export class ModelImportsService {
  constructor(private readonly parts: Dependencies) {}

  /**
   * Adds the version in a bundle, with the training that made it. What it was trained on does not travel along: unless a
   * snapshot of the same content is here, one without images stands for it, in a data set of its own.
   * @throws ProblemError NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_EXPIRED, TEXT_INVALID; ARCHIVE_*; MODEL_INVALID,
   * MODEL_FORMAT_UNSUPPORTED, MODEL_PLUGIN_MISMATCH, ARTIFACT_CORRUPT, MODEL_WEIGHTS_INVALID, MODEL_NON_FINITE.
   */
  async import({ uploadId, modelName }: ImportModel): Promise<ModelVersionEntity> {
    const { uploads, blobs, limits } = this.parts;
    throwIfProblems(modelName ? nameProblems('model name', modelName, { field: ['input', 'modelName'] }) : []);
    const { sha256, filename: item } = await uploads.take(uploadId);
    const zip = await openZip(await blobs.localFile(sha256), { item, limits });
    try {
      const manifest = await this.manifestOf(zip, item);
      const artifact = await this.stateOf(zip, manifest, item);
      return await this.register({ ...manifest, model: modelName ?? manifest.model }, manifest, artifact);
    } finally {
      await zip.close();
    }
  }

  private async manifestOf(zip: ZipArchive, item: string): Promise<BundleManifest> {
    const entry = fileOf(zip, manifestFile, item);
    if (entry.bytes > longestManifest) {
      const message = `${item}: ${manifestFile} has ${entry.bytes} bytes; at most ${longestManifest} are read`;
      throw problem('MODEL_TOO_LARGE', message, { item });
    }
    const manifest = readManifest((await entry.read()).toString('utf8'), item);
    throwIfProblems(this.pluginProblems(manifest));
    return manifest;
  }

  /** Predictions need detector and features as they were; augmentations and loss matter to a training alone. */
  private pluginProblems({ detector, featureExtractor }: BundleManifest): Problem[] {
    const problems: Problem[] = [];
    const check = (kind: PluginKind, record: PluginRecord) =>
      collectProblems(problems, () => this.parts.registry.requireRecord(kind, record));
    check('detector', detector);
    if (featureExtractor) check('feature-extractor', featureExtractor);
    return problems;
  }

  /** Stores the state, once it is known to be whole and to hold numbers. */
  private async stateOf(zip: ZipArchive, { state }: BundleManifest, item: string): Promise<StoredBlob> {
    const bytes = await fileOf(zip, stateFile, item).read();
    const { tensors } = decodeSafetensors(bytes, item);
    throwIfProblems(
      Object.entries(tensors).flatMap(([name, { data }]): Problem[] => {
        const at = data.findIndex((value) => !Number.isFinite(value));
        const message = `${item}: tensor ${name} holds ${data[at]} at place ${at}`;
        return at < 0 ? [] : [{ code: 'MODEL_NON_FINITE', message, item }];
      }),
    );
    return this.parts.blobs.put(bytes, {
      accept: ({ sha256 }) => {
        if (sha256 === state.sha256) return;
        const message = `${item}: ${stateFile} is damaged: expected sha256 ${state.sha256}, found ${sha256}`;
        throw problem('ARTIFACT_CORRUPT', message, { item });
      },
    });
  }

  private async register(named: BundleManifest, original: BundleManifest, artifact: StoredBlob) {
    const { dataSource, projects, models } = this.parts;
    const project = await projects.default();
    return dataSource.transaction(async (manager) => {
      const snapshotId = await snapshotOf(manager, named, project.id);
      const run = await storeRun(manager, named, snapshotId, `${original.model} version ${original.version}`);
      const { supervision, tags, imageThreshold, pixelThreshold, thresholdPolicy, calibration } = named;
      return models.registerVersion(manager, {
        ...{ modelName: named.model, projectId: project.id, trainingRunId: run.jobId, snapshotId, supervision },
        ...{ artifactSha256: artifact.sha256, artifactBytes: artifact.bytes, tags, imageThreshold, pixelThreshold },
        ...{ thresholdPolicy: { ...thresholdPolicy, evaluationId: null }, calibration },
      });
    });
  }
}

function fileOf(zip: ZipArchive, path: string, item: string) {
  const entry = zip.entries.find((each) => each.path === path);
  if (entry) return entry;
  const message = `${item} holds no ${path}: it is no bundle of a model (residua export model … --format bundle)`;
  throw problem('MODEL_INVALID', message, { item });
}

/** The snapshot of the same content, or one that stands for it. */
async function snapshotOf(manager: EntityManager, { model, snapshot }: BundleManifest, projectId: string) {
  const known = await manager.findOne(SnapshotEntity, { where: { digest: snapshot.digest }, order: { id: 'ASC' } });
  if (known) return known.id;
  const name = `imported with ${model.slice(0, 60)} ${snapshot.digest.slice(0, 12)}`;
  await manager
    .createQueryBuilder()
    .insert()
    .into(DatasetEntity)
    .values({ id: uuid(), name, projectId })
    .orIgnore()
    .execute();
  const dataset = await manager.findOneByOrFail(DatasetEntity, { name });
  const id = uuid();
  await manager.insert(SnapshotEntity, { id, datasetId: dataset.id, tag: 'imported', ...snapshot });
  return id;
}

/** The training as it was, ended. */
async function storeRun(manager: EntityManager, manifest: BundleManifest, snapshotId: string, importedFrom: string) {
  const jobId = uuid();
  const ended = { state: 'COMPLETED', progress: 1, lastSeq: 1, finishedAt: new Date() } as const;
  await manager.insert(JobEntity, { id: jobId, kind: 'TRAINING', ...ended });
  await recordState(manager, { id: jobId, seq: 1, attempt: 0, state: 'COMPLETED' });
  const { supervision, labels, seed, preset, detector, featureExtractor, augmentations, loss, settings } = manifest;
  const { sampleBits } = manifest;
  const runs = manager.getRepository(TrainingRunEntity);
  return runs.save(
    runs.create({
      ...{ jobId, snapshotId, modelName: manifest.model, supervision, labels, seed, preset, settings },
      ...{ detector, featureExtractor, augmentations, loss, sampleBits },
      environment: { ...manifest.environment, importedFrom },
      fromModelVersionId: null,
    } as Partial<TrainingRunEntity>),
  );
}
