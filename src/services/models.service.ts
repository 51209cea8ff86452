import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { ModelAliasEntity, ModelEntity, ModelVersionEntity } from '../database/entities/index.js';
import { isForeignKeyViolation } from '../database/index.js';
import { notFound, throwIfProblems } from '../shared/errors.js';
import type { NormalScores } from '../shared/thresholds.js';
import { nameProblems } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { paginateEach } from './paginateEach.js';
import { lockModel, lockModelOfVersion } from './registry/lockModel.js';
import { calibratedPolicy } from './registry/thresholdPolicies.js';
import { conflictOfUses, deleteJobsAbout } from './registry/versionUses.js';

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
    const model = (await lockModel(manager, { name: modelName }))!;
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
  async setTags(input: { modelVersionId: string; tags: readonly string[] }): Promise<ModelVersionEntity> {
    const tags = [...new Set(input.tags)].sort();
    const field = ['input', 'tags'];
    const problems = tags.flatMap((tag) => nameProblems('tag', tag, { field, item: tag }));
    if (tags.length > maximumTags) {
      const message = `there are ${tags.length} tags; at most ${maximumTags} are allowed`;
      problems.push({ code: 'BAD_USER_INPUT', message, field });
    }
    throwIfProblems(problems);
    const version = await this.requireVersion(input.modelVersionId);
    await this.versions.update({ id: version.id }, { tags });
    return this.requireVersion(version.id);
  }

  /**
   * Deletes a version; its training stays readable, and its number is not given out again.
   * @throws ProblemError NOT_FOUND; CONFLICT naming the aliases, evaluations, fine-tuned runs and predictions that point at it.
   */
  async deleteVersion(id: string): Promise<void> {
    await this.delete(async (manager) => {
      const { model } = await lockModelOfVersion(manager, id, ['input', 'id']);
      return { model, versionIds: [id], whole: false };
    });
  }

  /** Deletes a model with all its versions and its alias log. @throws ProblemError as {@link deleteVersion}. */
  async deleteModel(id: string): Promise<void> {
    await this.delete(async (manager) => {
      const model = await lockModel(manager, { id });
      if (!model) throw notFound('model', id, ['input', 'id']);
      const versions = await manager.findBy(ModelVersionEntity, { modelId: id });
      return { model, versionIds: versions.map((version) => version.id), whole: true };
    });
  }

  /** @throws ProblemError NOT_FOUND. */
  async requireVersion(
    id: string,
    field: readonly string[] = ['input', 'modelVersionId'],
  ): Promise<ModelVersionEntity> {
    const found = await this.versions.findOneBy({ id });
    if (!found) throw notFound('model version', id, field);
    return found;
  }

  byIds(ids: readonly string[]): Promise<ModelEntity[]> {
    return this.models.findBy({ id: In([...ids]) });
  }

  byName(name: string): Promise<ModelEntity | null> {
    return this.models.findOneBy({ name });
  }

  versionsByIds(ids: readonly string[]): Promise<ModelVersionEntity[]> {
    return this.versions.findBy({ id: In([...ids]) });
  }

  versionsByTrainingRuns(runIds: readonly string[]): Promise<ModelVersionEntity[]> {
    return this.versions.findBy({ trainingRunId: In([...runIds]) });
  }

  /** @param version a number such as `3`, or an alias such as `champion`. */
  async version(modelName: string, version: string): Promise<ModelVersionEntity | null> {
    const query = this.versions
      .createQueryBuilder('version')
      .innerJoin(ModelEntity, 'model', 'model.id = version.modelId')
      .where('model.name = :modelName', { modelName });
    if (/^[1-9]\d{0,8}$/.test(version)) {
      return query.andWhere('version.version = :version', { version: Number(version) }).getOne();
    }
    return query
      .innerJoin(ModelAliasEntity, 'alias', 'alias.modelVersionId = version.id')
      .andWhere('alias.name = :version', { version })
      .getOne();
  }

  /** Oldest first. */
  page(request: PageRequest): Promise<Page<ModelEntity>> {
    const query = this.models.createQueryBuilder('model');
    return paginate(query, {
      connection: 'models',
      alias: 'model',
      keys: [{ column: 'id', direction: 'ASC' }],
      request,
    });
  }

  /** Versions of each model, or those of them with a tag, newest first. */
  versionPages(
    modelIds: readonly string[],
    request: PageRequest,
    tag?: string | null,
  ): Promise<Page<ModelVersionEntity>[]> {
    const query = this.versions.createQueryBuilder('version');
    if (typeof tag === 'string') query.where(':tag = ANY(version.tags)', { tag });
    return paginateEach(query, modelIds, {
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
        const conflict = await conflictOfUses(manager, found.model.name, found.versionIds);
        if (conflict) throw conflict;
        await deleteJobsAbout(manager, found.versionIds);
        await manager.delete(ModelVersionEntity, { id: In([...found.versionIds]) });
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
