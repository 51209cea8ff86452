import type { DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import type { AnnotationKind, EvaluationMetrics, Split } from '../database/entities/index.js';
import type { Supervision } from '../shared/training.js';
import type { LabelCostsService } from './label-costs.service.js';
import { publishedResults, type PublishedResult } from './leaderboard/publishedResults.js';
import type { PublishedDataset } from './leaderboard/publishedTables.js';
import { pageSize } from './pagination.js';
import type { StudiesService } from './studies.service.js';
import type { AnnotationCost } from './records.js';
import { scopeSql } from './scoped.js';

/** What rows can be ordered by, and the metric it is; for all of them more is better. */
export const leaderboardMetrics = {
  PIXEL_AUROC: 'pixelAuroc',
  PIXEL_AP: 'pixelAp',
  PRO: 'pro',
  PIXEL_F1_MAX: 'pixelF1Max',
  IMAGE_AUROC: 'imageAuroc',
  IMAGE_AP: 'imageAp',
  IMAGE_F1_MAX: 'imageF1Max',
} as const satisfies Record<string, keyof EvaluationMetrics>;
/** The metric that rows are ordered by. */
export type LeaderboardOrder = keyof typeof leaderboardMetrics;

/** The metric the paper puts first. */
const defaultOrder: LeaderboardOrder = 'PIXEL_AP';

/** Which evaluations to compare, and by what. */
export interface LeaderboardRequest {
  snapshotId: string;
  /** TEST when left out. */
  split?: Split | null | undefined;
  /** PIXEL_AP when left out. */
  orderBy?: LeaderboardOrder | null | undefined;
  /** Rows at most, 1 to 200; 50 when left out. */
  first?: number | null | undefined;
}

/** A model version and its newest result. */
export interface LeaderboardRow {
  evaluationId: string;
  modelVersionId: string;
  supervision: Supervision;
  metrics: EvaluationMetrics;
}

/** The best result a supervision reached with one kind of label, and what the labels cost. */
export interface AnnotationTradeoff extends LeaderboardRow {
  /** Null for trainings that read no labels. */
  kind: AnnotationKind | null;
  labelCost: AnnotationCost[];
  /** 0 for trainings that read no labels; null when nobody measured. */
  secondsPerImage: number | null;
}

/** Compares model versions on the same images, and with what their labels cost. */
export class LeaderboardService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly labelCosts: LabelCostsService,
    private readonly studies: Pick<StudiesService, 'meanSeconds'>,
  ) {}

  /**
   * Every version that was evaluated on the snapshot's split, best first, by its newest evaluation there; those without the
   * metric come last.
   * @throws FaultError BAD_USER_INPUT for `first` outside 1 to 200.
   */
  rows(scope: AccessScope, { snapshotId, split, orderBy, first }: LeaderboardRequest): Promise<LeaderboardRow[]> {
    const metric = leaderboardMetrics[orderBy ?? defaultOrder];
    const own = scopeSql(scope, 'evaluation', 'evaluation', '$5');
    return this.dataSource.query(
      `SELECT * FROM (
         SELECT DISTINCT ON (version.id) ${rowColumns}
         FROM evaluation JOIN model_version version ON version.id = evaluation.model_version_id
         WHERE evaluation.snapshot_id = $1 AND evaluation.split = $2 AND evaluation.metrics IS NOT NULL
           AND (${own.sql})
         ORDER BY version.id, evaluation.job_id DESC
       ) AS newest ORDER BY (metrics->>$3)::float8 DESC NULLS LAST, "evaluationId" LIMIT $4`,
      [snapshotId, split ?? 'TEST', metric, pageSize({ first }), own.value],
    );
  }

  /**
   * What each kind of label bought: for every supervision and label kind trained on a data set, the best evaluation on its
   * TEST split, cheapest labels first (the paper's Figure 5).
   * @param choice.timeFrom whose seconds are told: those of the labels that were trained on, or those of the data set's studies.
   */
  async tradeoff(
    scope: AccessScope,
    datasetId: string,
    { orderBy, timeFrom }: { orderBy?: LeaderboardOrder | null; timeFrom?: TradeoffTime | null } = {},
  ): Promise<AnnotationTradeoff[]> {
    const own = scopeSql(scope, 'evaluation', 'evaluation', '$3');
    const best: (LeaderboardRow & { kind: AnnotationKind | null })[] = await this.dataSource.query(
      `SELECT DISTINCT ON (version.supervision, run.labels) run.labels AS kind, ${rowColumns}
       FROM evaluation JOIN snapshot tested ON tested.id = evaluation.snapshot_id
       JOIN model_version version ON version.id = evaluation.model_version_id
       JOIN snapshot trained ON trained.id = version.snapshot_id
       JOIN training_run run ON run.job_id = version.training_run_id
       WHERE tested.dataset_id = $1 AND trained.dataset_id = $1
         AND evaluation.split = 'TEST' AND evaluation.metrics IS NOT NULL AND (${own.sql})
       ORDER BY version.supervision, run.labels, (evaluation.metrics->>$2)::float8 DESC NULLS LAST, evaluation.job_id DESC`,
      [datasetId, leaderboardMetrics[orderBy ?? defaultOrder], own.value],
    );
    const costs = await this.labelCosts.ofModelVersions(
      scope,
      best.map(({ modelVersionId }) => modelVersionId),
    );
    const copied = timeFrom === 'STUDY' ? await this.studies.meanSeconds(scope, datasetId) : undefined;
    const secondsOf = (kind: AnnotationKind | null, cost: readonly AnnotationCost[]) =>
      copied && kind ? (copied.get(kind) ?? null) : secondsPerImage(kind, cost);
    return best
      .map((row, i) => ({ ...row, labelCost: costs[i]!, secondsPerImage: secondsOf(row.kind, costs[i]!) }))
      .sort((a, b) => cost(a) - cost(b));
  }

  /** What the paper reports, to compare with. @throws FaultError BAD_USER_INPUT for an unknown category. */
  published(dataset: PublishedDataset, category?: string | null): PublishedResult[] {
    return publishedResults(dataset, category);
  }
}

/** Where the seconds of a kind are taken from. */
export const tradeoffTimes = ['LABELS', 'STUDY'] as const;
export type TradeoffTime = (typeof tradeoffTimes)[number];

const rowColumns = `
  evaluation.job_id AS "evaluationId", version.id AS "modelVersionId", version.supervision, evaluation.metrics`;

function secondsPerImage(kind: AnnotationKind | null, costs: readonly AnnotationCost[]): number | null {
  if (kind === null) return 0;
  return costs.find((cost) => cost.kind === kind)?.secondsPerImage ?? null;
}

/** To sort by: what was not measured comes last. */
function cost({ secondsPerImage: seconds }: AnnotationTradeoff): number {
  return seconds ?? Number.MAX_VALUE;
}
