import {
  installationPermissions,
  permissions,
  projectPermissions,
  rolePermissions,
  type Permission,
} from './permissions.js';
import type { Membership, Principal } from './principal.js';

/** What no token can do, whoever it speaks for: a token that leaks must not make itself another. */
export const neverByToken: readonly Permission[] = ['MEMBERS', 'ADMIN'];

/**
 * What a principal may do in a project: its role's permissions, all of them for an administrator, less what its token leaves out;
 * a service has what its token says.
 * @param projectId UUID.
 */
export function permissionsOf(principal: Principal, projectId: string): ReadonlySet<Permission> {
  const { kind, isAdmin, memberships, grant } = principal;
  const own = memberships.filter((membership) => membership.projectId === projectId).flatMap(permissionsOfMember);
  const all = isAdmin || (kind === 'SERVICE' && grant) ? permissions : own;
  if (!grant) return new Set(all);
  return new Set(grant.projects === 'all' || grant.projects.includes(projectId) ? granted(all, principal) : []);
}

/** What a principal may do in every project, and outside of projects. */
export function permissionsEverywhere(principal: Principal): ReadonlySet<Permission> {
  const { isAdmin, mayCreateProjects, grant } = principal;
  const all = isAdmin ? permissions : mayCreateProjects ? (['CREATE_PROJECT'] as const) : [];
  const left = granted(all, principal);
  // A token for some projects has nothing to say about all of them.
  return new Set(grant && grant.projects !== 'all' ? left.filter(isInstallationPermission) : left);
}

/** Whether a permission is about the installation, and not about a project. */
export function isInstallationPermission(permission: Permission): boolean {
  return installationPermissions.some((one) => one === permission);
}

function granted(all: readonly Permission[], { grant }: Principal): readonly Permission[] {
  return grant ? all.filter((one) => grant.permissions.includes(one) && !neverByToken.includes(one)) : all;
}

function permissionsOfMember({ role, engineersMayRelease }: Membership): readonly Permission[] {
  if (role !== 'ENGINEER' || !engineersMayRelease) return rolePermissions[role];
  return projectPermissions.filter((one) => one === 'RELEASE' || rolePermissions.ENGINEER.includes(one));
}
