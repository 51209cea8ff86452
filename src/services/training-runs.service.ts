import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  JobEntity,
  JobEventEntity,
  ModelVersionEntity,
  SnapshotEntity,
  TrainingRunEntity,
  type AnnotationKind,
  type MetricsReportedPayload,
} from '../database/entities/index.js';
import type { JobQueue } from '../jobs/index.js';
import type { NeededDevice } from '../shared/devices.js';
import { collectProblems, notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import { defaultQuantiles, type NormalScores } from '../shared/thresholds.js';
import { findSplitLeakage } from './imports/splitLeakage.js';
import { inputDigest } from './inputDigest.js';
import { keyProblems, nameProblems } from './names.js';
import type { ModelsService } from './models.service.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import type { QuotasService } from './quotas.service.js';
import { thresholdsAtQuantiles } from './registry/thresholdPolicies.js';
import type { ModelFileStore } from './training/modelFileStore.js';
import type { TextureStore } from './training/textureStore.js';
import { liesIn, projectOf, rowsIn, projectProblems } from './scoped.js';
import { labelKind, labelProblems, normalImageProblems } from './training/dataProblems.js';
import { snapshotSampleBits } from './training/snapshotSampleBits.js';
import type { PlannedTraining, TrainingPlanner } from './training/planner.js';
import type { StartingPoint, TrainingChoice } from './training/trainingPlan.js';

/** A training to start; what is left out comes from the preset. */
export interface StartTraining extends TrainingChoice {
  snapshotId: string;
  modelName: string;
  /** SUPERVISED: PIXEL or BLOCK (default PIXEL); SEMI_SUPERVISED: BOX. */
  labels?: AnnotationKind | null | undefined;
  seed?: number | null | undefined;
  fromModelVersionId?: string | null | undefined;
  /** Train although the same bytes are in training and test. */
  allowLeakage?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
  /** Higher ones are taken first; default 0. */
  priority?: number | null | undefined;
  /** What it must be computed on; default ANY. */
  device?: NeededDevice | null | undefined;
}

/** One value of a metric's history. */
export interface MetricPoint {
  /** Of the training, e.g. `pre-training`; each counts its own steps. */
  stage: string;
  step: number;
  value: number;
  at: Date;
}

/** What training runs are started with. */
export interface TrainingRunsDependencies {
  dataSource: DataSource;
  queue: JobQueue;
  plan: TrainingPlanner;
  models: ModelsService;
  modelFiles: ModelFileStore;
  quotas: QuotasService;
  textures: TextureStore;
  pixels: PixelProcesses;
}

/** Starts trainings and reads their histories. */
export class TrainingRunsService {
  private readonly dataSource: DataSource;

  constructor(private readonly parts: TrainingRunsDependencies) {
    this.dataSource = parts.dataSource;
  }

  /**
   * Checks everything that can be known before the work, then stores run and job in one transaction.
   * @throws ProblemError with all problems at once: NOT_FOUND, CONFIG_INVALID, PLUGIN_PARAMS_INVALID,
   * TRAINING_DATA_INSUFFICIENT, SPLIT_LEAKAGE, IDEMPOTENCY_CONFLICT, QUOTA_EXCEEDED; of model files and textures what {@link ModelFileStore.find} and
   * {@link TextureStore.find} say.
   */
  async start(scope: AccessScope, input: StartTraining): Promise<TrainingRunEntity> {
    const problems: Problem[] = [...requestProblems(input)];
    const startFrom = await this.startingPoint(scope, input, problems);
    const planned = await collectProblems(problems, () => this.parts.plan(input, ['input'], startFrom));
    const labels = labelKind(input, ['input'], problems);
    problems.push(...(await this.dataProblems(scope, input, labels, planned)));
    const used = await collectProblems(problems, () =>
      this.parts.modelFiles.find(planned?.modelFiles ?? [], startFrom?.modelFiles ?? [], ['input', 'featureExtractor']),
    );
    const textures = await collectProblems(problems, () => this.parts.textures.find(planned?.textureFolders ?? []));
    throwIfProblems(problems);
    const modelFiles = await this.parts.modelFiles.store(used!);
    const textureFiles = await this.parts.textures.store(textures!);
    // Features of the version to continue from mean nothing when images are read in another way.
    const sampleBits = startFrom
      ? startFrom.sampleBits
      : await snapshotSampleBits(this.dataSource.manager, input.snapshotId);
    return this.dataSource.transaction((manager) =>
      this.store(manager, input, {
        ...planned!.plan,
        modelFiles,
        textureFiles,
        labels,
        supervision: input.supervision,
        seed: input.seed ?? 0,
        sampleBits,
      }),
    );
  }

  /** Runs by id, in any order. */
  byIds(scope: AccessScope, ids: readonly string[]): Promise<TrainingRunEntity[]> {
    return rowsIn(scope, this.dataSource.getRepository(TrainingRunEntity), { jobId: In([...ids]) }).getMany();
  }

  /** The run of a job. @throws ProblemError NOT_FOUND. */
  async require(scope: AccessScope, id: string): Promise<TrainingRunEntity> {
    const found = await rowsIn(scope, this.dataSource.getRepository(TrainingRunEntity), { jobId: id }).getOne();
    if (!found) throw notFound('training run', id);
    return found;
  }

  /** Keeps what computes the run: engine, version, threads. */
  async recordEnvironment(
    manager: EntityManager,
    id: string,
    environment: TrainingRunEntity['environment'],
  ): Promise<void> {
    await manager.update(TrainingRunEntity, { jobId: id }, { environment });
  }

  /** Adds the model version a run made, its thresholds chosen by `calibration`; part of the transaction that completes its job. */
  async registerVersion(
    manager: EntityManager,
    run: TrainingRunEntity,
    artifact: { sha256: string; bytes: number },
    calibration: NormalScores,
  ): Promise<void> {
    const snapshot = await manager.findOneOrFail(SnapshotEntity, {
      where: { id: run.snapshotId },
      relations: { dataset: true },
    });
    await this.parts.models.registerVersion(manager, {
      ...thresholdsAtQuantiles(calibration, defaultQuantiles),
      calibration,
      modelName: run.modelName,
      projectId: snapshot.dataset!.projectId,
      trainingRunId: run.jobId,
      snapshotId: run.snapshotId,
      supervision: run.supervision,
      artifactSha256: artifact.sha256,
      artifactBytes: artifact.bytes,
    });
  }

  /** Every reported value of one metric, in order, each step once: those of a run that this one does again come first. */
  async metricHistory(scope: AccessScope, runId: string, name: string): Promise<MetricPoint[]> {
    if (!(await liesIn(scope, this.dataSource.manager, JobEntity, runId))) return [];
    const points = await this.reportedBy(runId, name);
    const [first] = points;
    const { retryOf } = await this.dataSource.getRepository(JobEntity).findOneByOrFail({ id: runId });
    if (!retryOf) return points;
    // What the run it continues had reported up to there; nothing when it began anew.
    const before = await this.metricHistory(scope, retryOf, name);
    const again = before.findIndex(({ stage, step }) => stage === first?.stage && step >= first.step);
    return [...before.slice(0, again < 0 ? before.length : again), ...points];
  }

  private async reportedBy(runId: string, name: string): Promise<MetricPoint[]> {
    const events = await this.dataSource.getRepository(JobEventEntity).find({
      where: { jobId: runId, type: 'METRICS_REPORTED' },
      order: { seq: 'ASC' },
    });
    return events.flatMap(({ payload, at }) => {
      const { stage, step, metrics } = payload as MetricsReportedPayload;
      return metrics.filter((metric) => metric.name === name).map(({ value }) => ({ stage, step, value, at }));
    });
  }

  private async store(
    manager: EntityManager,
    input: StartTraining,
    values: Partial<TrainingRunEntity>,
  ): Promise<TrainingRunEntity> {
    const runs = manager.getRepository(TrainingRunEntity);
    const id = uuid();
    const { idempotencyKey, ...content } = input;
    const projectId = await projectOf(manager, SnapshotEntity, input.snapshotId);
    const job = await this.parts.queue.enqueue(manager, {
      id,
      projectId,
      kind: 'TRAINING',
      priority: input.priority,
      device: input.device,
      ...(idempotencyKey ? { idempotencyKey, inputDigest: inputDigest(content) } : {}),
    });
    if (job.id !== id) return runs.findOneByOrFail({ jobId: job.id });
    await this.parts.quotas.requireTrainingTime(projectId, manager);
    return runs.save(
      runs.create({
        ...values,
        jobId: id,
        snapshotId: input.snapshotId,
        modelName: input.modelName,
        fromModelVersionId: input.fromModelVersionId ?? null,
        environment: {},
      }),
    );
  }

  private async dataProblems(
    scope: AccessScope,
    input: StartTraining,
    labels: AnnotationKind | null,
    planned: PlannedTraining | undefined,
  ): Promise<Problem[]> {
    const { snapshotId, allowLeakage } = input;
    const { manager } = this.dataSource;
    const isThere = await rowsIn(scope, manager.getRepository(SnapshotEntity), { id: snapshotId }).getExists();
    if (!isThere) return [...notFound('snapshot', snapshotId, ['input', 'snapshotId']).problems];
    const parts = { manager, pixels: this.parts.pixels };
    return [
      ...(await normalImageProblems(manager, snapshotId)),
      ...(await labelProblems(parts, { ...input, labels }, planned)),
      ...(allowLeakage ? [] : await findSplitLeakage(manager, { snapshotId })),
    ];
  }

  /** What the version to continue from was trained with. */
  private async startingPoint(
    scope: AccessScope,
    { fromModelVersionId, snapshotId }: StartTraining,
    problems: Problem[],
  ): Promise<StartingPoint | undefined> {
    if (!fromModelVersionId) return undefined;
    const versions = this.dataSource.getRepository(ModelVersionEntity);
    const version = await rowsIn(scope, versions, { id: fromModelVersionId })
      .innerJoinAndSelect('found.trainingRun', 'run')
      .getOne();
    const snapshots = this.dataSource.getRepository(SnapshotEntity);
    if (version && (await rowsIn(scope, snapshots, { id: snapshotId }).getExists())) {
      const { manager } = this.dataSource;
      const ofVersion = await projectOf(manager, ModelVersionEntity, version.id);
      const ofImages = await projectOf(manager, SnapshotEntity, snapshotId);
      problems.push(...projectProblems(ofVersion, ofImages, { noun: 'snapshot', field: 'snapshotId' }));
    }
    if (!version)
      problems.push(...notFound('model version', fromModelVersionId, ['input', 'fromModelVersionId']).problems);
    return version?.trainingRun;
  }
}

function requestProblems({ modelName, seed, idempotencyKey }: StartTraining): Problem[] {
  const problems = [
    ...nameProblems('model name', modelName, { field: ['input', 'modelName'] }),
    ...keyProblems(idempotencyKey),
  ];
  if (seed !== null && seed !== undefined && seed < 0) {
    problems.push({
      code: 'CONFIG_INVALID',
      message: `seed is ${seed}: it must not be negative`,
      field: ['input', 'seed'],
    });
  }
  return problems;
}
