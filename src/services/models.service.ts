import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import { ModelAliasEntity, ModelEntity, ModelVersionEntity } from '../database/entities/index.js';
import { isForeignKeyViolation, noteForAudit } from '../database/index.js';
import { notFound, throwIfProblems } from '../shared/errors.js';
import type { NormalScores } from '../shared/thresholds.js';
import { ofProject, oneNamed } from './named.js';
import { nameProblems } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { paginateEach } from './paginateEach.js';
import { lockModel, lockModelIn, lockModelOfVersion } from './registry/lockModel.js';
import { calibratedPolicy } from './registry/thresholdPolicies.js';
import { conflictOfUses, deleteJobsAbout } from './registry/versionUses.js';
import { inScope, rowsIn } from './scoped.js';

/** What a completed training hands over. */
export type NewModelVersion = Pick<
  ModelVersionEntity,
  | 'trainingRunId'
  | 'snapshotId'
  | 'supervision'
  | 'artifactSha256'
  | 'artifactBytes'
  | 'imageThreshold'
  | 'pixelThreshold'
> &
  Partial<Pick<ModelVersionEntity, 'tags' | 'thresholdPolicy'>> & {
    modelName: string;
    projectId: string;
    /** What the thresholds were chosen on. */
    calibration?: NormalScores | null;
  };

/** Tags of one version. */
export const maximumTags = 50;

