import { permissionsEverywhere, permissionsOf } from './permissionsOf.js';
import type { Permission } from './permissions.js';
import { projectsOf, type Principal } from './principal.js';

/** No bounds: for workers, and for whoever has every right. */
export const everything = 'everything';

/** The projects that may be read, as UUIDs. Whatever lies outside of them does not exist for the reader. */
export type AccessScope = typeof everything | { readonly projects: readonly string[] };

/** The projects in which a principal has a permission, or one of several. */
export function scopeOf(principal: Principal, ...permissions: readonly Permission[]): AccessScope {
  const holds = (own: ReadonlySet<Permission>) => permissions.some((one) => own.has(one));
  if (holds(permissionsEverywhere(principal))) return everything;
  return { projects: projectsOf(principal).filter((id) => holds(permissionsOf(principal, id))) };
}

/** Whether a project lies in a scope. */
export function isInScope(scope: AccessScope, projectId: string): boolean {
  return scope === everything || scope.projects.includes(projectId);
}
