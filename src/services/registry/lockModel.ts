import type { EntityManager } from 'typeorm';
import { ModelEntity, ModelVersionEntity } from '../../database/entities/index.js';
import type { AccessScope } from '../../access/index.js';
import { notFound } from '../../shared/errors.js';
import { liesIn, rowsIn } from '../scoped.js';

/** Everything that changes a model's versions, aliases or log takes this lock, so that changes come one after the other. */
export function lockModel(
  manager: EntityManager,
  where: { id: string } | { name: string; projectId: string },
): Promise<ModelEntity | null> {
  return manager.findOne(ModelEntity, { where, lock: { mode: 'pessimistic_write' } });
}

/** The model of an id that lies in the scope, locked. */
export async function lockModelIn(scope: AccessScope, manager: EntityManager, id: string): Promise<ModelEntity | null> {
  return (await liesIn(scope, manager, ModelEntity, id)) ? lockModel(manager, { id }) : null;
}

/** A version in the scope and its model, locked. @throws ProblemError NOT_FOUND. */
export async function lockModelOfVersion(
  scope: AccessScope,
  manager: EntityManager,
  versionId: string,
  field: readonly string[],
): Promise<{ model: ModelEntity; version: ModelVersionEntity }> {
  const found = await rowsIn(scope, manager.getRepository(ModelVersionEntity), { id: versionId }).getOne();
  const model = found && (await lockModel(manager, { id: found.modelId }));
  // Read again: it may have changed, or gone, before the lock was ours.
  const version = model && (await manager.findOneBy(ModelVersionEntity, { id: versionId }));
  if (!version) throw notFound('model version', versionId, field);
  return { model, version };
}
