import { In, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  ModelEntity,
  ModelVersionEntity,
  MonitoringAlertEntity,
  MonitoringRuleEntity,
  ProjectEntity,
  type AlertKind,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { FaultError, notFound, nothingWithId, throwIfProblems } from '../shared/errors.js';
import { readBaseline, readHours, type AskedHours } from './monitoring/hours.js';
import { bucketOf, type MonitoringBucket } from './monitoring/bucket.js';
import { centreOf } from './monitoring/controlLimits.js';
import { ruleProblems, usualRule, type MonitoringRule } from './monitoring/rule.js';
import { servedModels } from './monitoring/servedVersions.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { inScope, liesIn, rowsIn } from './scoped.js';

/** Buckets of a report: hours, or UTC days. */
export const monitoringSteps = ['HOUR', 'DAY'] as const;
export type MonitoringStep = (typeof monitoringSteps)[number];

const dayMilliseconds = 24 * 60 * 60_000;

/** Days that one report may span. */
const mostDays: Readonly<Record<MonitoringStep, number>> = { HOUR: 31, DAY: 92 };

/** What a report is about. */
export interface MonitoringRequest {
  modelVersionId: string;
  /** The last 24 hours when left out. */
  from?: Date | null | undefined;
  to?: Date | null | undefined;
  step: MonitoringStep;
  /** All of them when left out; empty: those that named none. */
  station?: string | null | undefined;
}

/** What a version was asked and said in a stretch of time. */
export interface MonitoringReport {
  modelVersionId: string;
  from: Date;
  to: Date;
  /** Without those in which nobody asked, oldest first. */
  buckets: MonitoringBucket[];
  total: MonitoringBucket;
  /** That asked, by name. */
  stations: string[];
  /** Between which scores are counted, ascending; empty where the version keeps no normal scores. */
  scoreEdges: number[];
  /** Centre of the control limits; null while there are too few predictions to know it. */
  expectedAnomalyRate: number | null;
}

/** Which alerts are meant; every condition given must hold. */
export interface AlertFilter {
  /** UUID. */
  modelId?: string | null | undefined;
  kind?: AlertKind | null | undefined;
  isOpen?: boolean | null | undefined;
}

/** What is undefined stays, and what is null where it may not be. */
export type RuleChange = { [Name in keyof MonitoringRule]?: MonitoringRule[Name] | null | undefined };

/** How served models do: from counts by hour, never from the log itself. */
export class MonitoringService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws FaultError NOT_FOUND for the version; BAD_USER_INPUT for a stretch that is empty or too long. */
  async report(scope: AccessScope, request: MonitoringRequest): Promise<MonitoringReport> {
    const { modelVersionId, step, station = null } = request;
    const version = await rowsIn(scope, this.dataSource.getRepository(ModelVersionEntity), {
      id: modelVersionId,
    }).getOne();
    if (!version) throw nothingWithId('model version');
    const to = request.to ?? this.now();
    const from = request.from ?? new Date(to.getTime() - dayMilliseconds);
    refuseStretch(from, to, step);
    const asked: AskedHours = { modelVersionId, from, to, step, station };
    const [{ buckets, stations, normal }, rule] = await Promise.all([
      readHours(this.dataSource.manager, asked),
      this.rulesOf([version.modelId]).then(([found]) => found!),
    ]);
    const baseline = await readBaseline(this.dataSource.manager, { modelVersionId, station });
    const known = baseline.predictions >= rule.leastPredictions ? centreOf(baseline) : null;
    const expectedAnomalyRate = rule.expectedAnomalyRate ?? known;
    const about = { ...normal, expectedAnomalyRate };
    const total = bucketOf(
      { from, to },
      buckets.map(({ counts }) => counts),
      about,
    );
    const each = buckets.map(({ from: start, to: end, counts }) => bucketOf({ from: start, to: end }, [counts], about));
    const { scoreEdges } = normal;
    return { modelVersionId, from, to, buckets: each, total, stations, scoreEdges, expectedAnomalyRate };
  }

  /** How models are watched, in the order of `ids`. */
  async rulesOf(ids: readonly string[]): Promise<MonitoringRule[]> {
    const rows = await this.dataSource.getRepository(MonitoringRuleEntity).findBy({ modelId: In([...ids]) });
    const byId = new Map(rows.map((row) => [row.modelId, row]));
    return ids.map((id) => byId.get(id) ?? usualRule);
  }

  /** Chooses how a model is watched, from the next look on. @throws ProblemError NOT_FOUND, BAD_USER_INPUT. */
  async setRule(scope: AccessScope, modelId: string, change: RuleChange): Promise<ModelEntity> {
    throwIfProblems(ruleProblems(change));
    const model = await rowsIn(scope, this.dataSource.getRepository(ModelEntity), { id: modelId }).getOne();
    if (!model) throw notFound('model', modelId, ['input', 'modelId']);
    await this.dataSource.transaction(async (manager) => {
      await manager.findOne(ModelEntity, { where: { id: modelId }, lock: { mode: 'for_no_key_update' } });
      const [before] = await this.rulesOf([modelId]);
      const after = { ...before!, ...givenOf(change) };
      await manager.upsert(MonitoringRuleEntity, { modelId, ...after }, ['modelId']);
      noteForAudit({ projectId: model.projectId, details: { before, after } });
    });
    return model;
  }

  /** Newest first. @throws FaultError NOT_FOUND for the project. */
  async alerts(
    scope: AccessScope,
    projectId: string,
    { modelId, kind, isOpen }: AlertFilter,
    request: PageRequest,
  ): Promise<Page<MonitoringAlertEntity>> {
    const { manager } = this.dataSource;
    const isKnown =
      (await liesIn(scope, manager, ProjectEntity, projectId)) &&
      (await manager.existsBy(ProjectEntity, { id: projectId }));
    if (!isKnown) throw nothingWithId('project');
    const query = this.alertRows.createQueryBuilder('alert').where({ projectId });
    if (modelId) query.andWhere({ modelId });
    if (kind) query.andWhere({ kind });
    if (typeof isOpen === 'boolean') query.andWhere('(alert.closed_at IS NULL) = :isOpen', { isOpen });
    return paginate(inScope(query, scope), {
      connection: `monitoringAlerts:${projectId}:${JSON.stringify([modelId, kind, isOpen])}`,
      alias: 'alert',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  /** Those of these ids that are there, in any order. */
  alertsByIds(scope: AccessScope, ids: readonly string[]): Promise<MonitoringAlertEntity[]> {
    return rowsIn(scope, this.alertRows, { id: In([...ids]) }).getMany();
  }

  /** What metrics tell of the whole installation. */
  served() {
    return servedModels(this.dataSource.manager);
  }

  private get alertRows() {
    return this.dataSource.getRepository(MonitoringAlertEntity);
  }
}

/** Nobody expects anything, and silence is allowed, where these are null. */
const clearable: ReadonlySet<string> = new Set([
  'expectedAnomalyRate',
  'silenceMinutes',
] satisfies (keyof RuleChange)[]);

function givenOf(change: RuleChange): Partial<MonitoringRule> {
  const isGiven = ([name, value]: [string, unknown]) => value !== undefined && (value !== null || clearable.has(name));
  return Object.fromEntries(Object.entries(change).filter(isGiven));
}

function refuseStretch(from: Date, to: Date, step: MonitoringStep): void {
  const days = (to.getTime() - from.getTime()) / dayMilliseconds;
  const told = `from ${from.toISOString()} to ${to.toISOString()}`;
  if (!(days > 0)) throw new FaultError('BAD_USER_INPUT', `The stretch ${told} is empty; "to" must lie behind "from".`);
  if (days <= mostDays[step]) return;
  const rule = `by ${step} at most ${mostDays[step]} are allowed`;
  throw new FaultError('BAD_USER_INPUT', `The stretch ${told} has ${Math.ceil(days)} days; ${rule}.`);
}
