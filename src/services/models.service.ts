import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { ModelAliasEntity, ModelEntity, ModelVersionEntity } from '../database/entities/index.js';
import { problem } from '../shared/errors.js';
import { quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { paginateEach } from './paginateEach.js';

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
> & { modelName: string; projectId: string };

/** Models, their versions, and the aliases that point at versions. */
export class ModelsService {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds the next version of a model, making the model when its name is new; part of the caller's transaction. */
  async registerVersion(manager: EntityManager, input: NewModelVersion): Promise<ModelVersionEntity> {
    const { modelName, projectId, ...version } = input;
    const model = await lockModel(manager, modelName, projectId);
    const newest = (await manager.maximum(ModelVersionEntity, 'version', { modelId: model.id })) ?? 0;
    const row = manager.create(ModelVersionEntity, { ...version, id: uuid(), modelId: model.id, version: newest + 1 });
    return manager.save(row);
  }

  /** Points an alias of the version's model at the version, moving it when it exists. @throws ProblemError NOT_FOUND, TEXT_INVALID. */
  async setAlias(input: { modelVersionId: string; alias: string }): Promise<ModelEntity> {
    checkAlias(input.alias);
    const version = await this.requireVersion(input.modelVersionId);
    const { modelId } = version;
    const alias = { modelId, name: input.alias, modelVersionId: version.id, movedAt: new Date() };
    await this.dataSource.getRepository(ModelAliasEntity).upsert(alias, ['modelId', 'name']);
    return this.models.findOneByOrFail({ id: modelId });
  }

  /** @throws ProblemError NOT_FOUND. */
  async requireVersion(
    id: string,
    field: readonly string[] = ['input', 'modelVersionId'],
  ): Promise<ModelVersionEntity> {
    const found = await this.versions.findOneBy({ id });
    if (!found) throw problem('NOT_FOUND', 'there is no model version with this id', { field, item: id });
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

  /** Aliases of several models. */
  aliasesOfModels(modelIds: readonly string[]): Promise<ModelAliasEntity[]> {
    return this.dataSource
      .getRepository(ModelAliasEntity)
      .find({ where: { modelId: In([...modelIds]) }, order: { name: 'ASC' } });
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

  /** Versions of each model, newest first. */
  versionPages(modelIds: readonly string[], request: PageRequest): Promise<Page<ModelVersionEntity>[]> {
    return paginateEach(this.versions.createQueryBuilder('version'), modelIds, {
      connection: (id) => `modelVersions:${id}`,
      alias: 'version',
      owner: 'modelId',
      id: 'id',
      keys: [{ column: 'version', direction: 'DESC' }],
      request,
    });
  }

  private get models() {
    return this.dataSource.getRepository(ModelEntity);
  }

  private get versions() {
    return this.dataSource.getRepository(ModelVersionEntity);
  }
}

/** The lock makes concurrent trainings of one model number their versions one after the other. */
async function lockModel(manager: EntityManager, name: string, projectId: string): Promise<ModelEntity> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(ModelEntity)
    .values({ id: uuid(), name, projectId })
    .orIgnore()
    .execute();
  return manager.findOneOrFail(ModelEntity, { where: { name }, lock: { mode: 'pessimistic_write' } });
}

const aliasPattern = /^[a-z][a-z0-9_-]{0,62}$/;

/** Not a number, so that `modelVersion(version:)` can tell the two apart. */
function checkAlias(alias: string): void {
  if (aliasPattern.test(alias)) return;
  const rule = 'it must be 1 to 63 of a-z, 0-9, "-" and "_", beginning with a letter';
  throw problem('TEXT_INVALID', `the alias ${quoted(alias)} is not allowed: ${rule}`, {
    field: ['input', 'alias'],
    item: alias,
  });
}
