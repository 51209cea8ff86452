import { In, type DataSource, type EntityManager } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import { ModelAliasEntity, ModelAliasMoveEntity, type ModelEntity } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { nameProblems, quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { lockModelIn, lockModelOfVersion } from './registry/lockModel.js';
import { inScope, rowsIn } from './scoped.js';

/** A name that shall point to a version. */
export interface SetAlias {
  modelVersionId: string;
  alias: string;
  /** Who moves it, as the caller says. */
  author?: string | null | undefined;
}

/** A name that shall point to nothing any more. */
export interface RemoveAlias {
  modelId: string;
  alias: string;
  author?: string | null | undefined;
}

/** Aliases: names that point at one version of a model and can be moved, each move logged in the same transaction. */
export class ModelAliasesService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Points an alias of the version's model at the version, moving it when it exists.
   * @throws ProblemError NOT_FOUND, TEXT_INVALID.
   */
  async set(scope: AccessScope, { modelVersionId, alias, author }: SetAlias): Promise<ModelEntity> {
    throwIfProblems([...aliasProblems(alias), ...authorProblems(author)]);
    return this.dataSource.transaction(async (manager) => {
      const { model, version } = await lockModelOfVersion(scope, manager, modelVersionId, ['input', 'modelVersionId']);
      const place = { modelId: model.id, name: alias };
      const fromVersion = await versionBehind(manager, place);
      await manager.upsert(ModelAliasEntity, { ...place, modelVersionId, movedAt: new Date() }, ['modelId', 'name']);
      await logMove(manager, { modelId: model.id, alias, fromVersion, toVersion: version.version, author });
      return model;
    });
  }

  /** Takes an alias away; its history stays. @throws ProblemError NOT_FOUND for the model or the alias, TEXT_INVALID. */
  async remove(scope: AccessScope, { modelId, alias, author }: RemoveAlias): Promise<ModelEntity> {
    throwIfProblems(authorProblems(author));
    return this.dataSource.transaction(async (manager) => {
      const model = await lockModelIn(scope, manager, modelId);
      if (!model) throw missing('there is no model with this id', 'modelId', modelId);
      const place = { modelId, name: alias };
      const fromVersion = await versionBehind(manager, place);
      if (fromVersion === null) {
        throw missing(`the model ${quoted(model.name)} has no alias ${quoted(alias)}`, 'alias', alias);
      }
      await manager.delete(ModelAliasEntity, place);
      await logMove(manager, { modelId, alias, fromVersion, toVersion: null, author });
      return model;
    });
  }

  /** Aliases of several models. */
  ofModels(scope: AccessScope, modelIds: readonly string[]): Promise<ModelAliasEntity[]> {
    const aliases = this.dataSource.getRepository(ModelAliasEntity);
    return rowsIn(scope, aliases, { modelId: In([...modelIds]) })
      .orderBy('found.name')
      .getMany();
  }

  /** Every move of a model's aliases, or of one of them, newest first. */
  history(
    scope: AccessScope,
    modelId: string,
    alias: string | null | undefined,
    request: PageRequest,
  ): Promise<Page<ModelAliasMoveEntity>> {
    const query = this.dataSource
      .getRepository(ModelAliasMoveEntity)
      .createQueryBuilder('move')
      .where({ modelId, ...(typeof alias === 'string' ? { alias } : {}) });
    return paginate(inScope(query, scope), {
      connection: `aliasHistory:${modelId}:${alias ?? ''}`,
      alias: 'move',
      keys: [{ column: 'seq', direction: 'DESC' }],
      request,
    });
  }
}

/** The number of the version an alias points at, null when there is no such alias. */
async function versionBehind(manager: EntityManager, place: { modelId: string; name: string }): Promise<number | null> {
  const alias = await manager.findOne(ModelAliasEntity, { where: place, relations: { modelVersion: true } });
  return alias?.modelVersion?.version ?? null;
}

/** Adds a line to the log, and says so in that of the audit. The caller holds the model's lock, so numbers are without gaps. */
async function logMove(
  manager: EntityManager,
  {
    author,
    ...move
  }: Pick<ModelAliasMoveEntity, 'modelId' | 'alias' | 'fromVersion' | 'toVersion'> & Pick<SetAlias, 'author'>,
): Promise<void> {
  noteForAudit({ details: { before: { version: move.fromVersion }, after: { version: move.toVersion } } });
  const last = (await manager.maximum(ModelAliasMoveEntity, 'seq', { modelId: move.modelId })) ?? 0;
  await manager.insert(ModelAliasMoveEntity, { ...move, seq: last + 1, author: author ?? null });
}

function missing(message: string, name: string, item: string) {
  return problem('NOT_FOUND', message, { field: ['input', name], item });
}

/** What is wrong with the name somebody gives as author of a change. */
export function authorProblems(author: string | null | undefined): Problem[] {
  return typeof author === 'string' ? nameProblems('author', author, { field: ['input', 'author'] }) : [];
}

const aliasPattern = /^[a-z][a-z0-9_-]{0,62}$/;

/** Not a number, so that `modelVersion(version:)` can tell the two apart. */
function aliasProblems(alias: string): Problem[] {
  if (aliasPattern.test(alias)) return [];
  const rule = 'it must be 1 to 63 of a-z, 0-9, "-" and "_", beginning with a letter';
  const message = `the alias ${quoted(alias)} is not allowed: ${rule}`;
  return [{ code: 'TEXT_INVALID', message, field: ['input', 'alias'], item: alias }];
}
