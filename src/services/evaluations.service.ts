import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  EvaluatedImageEntity,
  EvaluationEntity,
  ModelVersionEntity,
  SnapshotEntity,
  SnapshotImageEntity,
  type Split,
} from '../database/entities/index.js';
import type { JobQueue } from '../jobs/index.js';
import type { NeededDevice } from '../shared/devices.js';
import { notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import type { EvaluationResult } from '../toolkit/index.js';
import { inputDigest } from './inputDigest.js';
import { paginateEach } from './paginateEach.js';
import type { Page, PageRequest } from './pagination.js';
import { imagesTrainedOn } from './registry/imagesTrainedOn.js';
import { keyProblems } from './names.js';
import { idsIn, inScope, projectOf, rowsIn, projectProblems } from './scoped.js';

/** What to measure, and on which images. */
export interface StartEvaluation {
  modelVersionId: string;
  snapshotId: string;
  /** Default TEST. */
  split?: Split | null | undefined;
  idempotencyKey?: string | null | undefined;
  /** Higher ones are taken first; default 0. */
  priority?: number | null | undefined;
  /** What it must be computed on; default ANY. */
  device?: NeededDevice | null | undefined;
}

/** The result of one image, as an evaluation hands it over. */
export type NewEvaluatedImage = Omit<EvaluatedImageEntity, 'id' | 'evaluationId' | 'evaluation' | 'image'>;

/** Everything an evaluation hands over. */
export interface EvaluationOutcome extends EvaluationResult {
  images: readonly NewEvaluatedImage[];
  /** What regions and overlays were cut at. */
  pixelThreshold: number | null;
  /** Anomalous images without a pixel label: they count in the image metrics only. */
  imagesWithoutMask: number;
}

/** Starts evaluations and reads their results. */
export class EvaluationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: JobQueue,
  ) {}

  /**
   * Stores evaluation and job in one transaction.
   * @throws ProblemError NOT_FOUND for the version or snapshot, BAD_USER_INPUT when the split is empty, IDEMPOTENCY_CONFLICT.
   */
  async start(scope: AccessScope, input: StartEvaluation): Promise<EvaluationEntity> {
    const split = input.split ?? 'TEST';
    throwIfProblems(await this.problems(scope, input, split));
    const { idempotencyKey, ...content } = input;
    const projectId = await projectOf(this.dataSource.manager, SnapshotEntity, input.snapshotId);
    return this.dataSource.transaction(async (manager) => {
      const evaluations = manager.getRepository(EvaluationEntity);
      const id = uuid();
      const key = idempotencyKey ? { idempotencyKey, inputDigest: inputDigest(content) } : {};
      const { priority, device } = input;
      const job = await this.queue.enqueue(manager, { id, kind: 'EVALUATION', projectId, priority, device, ...key });
      if (job.id !== id) return evaluations.findOneByOrFail({ jobId: job.id });
      const { modelVersionId, snapshotId } = input;
      return evaluations.save(evaluations.create({ jobId: id, modelVersionId, snapshotId, split }));
    });
  }

  /** The evaluation of a job. @throws ProblemError NOT_FOUND. */
  async require(scope: AccessScope, id: string): Promise<EvaluationEntity> {
    const found = await rowsIn(scope, this.evaluations, { jobId: id }).getOne();
    if (!found) throw notFound('evaluation', id);
    return found;
  }

  /** Stores metrics, curves and the results of every image; part of the transaction that completes the job. */
  async store(
    manager: EntityManager,
    evaluationId: string,
    { images, rocCurve: roc, precisionRecallCurve: precisionRecall, proCurve: pro, ...outcome }: EvaluationOutcome,
  ): Promise<void> {
    const curves = { roc, precisionRecall, pro };
    await manager.update(EvaluationEntity, { jobId: evaluationId }, { ...outcome, curves });
    const rows = images.map((image) => manager.create(EvaluatedImageEntity, { ...image, id: uuid(), evaluationId }));
    await manager.save(rows, { chunk: 200 });
  }

  /** How many images of each evaluation its model was trained on; null where that is not known. In the order of `ids`. */
  async imagesTrainedOn(scope: AccessScope, ids: readonly string[]): Promise<(number | null)[]> {
    const { manager } = this.dataSource;
    const own = await idsIn(scope, manager, EvaluationEntity, ids);
    const found = await imagesTrainedOn(manager, own);
    return ids.map((id) => found[own.indexOf(id)] ?? null);
  }

  /** Evaluations by id, in any order. */
  byIds(scope: AccessScope, ids: readonly string[]): Promise<EvaluationEntity[]> {
    return rowsIn(scope, this.evaluations, { jobId: In([...ids]) }).getMany();
  }

  /** Evaluations of each model version, newest first. */
  pagesOfVersions(
    scope: AccessScope,
    modelVersionIds: readonly string[],
    request: PageRequest,
  ): Promise<Page<EvaluationEntity>[]> {
    const query = this.evaluations.createQueryBuilder('evaluation');
    return paginateEach(inScope(query, scope), modelVersionIds, {
      connection: (id) => `evaluations:${id}`,
      alias: 'evaluation',
      owner: 'modelVersionId',
      id: 'jobId',
      keys: [{ column: 'jobId', direction: 'DESC' }],
      request,
    });
  }

  /** The newest completed evaluation of a version on a split of a snapshot. */
  newestCompleted(
    scope: AccessScope,
    modelVersionId: string,
    snapshotId: string,
    split: Split,
  ): Promise<EvaluationEntity | null> {
    return rowsIn(scope, this.evaluations, { modelVersionId, snapshotId, split })
      .innerJoin('found.job', 'job', `job.state = 'COMPLETED'`)
      .orderBy('found.jobId', 'DESC')
      .limit(1)
      .getOne();
  }

  private get evaluations() {
    return this.dataSource.getRepository(EvaluationEntity);
  }

  private async problems(scope: AccessScope, input: StartEvaluation, split: Split): Promise<Problem[]> {
    const { modelVersionId, snapshotId } = input;
    const problems = keyProblems(input.idempotencyKey);
    const missing = (name: string, what: string, id: string) =>
      problems.push(...notFound(what, id, ['input', name]).problems);
    const manager = this.dataSource.manager;
    if (!(await rowsIn(scope, manager.getRepository(ModelVersionEntity), { id: modelVersionId }).getExists())) {
      missing('modelVersionId', 'model version', modelVersionId);
    }
    if (!(await rowsIn(scope, manager.getRepository(SnapshotEntity), { id: snapshotId }).getExists()))
      missing('snapshotId', 'snapshot', snapshotId);
    else if (!(await manager.existsBy(SnapshotImageEntity, { snapshotId, split }))) {
      const message = `the snapshot has no image in split ${split}: there is nothing to evaluate on`;
      problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'split'] });
    }
    if (problems.length > 0) return problems;
    const [ofVersion, ofImages] = [
      await projectOf(manager, ModelVersionEntity, modelVersionId),
      await projectOf(manager, SnapshotEntity, snapshotId),
    ];
    return projectProblems(ofVersion, ofImages, { noun: 'snapshot', field: 'snapshotId' });
  }
}
