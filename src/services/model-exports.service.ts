import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { everything, type AccessScope } from '../access/index.js';
import {
  ModelExportEntity,
  ModelVersionEntity,
  modelExportFormats,
  type ModelExportFormat,
  type PluginRecord,
  type TrainingRunEntity,
} from '../database/entities/index.js';
import type { StoredBlob } from '../files/index.js';
import type { JobQueue } from '../jobs/index.js';
import type { PluginRegistry } from '../plugin-host/index.js';
import { collectProblems, notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import { bundleManifest, type BundleManifest } from './model-bundles/manifest.js';
import { rowsIn } from './scoped.js';

/** Which version to export, and as what. */
export interface StartModelExport {
  modelVersionId: string;
  format: string;
}

/** A version with all that an export says about it. */
export interface ExportedVersion {
  version: ModelVersionEntity;
  run: TrainingRunEntity;
  manifest: BundleManifest;
}

interface Dependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  registry: Pick<PluginRegistry, 'requireRecord'>;
}

/** Exports of model versions: queued here, written by a worker. */
export class ModelExportsService {
  constructor(private readonly parts: Dependencies) {}

  /**
   * Queues an export.
   * @throws ProblemError NOT_FOUND, BAD_USER_INPUT for another format; for `onnx` also MODEL_PLUGIN_MISMATCH, and
   * MODEL_FORMAT_UNSUPPORTED when the detector has no prediction graph.
   */
  async start(scope: AccessScope, { modelVersionId, format }: StartModelExport): Promise<ModelExportEntity> {
    const problems: Problem[] = [];
    const known = modelExportFormats.find((each) => each === format);
    if (!known) problems.push(unknownFormat(format));
    const version = await this.find(scope, modelVersionId);
    if (!version) problems.push(...notFound('model version', modelVersionId, ['input', 'modelVersionId']).problems);
    else if (known === 'onnx') problems.push(...this.graphProblems(version.trainingRun!.detector));
    throwIfProblems(problems);
    return this.parts.dataSource.transaction((manager) => this.store(manager, version!, known!));
  }

  /** The export of a job. @throws Error for a job about something else. */
  require(scope: AccessScope, jobId: string): Promise<ModelExportEntity> {
    return rowsIn(scope, this.parts.dataSource.getRepository(ModelExportEntity), { jobId }).getOneOrFail();
  }

  /** What an export is to hold. @throws ProblemError NOT_FOUND. */
  async describe({ modelVersionId }: ModelExportEntity): Promise<ExportedVersion> {
    const version = await this.find(everything, modelVersionId);
    if (!version) throw notFound('model version', modelVersionId);
    return { version, run: version.trainingRun!, manifest: bundleManifest(version) };
  }

  /** Keeps the file that was written; part of the transaction that completes the job. */
  async finish(manager: EntityManager, jobId: string, { sha256, bytes }: StoredBlob): Promise<void> {
    await manager.update(ModelExportEntity, { jobId }, { artifactSha256: sha256, artifactBytes: bytes });
  }

  private find(scope: AccessScope, id: string): Promise<ModelVersionEntity | null> {
    return rowsIn(scope, this.parts.dataSource.getRepository(ModelVersionEntity), { id })
      .innerJoinAndSelect('found.model', 'model')
      .innerJoinAndSelect('found.trainingRun', 'run')
      .innerJoinAndSelect('found.snapshot', 'snapshot')
      .getOne();
  }

  private async store(manager: EntityManager, version: ModelVersionEntity, format: ModelExportFormat) {
    const jobId = uuid();
    const { projectId } = version.model!;
    await this.parts.queue.enqueue(manager, { id: jobId, kind: 'MODEL_EXPORT', projectId });
    const exports = manager.getRepository(ModelExportEntity);
    await exports.insert({ jobId, modelVersionId: version.id, format });
    return exports.findOneByOrFail({ jobId });
  }

  private graphProblems(record: PluginRecord): Problem[] {
    const problems: Problem[] = [];
    const detector = collectProblems(problems, () => this.parts.registry.requireRecord('detector', record));
    if (detector && !detector.hasPredictionGraph) {
      const message = `detector ${record.id} has no prediction graph, so it cannot be written as one ONNX file; the format bundle can hold it`;
      problems.push({ code: 'MODEL_FORMAT_UNSUPPORTED', message, field: ['input', 'format'], item: record.id });
    }
    return problems;
  }
}

function unknownFormat(format: string): Problem {
  const message = `the format ${JSON.stringify(format.slice(0, 100))} is not known; known formats: ${modelExportFormats.join(', ')}`;
  return { code: 'BAD_USER_INPUT', message, field: ['input', 'format'] };
}