/** Models and their versions. */
export class ModelsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Adds the next version of a model, making the model when its name is new; part of the caller's transaction. */
  async registerVersion(manager: EntityManager, input: NewModelVersion): Promise<ModelVersionEntity> {
    const { modelName, projectId, ...values } = input;
    await manager
      .createQueryBuilder()
      .insert()
      .into(ModelEntity)
      .values({ id: uuid(), name: modelName, projectId })
      .orIgnore()
      .execute();
    const model = (await lockModel(manager, { name: modelName, projectId }))!;
    const version = model.lastVersion + 1;
    await manager.update(ModelEntity, { id: model.id }, { lastVersion: version });
    return manager.save(
      manager.create(ModelVersionEntity, {
        ...{ tags: [], thresholdPolicy: calibratedPolicy(this.now()), ...values },
        id: uuid(),
        modelId: model.id,
        version,
      }),
    );
  }

  /** Replaces the tags of a version. @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT for too many. */
  async setTags(
    scope: AccessScope,
    input: { modelVersionId: string; tags: readonly string[] },
  ): Promise<ModelVersionEntity> {
    const tags = [...new Set(input.tags)].sort();
    const field = ['input', 'tags'];
    const problems = tags.flatMap((tag) => nameProblems('tag', tag, { field, item: tag }));
    if (tags.length > maximumTags) {
      const message = `there are ${tags.length} tags; at most ${maximumTags} are allowed`;
      problems.push({ code: 'BAD_USER_INPUT', message, field });
    }
    throwIfProblems(problems);
    const version = await this.requireVersion(scope, input.modelVersionId);
    await this.dataSource.transaction(async (manager) => {
      await manager.update(ModelVersionEntity, { id: version.id }, { tags });
      noteForAudit({ details: { before: { tags: version.tags }, after: { tags } } });
    });
    return this.requireVersion(scope, version.id);
  }

  /**
   * Deletes a version; its training stays readable, and its number is not given out again.
   * @throws ProblemError NOT_FOUND; CONFLICT naming the aliases, evaluations, fine-tuned runs and predictions that point at it.
   */
  async deleteVersion(scope: AccessScope, id: string): Promise<void> {
    await this.delete(async (manager) => {
      const { model } = await lockModelOfVersion(scope, manager, id, ['input', 'id']);
      return { model, versionIds: [id], whole: false };
    });
  }

  /** Deletes a model with all its versions and its alias log. @throws ProblemError as {@link deleteVersion}. */
  async deleteModel(scope: AccessScope, id: string): Promise<void> {
    await this.delete(async (manager) => {
      const model = await lockModelIn(scope, manager, id);
      if (!model) throw notFound('model', id, ['input', 'id']);
      const versions = await manager.findBy(ModelVersionEntity, { modelId: id });
      return { model, versionIds: versions.map((version) => version.id), whole: true };
    });
  }

  /** @throws ProblemError NOT_FOUND. */
  async requireVersion(
    scope: AccessScope,
    id: string,
    field: readonly string[] = ['input', 'modelVersionId'],
  ): Promise<ModelVersionEntity> {
    const found = await rowsIn(scope, this.versions, { id }).getOne();
    if (!found) throw notFound('model version', id, field);
    return found;
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<ModelEntity[]> {
    return rowsIn(scope, this.models, { id: In([...ids]) }).getMany();
  }

  /** @param projectId where to look; everywhere when left out. @throws FaultError NAME_AMBIGUOUS. */
  async byName(scope: AccessScope, name: string, projectId?: string): Promise<ModelEntity | null> {
    return oneNamed(
      'model',
      name,
      await rowsIn(scope, this.models, { name, ...ofProject(projectId) })
        .limit(2)
        .getMany(),
    );
  }

  versionsByIds(scope: AccessScope, ids: readonly string[]): Promise<ModelVersionEntity[]> {
    return rowsIn(scope, this.versions, { id: In([...ids]) }).getMany();
  }

  versionsByTrainingRuns(scope: AccessScope, runIds: readonly string[]): Promise<ModelVersionEntity[]> {
    return rowsIn(scope, this.versions, { trainingRunId: In([...runIds]) }).getMany();
  }

  /**
   * @param version a number such as `3`, or an alias such as `champion`.
   * @param projectId where to look; everywhere when left out.
   * @throws FaultError NAME_AMBIGUOUS.
   */
  async version(
    scope: AccessScope,
    modelName: string,
    version: string,
    projectId?: string,
  ): Promise<ModelVersionEntity | null> {
    const model = await this.byName(scope, modelName, projectId);
    if (!model) return null;
    const query = this.versions.createQueryBuilder('version').where({ modelId: model.id });
    if (/^[1-9]\d{0,8}$/.test(version)) {
      return query.andWhere('version.version = :version', { version: Number(version) }).getOne();
    }
    return query
      .innerJoin(ModelAliasEntity, 'alias', 'alias.modelVersionId = version.id')
      .andWhere('alias.name = :version', { version })
      .getOne();
  }

  /** Oldest first. @param projectId only those of this project. */
  page(scope: AccessScope, request: PageRequest, projectId?: string): Promise<Page<ModelEntity>> {
    const query = this.models.createQueryBuilder('model').where(ofProject(projectId));
    return paginate(inScope(query, scope), {
      connection: projectId ? `models:${projectId}` : 'models',
      alias: 'model',
      keys: [{ column: 'id', direction: 'ASC' }],
      request,
    });
  }

  /** Versions of each model, or those of them with a tag, newest first. */
  versionPages(
    scope: AccessScope,
    modelIds: readonly string[],
    request: PageRequest,
    tag?: string | null,
  ): Promise<Page<ModelVersionEntity>[]> {
    const query = this.versions.createQueryBuilder('version');
    if (typeof tag === 'string') query.where(':tag = ANY(version.tags)', { tag });
    return paginateEach(inScope(query, scope), modelIds, {
      connection: (id) => `modelVersions:${id}:${tag ?? ''}`,
      alias: 'version',
      owner: 'modelId',
      id: 'id',
      keys: [{ column: 'version', direction: 'DESC' }],
      request,
    });
  }

  private async delete(find: (manager: EntityManager) => Promise<Deletion>): Promise<void> {
    let found: Deletion | undefined;
    try {
      await this.dataSource.transaction(async (manager) => {
        found = await find(manager);
        // Whoever begins to use one from here on waits, and finds nothing: else its job would go with the version.
        const where = { id: In([...found.versionIds]) };
        await manager.find(ModelVersionEntity, { where, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
        const conflict = await conflictOfUses(manager, found.model.name, found.versionIds);
        if (conflict) throw conflict;
        await deleteJobsAbout(manager, found.versionIds);
        await manager.delete(ModelVersionEntity, where);
        if (found.whole) await manager.delete(ModelEntity, { id: found.model.id });
      });
    } catch (error) {
      // Something began to use it in this moment.
      if (!found || !isForeignKeyViolation(error)) throw error;
      throw (await conflictOfUses(this.dataSource.manager, found.model.name, found.versionIds)) ?? error;
    }
  }

  private get models() {
    return this.dataSource.getRepository(ModelEntity);
  }

  private get versions() {
    return this.dataSource.getRepository(ModelVersionEntity);
  }
}

interface Deletion {
  model: ModelEntity;
  versionIds: readonly string[];
  /** The model goes, too. */
  whole: boolean;
}
