import type { DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import { EvaluatedImageEntity, EvaluationEntity } from '../database/entities/index.js';
import { FaultError } from '../shared/errors.js';
import { paginate, type Page, type PageKey, type PageRequest } from './pagination.js';
import {
  imageThresholdOf,
  judged,
  verdictConditions,
  wrongBy,
  wrongBySql,
  type JudgedImage,
  type Verdict,
} from './registry/verdicts.js';
import { inScope, rowsIn } from './scoped.js';

/** How results are ordered: what was judged worst first, the highest score first, or by name. */
export type EvaluatedImageOrder = 'WORST_FIRST' | 'SCORE_DESC' | 'FILENAME';

/** Which results of an evaluation, in which order. */
export interface EvaluatedImagesRequest {
  /** WORST_FIRST when left out. */
  orderBy?: EvaluatedImageOrder | null | undefined;
  /** Image threshold to judge by; the model version's current one when left out. */
  threshold?: number | null | undefined;
  filter?: { defectType?: string | null | undefined; verdict?: Verdict | null | undefined } | null | undefined;
}

/** Results per image, judged when they are read: a threshold that changes, changes every verdict. */
export class EvaluatedImagesService {
  constructor(private readonly dataSource: DataSource) {}

  /** A page of an evaluation's results. @throws FaultError BAD_USER_INPUT for a threshold that is negative or not finite. */
  async page(
    scope: AccessScope,
    evaluationId: string,
    { orderBy, threshold: given, filter }: EvaluatedImagesRequest,
    request: PageRequest,
  ): Promise<Page<JudgedImage>> {
    const order = orderBy ?? 'WORST_FIRST';
    const asked = checkedThreshold(given);
    const { pixelThreshold, modelVersion } = await this.evaluation(scope, evaluationId);
    const threshold = asked ?? imageThresholdOf(modelVersion!);
    const query = this.dataSource
      .getRepository(EvaluatedImageEntity)
      .createQueryBuilder('result')
      .where({ evaluationId })
      .setParameter('threshold', threshold);
    if (filter?.verdict) query.andWhere(verdictConditions[filter.verdict]);
    if (typeof filter?.defectType === 'string') query.andWhere({ defectType: filter.defectType });
    const page = await paginate(inScope(query, scope), {
      connection: `evaluated-images:${evaluationId}:${order}:${JSON.stringify([threshold, filter ?? null])}`,
      alias: 'result',
      keys: [orderKey(order, threshold), { column: 'id', direction: 'ASC' }],
      request,
    });
    return { ...page, nodes: page.nodes.map((image) => judged(image, threshold, pixelThreshold)) };
  }

  private evaluation(scope: AccessScope, jobId: string): Promise<EvaluationEntity> {
    const evaluations = this.dataSource.getRepository(EvaluationEntity);
    return rowsIn(scope, evaluations, { jobId }).innerJoinAndSelect('found.modelVersion', 'version').getOneOrFail();
  }
}

function orderKey(order: EvaluatedImageOrder, threshold: number): PageKey {
  if (order === 'SCORE_DESC') return { column: 'anomalyScore', direction: 'DESC' };
  if (order === 'FILENAME') return { column: 'filename', direction: 'ASC' };
  const computed = (row: object) => wrongBy(row as EvaluatedImageEntity, threshold);
  return { column: 'wrongBy', direction: 'DESC', of: wrongBySql, computed };
}

function checkedThreshold(threshold: number | null | undefined): number | undefined {
  if (threshold === null || threshold === undefined) return undefined;
  if (Number.isFinite(threshold) && threshold >= 0) return threshold;
  throw new FaultError('BAD_USER_INPUT', `threshold is ${threshold}; it must be a finite number of at least 0`);
}
