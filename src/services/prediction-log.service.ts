import { In, IsNull, type DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  LoggedPredictionEntity,
  PredictionLogPolicyEntity,
  ProjectEntity,
  type FeedbackVerdict,
  PredictionFeedbackEntity,
  SinkEntity,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { policiesOf, type PredictionLogPolicy } from './prediction-log/logPolicy.js';
import type { PredictionLogWriter } from './prediction-log/predictionLogWriter.js';
import { inScope, liesIn, rowsIn } from './scoped.js';

/** Which logged predictions are meant; every condition given must hold. */
export interface LoggedPredictionFilter {
  station?: string | null | undefined;
  partId?: string | null | undefined;
  /** UUID. */
  modelVersionId?: string | null | undefined;
  isAnomalous?: boolean | null | undefined;
  /** From the lowest that fits to the lowest that fits no more. */
  scoreFrom?: number | null | undefined;
  scoreTo?: number | null | undefined;
  from?: Date | null | undefined;
  to?: Date | null | undefined;
  hasPictures?: boolean | null | undefined;
  hasFeedback?: boolean | null | undefined;
  verdict?: FeedbackVerdict | null | undefined;
}

/** A logged prediction with what people said of it. */
export type LoggedPrediction = LoggedPredictionEntity & { feedback: PredictionFeedbackEntity | null };

/** What is undefined or null stays as it is. */
export type PolicyChange = { [Name in keyof PredictionLogPolicy]?: PredictionLogPolicy[Name] | null | undefined };

/** SQL of each condition, over rows `logged` and `feedback`. */
const conditions: { [Name in keyof LoggedPredictionFilter]-?: string } = {
  station: 'logged.station = :station',
  partId: 'logged.part_id = :partId',
  modelVersionId: 'logged.model_version_id = :modelVersionId',
  isAnomalous: 'logged.is_anomalous = :isAnomalous',
  scoreFrom: 'logged.anomaly_score >= :scoreFrom',
  scoreTo: 'logged.anomaly_score < :scoreTo',
  from: 'logged.at >= :from',
  to: 'logged.at < :to',
  hasPictures: '(logged.image_sha256 IS NOT NULL) = :hasPictures',
  hasFeedback: '(feedback.prediction_id IS NOT NULL) = :hasFeedback',
  verdict: 'feedback.verdict = :verdict',
};

/** The least and the most of each number. */
const bounds = {
  retentionDays: [1, 3_650],
  mostPredictions: [0, 10_000_000],
  nearThreshold: [0, 1_000],
  otherShare: [0, 1],
  picturesPerDay: [0, 1_000_000],
} as const;

/** What models were asked and said. Kept for a time that each project chooses. */
export class PredictionLogService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: PredictionLogWriter,
  ) {}

  /** Newest first. @throws FaultError NOT_FOUND for the project. */
  async page(
    scope: AccessScope,
    projectId: string,
    filter: LoggedPredictionFilter,
    request: PageRequest,
  ): Promise<Page<LoggedPrediction>> {
    const { manager } = this.dataSource;
    const isKnown =
      (await liesIn(scope, manager, ProjectEntity, projectId)) && manager.existsBy(ProjectEntity, { id: projectId });
    if (!(await isKnown)) throw nothingWithId('project');
    const query = this.withFeedback(inScope(this.rows.createQueryBuilder('logged').where({ projectId }), scope));
    for (const [name, condition] of Object.entries(conditions)) {
      const value = filter[name as keyof LoggedPredictionFilter];
      if (value !== null && value !== undefined) query.andWhere(condition, { [name]: value });
    }
    return (await paginate(query, {
      connection: `logged-predictions:${projectId}:${JSON.stringify(filter)}`,
      alias: 'logged',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    })) as Page<LoggedPrediction>;
  }

  /** Those of these ids that are there, in any order. */
  byIds(scope: AccessScope, ids: readonly string[]): Promise<LoggedPrediction[]> {
    const query = inScope(this.rows.createQueryBuilder('logged').where({ id: In([...ids]) }), scope);
    return this.withFeedback(query).getMany() as Promise<LoggedPrediction[]>;
  }

  /** What projects log, in the order of `ids`. */
  policiesOf(ids: readonly string[]): Promise<PredictionLogPolicy[]> {
    return policiesOf(this.dataSource, ids);
  }

  /** Changes what a project logs. What was logged stays until the next look at it. @throws ProblemError NOT_FOUND, BAD_USER_INPUT. */
  async setPolicy(scope: AccessScope, projectId: string, change: PolicyChange): Promise<ProjectEntity> {
    throwIfProblems(numberProblems(change));
    const project = await rowsIn(scope, this.dataSource.getRepository(ProjectEntity), { id: projectId }).getOne();
    if (!project) throw notFound('project', projectId, ['input', 'projectId']);
    await this.dataSource.transaction(async (manager) => {
      await manager.findOne(ProjectEntity, { where: { id: projectId }, lock: { mode: 'for_no_key_update' } });
      const [before] = await this.policiesOf([projectId]);
      const given = Object.fromEntries(
        Object.entries(change).filter(([, value]) => value !== null && value !== undefined),
      );
      const after = { ...before!, ...given };
      if (!after.isOn) await refuseWithSinks(manager, projectId);
      await manager.upsert(PredictionLogPolicyEntity, { projectId, ...after }, ['projectId']);
      noteForAudit({ projectId, details: { before, after } });
    });
    this.writer.forget(projectId);
    return project;
  }

  /** Writes now what waits to be logged. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  /** Writes what waits to be logged, for the last time. */
  stop(): Promise<void> {
    return this.writer.stop();
  }

  private withFeedback(query: SelectQueryBuilder<LoggedPredictionEntity>) {
    return query.leftJoinAndMapOne(
      'logged.feedback',
      PredictionFeedbackEntity,
      'feedback',
      'feedback.prediction_id = logged.id',
    );
  }

  private get rows() {
    return this.dataSource.getRepository(LoggedPredictionEntity);
  }
}

/** Sinks are told what is logged. @throws ProblemError CONFLICT that names them. */
async function refuseWithSinks(manager: EntityManager, projectId: string): Promise<void> {
  const sinks = await manager.find(SinkEntity, { where: { projectId, pausedAt: IsNull() }, order: { id: 'ASC' } });
  if (sinks.length === 0) return;
  const names = sinks.map(({ name }) => quoted(name)).join(', ');
  const message = `the sinks ${names} are told what is logged; pause or delete them before`;
  throw problem('CONFLICT', message, { field: ['input', 'isOn'] });
}

function numberProblems(change: PolicyChange): Problem[] {
  return Object.entries(bounds).flatMap(([name, [least, most]]) => {
    const value = change[name as keyof typeof bounds];
    const isShare = name === 'nearThreshold' || name === 'otherShare';
    if (value === null || value === undefined) return [];
    if ((isShare || Number.isInteger(value)) && value >= least && value <= most) return [];
    const message = `${name} is ${value}; it must be ${isShare ? 'a number' : 'a whole number'} from ${least} to ${most}`;
    return [{ code: 'BAD_USER_INPUT', message, field: ['input', name] } as const];
  });
}
