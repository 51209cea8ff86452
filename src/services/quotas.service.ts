import { In, type DataSource, type EntityManager } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import { countRefused } from '../access/refusedByLimit.js';
import { ProjectEntity, ProjectQuotaEntity } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { FaultError, notFound, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import { countPrediction } from './quotas/predictionCount.js';
import { quotaNames, trainingDays, usageOf, type ProjectUsage, type QuotaName } from './quotas/usage.js';
import { rowsIn } from './scoped.js';

/** What a project may use at most; null: as much as there is. */
export type ProjectQuotas = Readonly<Record<QuotaName, number | null>>;

/** What is undefined stays as it is; null takes a quota away. */
export type QuotaChange = Readonly<Partial<Record<QuotaName, number | null | undefined>>>;

const none: ProjectQuotas = { bytes: null, images: null, predictionsPerMinute: null, trainingMinutes: null };

/** The largest of each: bytes are a double, the others an integer of the database. */
const largest: Readonly<Record<QuotaName, number>> = {
  bytes: Number.MAX_SAFE_INTEGER,
  images: 2 ** 31 - 1,
  predictionsPerMinute: 2 ** 31 - 1,
  trainingMinutes: 2 ** 31 - 1,
};

const inWords: Readonly<Record<QuotaName, string>> = {
  bytes: 'bytes of files',
  images: 'images',
  predictionsPerMinute: 'predictions a minute',
  trainingMinutes: `minutes of training in ${trainingDays} days`,
};

/** What projects may use, and what they do use. */
export class QuotasService {
  constructor(private readonly dataSource: DataSource) {}

  /** The quotas of projects, in the order of `ids`. */
  async ofProjects(ids: readonly string[]): Promise<ProjectQuotas[]> {
    const rows = await this.dataSource.getRepository(ProjectQuotaEntity).findBy({ projectId: In([...ids]) });
    const byId = new Map(rows.map((row) => [row.projectId, row]));
    return ids.map((id) => byId.get(id) ?? none);
  }

  /** What projects use, in the order of `ids`. Files and images are counted anew, which takes longer the more there are. */
  usageOfProjects(ids: readonly string[]): Promise<ProjectUsage[]> {
    return usageOf(this.dataSource.manager, ids);
  }

  /**
   * Sets quotas of a project. One below what is used refuses what would add to it, and takes nothing away.
   * @throws ProblemError NOT_FOUND; BAD_USER_INPUT for each that is no whole number from 0 on.
   */
  async set(scope: AccessScope, projectId: string, change: QuotaChange): Promise<ProjectEntity> {
    throwIfProblems(quotaNames.flatMap((name) => valueProblems(name, change[name])));
    const project = await rowsIn(scope, this.dataSource.getRepository(ProjectEntity), { id: projectId }).getOne();
    if (!project) throw notFound('project', projectId, ['input', 'projectId']);
    await this.dataSource.transaction(async (manager) => {
      const quotas = manager.getRepository(ProjectQuotaEntity);
      await quotas.createQueryBuilder().insert().values({ projectId }).orIgnore().execute();
      const before = await this.locked(manager, projectId);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      await quotas.update({ projectId }, { projectId, ...given });
      const { projectId: _, ...values } = before!;
      noteForAudit({ projectId, details: { before: values } });
    });
    return project;
  }

  /**
   * Makes sure that files and images of a project are within its quotas; called behind what adds some, in its transaction. Those who add at
   * the same time wait for each other here, and see what the other one has added.
   * @throws ProblemError QUOTA_EXCEEDED naming each quota that is exceeded, what would be used, and what may be.
   */
  async requireRoom(manager: EntityManager, projectId: string): Promise<void> {
    const quotas = await this.locked(manager, projectId);
    const names = (['bytes', 'images'] as const).filter((name) => (quotas?.[name] ?? null) !== null);
    if (names.length === 0) return;
    const [usage] = await usageOf(manager, [projectId], names);
    refuse(
      names.flatMap((name) =>
        usage![name] > quotas![name]! ? [exceeded(name, `would be ${usage![name]}`, quotas![name]!)] : [],
      ),
    );
  }

  /**
   * Makes sure that there is training time left to a project.
   * @throws ProblemError QUOTA_EXCEEDED naming what is used, and what may be.
   */
  async requireTrainingTime(projectId: string, manager = this.dataSource.manager): Promise<void> {
    const { trainingMinutes: quota } =
      (await manager.getRepository(ProjectQuotaEntity).findOneBy({ projectId })) ?? none;
    if (quota === null) return;
    const [{ trainingMinutes: used }] = (await usageOf(manager, [projectId], ['trainingMinutes'])) as [ProjectUsage];
    if (used < quota) return;
    refuse([exceeded('trainingMinutes', `are ${Math.floor(used)}`, quota)]);
  }

  /**
   * Counts a single prediction of a project, in all APIs together, by a minute that slides. One that is refused does not count.
   * @throws FaultError QUOTA_EXCEEDED with `quota`, `used`, `limit` and, where waiting helps, `retryAfterSeconds`.
   */
  async countPrediction(projectId: string): Promise<void> {
    const refusal = await countPrediction(this.dataSource, projectId);
    if (!refusal) return;
    const limit = 'predictionsPerMinute';
    countRefused('quota', limit);
    const { quota, used, retryAfterSeconds } = refusal;
    const { message } = exceeded(limit, `are ${used}`, quota);
    throw new FaultError('QUOTA_EXCEEDED', `${message}.`, {
      ...{ limit, quota, used },
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }

  /** The row of a project's quotas, locked until the transaction ends; null where there never was one. */
  private locked(manager: EntityManager, projectId: string): Promise<ProjectQuotaEntity | null> {
    return manager.findOne(ProjectQuotaEntity, { where: { projectId }, lock: { mode: 'pessimistic_write' } });
  }
}

function refuse(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (!first) return;
  for (const { item } of problems) countRefused('quota', item!);
  throw new ProblemError([first, ...rest]);
}

function exceeded(name: QuotaName, used: string, quota: number): Problem {
  const message = `the ${inWords[name]} of the project ${used}; its quota is ${quota}`;
  return { code: 'QUOTA_EXCEEDED', message, item: name };
}

function valueProblems(name: QuotaName, value: number | null | undefined): Problem[] {
  if (value === null || value === undefined) return [];
  if (Number.isInteger(value) && value >= 0 && value <= largest[name]) return [];
  const message = `${name} is ${value}; it must be a whole number from 0 to ${largest[name]}, or null for no quota`;
  return [{ code: 'BAD_USER_INPUT', message, field: ['input', name] }];
}
