import { permissionsEverywhere, type Permission, type Principal } from '../../access/index.js';
import { problem } from '../../shared/errors.js';

/** @throws ProblemError FORBIDDEN unless somebody has the permission whatever the project. */
export function requireEverywhere(principal: Principal, permission: Permission, field: readonly string[]): void {
  if (permissionsEverywhere(principal).has(permission)) return;
  throw problem('FORBIDDEN', `the permission ${permission} is needed for ${field.at(-1)!}, and you do not have it`, {
    field,
  });
}
