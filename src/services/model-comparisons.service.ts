import { In, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  EvaluatedImageEntity,
  type EvaluationEntity,
  type EvaluationMetrics,
  type ModelVersionEntity,
  type Split,
} from '../database/entities/index.js';
import { FaultError } from '../shared/errors.js';
import type { EvaluationsService } from './evaluations.service.js';
import type { ModelsService } from './models.service.js';
import { pageSize } from './pagination.js';
import { imageThresholdOf, judged, type JudgedImage } from './registry/verdicts.js';

/** Two versions to compare on what both were measured on. */
export interface ComparisonRequest {
  a: string;
  b: string;
  snapshotId: string;
  /** TEST when left out. */
  split?: Split | null | undefined;
}

/** One of the versions compared, with its evaluation. */
export interface ComparedVersion {
  modelVersion: ModelVersionEntity;
  /** Its newest completed evaluation there. */
  evaluation: EvaluationEntity;
}

/** Two versions side by side. */
export interface ModelComparison {
  a: ComparedVersion;
  b: ComparedVersion;
  differences: MetricDifference[];
}

/** A metric of both versions, and how far they are apart. */
export interface MetricDifference {
  name: ComparedMetric;
  a: number | null;
  b: number | null;
  /** b minus a; null where one is not defined. */
  difference: number | null;
}

/** An image as both versions see it. */
export interface ComparedImage {
  a: JudgedImage;
  b: JudgedImage;
  /** b's score in units of its threshold, minus a's: scores of two detectors have no unit in common, their thresholds mean the same. */
  difference: number;
}

/** Metrics in which more is better. Thresholds are not among them: they say nothing across models. */
export const comparedMetrics = [
  'pixelAuroc',
  'pixelAp',
  'pro',
  'pixelF1Max',
  'imageAuroc',
  'imageAp',
  'imageF1Max',
] as const satisfies (keyof EvaluationMetrics)[];
/** A metric that versions are compared by. */
export type ComparedMetric = (typeof comparedMetrics)[number];

/** Compares model versions by their evaluations; nothing is computed anew. */
export class ModelComparisonsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly models: ModelsService,
    private readonly evaluations: EvaluationsService,
  ) {}

  /** @throws FaultError NOT_FOUND naming each version that does not exist or has no completed evaluation there. */
  async compare(scope: AccessScope, request: ComparisonRequest): Promise<ModelComparison> {
    const [a, b] = await Promise.all([
      this.measured(scope, request.a, request),
      this.measured(scope, request.b, request),
    ]);
    const missing = [...new Set([a, b].filter((found) => typeof found === 'string'))];
    if (typeof a === 'string' || typeof b === 'string') throw new FaultError('NOT_FOUND', missing.join(' '));
    const differences = comparedMetrics.map((name) => differenceOf(name, a.evaluation, b.evaluation));
    return { a, b, differences };
  }

  /** Images on which they differ most: first where their verdicts differ, then by how far the scores lie apart. */
  async images({ a, b }: ModelComparison, first: number | null | undefined): Promise<ComparedImage[]> {
    const pairs = await this.dataSource.query<{ a: string; b: string; difference: number }[]>(
      `SELECT a, b, difference FROM (
         SELECT a.id AS a, b.id AS b, a.filename,
           (a.anomaly_score >= $3) <> (b.anomaly_score >= $4) AS contradict,
           COALESCE(b.anomaly_score / NULLIF($4, 0), b.anomaly_score)
             - COALESCE(a.anomaly_score / NULLIF($3, 0), a.anomaly_score) AS difference
         FROM evaluated_image a JOIN evaluated_image b ON b.image_id = a.image_id
         WHERE a.evaluation_id = $1 AND b.evaluation_id = $2) pair
       ORDER BY contradict DESC, abs(difference) DESC, filename LIMIT $5`,
      [a.evaluation.jobId, b.evaluation.jobId, ...[a, b].map(thresholdOf), pageSize({ first })],
    );
    const results = await this.dataSource
      .getRepository(EvaluatedImageEntity)
      .findBy({ id: In(pairs.flatMap((pair) => [pair.a, pair.b])) });
    const byId = new Map(results.map((result) => [result.id, result]));
    return pairs.map((pair) => ({
      a: judged(byId.get(pair.a)!, thresholdOf(a), a.evaluation.pixelThreshold),
      b: judged(byId.get(pair.b)!, thresholdOf(b), b.evaluation.pixelThreshold),
      difference: pair.difference,
    }));
  }

  /** The version with its evaluation, or what is missing. */
  private async measured(
    scope: AccessScope,
    id: string,
    { snapshotId, split }: ComparisonRequest,
  ): Promise<ComparedVersion | string> {
    const [modelVersion] = await this.models.versionsByIds(scope, [id]);
    if (!modelVersion) return `There is no model version ${id}.`;
    const where = split ?? 'TEST';
    const evaluation = await this.evaluations.newestCompleted(scope, id, snapshotId, where);
    if (evaluation) return { modelVersion, evaluation };
    const [model] = await this.models.byIds(scope, [modelVersion.modelId]);
    const name = `${model!.name} version ${modelVersion.version}`;
    return `${name} has no completed evaluation on split ${where} of this snapshot; start one by evaluateModel.`;
  }
}

function thresholdOf({ modelVersion }: ComparedVersion): number {
  return imageThresholdOf(modelVersion);
}

function differenceOf(name: ComparedMetric, one: EvaluationEntity, other: EvaluationEntity): MetricDifference {
  const [a, b] = [one.metrics?.[name] ?? null, other.metrics?.[name] ?? null];
  return { name, a, b, difference: a === null || b === null ? null : b - a };
}
