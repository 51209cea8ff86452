import { describe, expect, test } from 'vitest';
import {
  everything,
  isInScope,
  localPrincipal,
  permissionMeanings,
  permissions,
  permissionsEverywhere,
  permissionsOf,
  rolePermissions,
  roles,
  scopeOf,
  type Grant,
  type Principal,
  type Role,
} from '../../../src/access/index.js';

const [own, other, foreign] = ['a', 'b', 'c'].map((letter) => letter.repeat(36)) as [string, string, string];

function person(role: Role, engineersMayRelease = true, more: Partial<Principal> = {}): Principal {
  const membership = (projectId: string) => ({ projectId, role, engineersMayRelease });
  return {
    ...{ kind: 'PERSON', id: 'p', name: 'Ada', via: { kind: 'SESSION', id: 's' } },
    ...{ isAdmin: false, mayCreateProjects: false, memberships: [membership(own), membership(other)] },
    ...more,
  };
}

const token = (grant: Grant): Partial<Principal> => ({ via: { kind: 'TOKEN', id: 't' }, grant });

describe('what one may do', () => {
  test('every permission says what it is for, in the order of the table', () => {
    expect(Object.keys(permissionMeanings)).toEqual(permissions);
  });

  test.each(roles)('%s has its permissions in its projects and none elsewhere', (role) => {
    expect([...permissionsOf(person(role, false), own)]).toEqual(rolePermissions[role]);
    expect([...permissionsOf(person(role), foreign)]).toEqual([]);
    expect([...permissionsEverywhere(person(role))]).toEqual([]);
  });

  test('each role can do what the one before it can, and more', () => {
    for (const [index, role] of roles.slice(1).entries()) {
      expect(rolePermissions[role]).toEqual(expect.arrayContaining([...rolePermissions[roles[index]!]]));
      expect(rolePermissions[role].length).toBeGreaterThan(rolePermissions[roles[index]!].length);
    }
  });

  test('engineers may release where the project lets them, and nobody else gains by that', () => {
    expect(permissionsOf(person('ENGINEER', true), own).has('RELEASE')).toBe(true);
    expect(permissionsOf(person('ENGINEER', false), own).has('RELEASE')).toBe(false);
    expect(permissionsOf(person('REVIEWER', true), own).has('RELEASE')).toBe(false);
  });

  test('whoever uses the own machine, and an administrator, may do everything everywhere', () => {
    for (const principal of [localPrincipal, person('VIEWER', true, { isAdmin: true })]) {
      expect([...permissionsOf(principal, foreign)]).toEqual(permissions);
      expect(scopeOf(principal, 'READ')).toBe(everything);
    }
  });

  test('a token leaves some permissions in some projects, of what its person has at the time', () => {
    const grant: Grant = { permissions: ['READ', 'TRAIN', 'DELETE'], projects: [own, foreign] };
    const engineer = person('ENGINEER', true, token(grant));
    expect([...permissionsOf(engineer, own)]).toEqual(['READ', 'TRAIN']);
    expect([...permissionsOf(engineer, other)]).toEqual([]);
    expect([...permissionsOf(engineer, foreign)]).toEqual([]);
    expect(scopeOf(engineer, 'READ')).toEqual({ projects: [own] });
    expect(scopeOf(engineer, 'DELETE')).toEqual({ projects: [] });
  });

  test("an administrator's token for one project reaches no other one", () => {
    const grant: Grant = { permissions: permissions, projects: [own] };
    const admin = person('VIEWER', true, { isAdmin: true, memberships: [], ...token(grant) });
    expect(permissionsOf(admin, own).has('DELETE')).toBe(true);
    expect([...permissionsOf(admin, other)]).toEqual([]);
    expect(scopeOf(admin, 'READ')).toEqual({ projects: [own] });
    expect(permissionsEverywhere(admin).has('READ')).toBe(false);
  });

  test('no token manages members or the installation, whatever it says', () => {
    const owner = person('OWNER', true, { isAdmin: true, ...token({ permissions, projects: 'all' }) });
    expect(permissionsOf(owner, own).has('MEMBERS')).toBe(false);
    expect(permissionsEverywhere(owner).has('ADMIN')).toBe(false);
  });

  test('a service has what its token says, in its project', () => {
    const camera = person('VIEWER', true, {
      ...{ kind: 'SERVICE', memberships: [] },
      ...token({ permissions: ['CURATE'], projects: [own] }),
    });
    expect([...permissionsOf(camera, own)]).toEqual(['CURATE']);
    expect(scopeOf(camera, 'CURATE')).toEqual({ projects: [own] });
    expect(scopeOf(camera, 'READ')).toEqual({ projects: [] });
    expect(isInScope(scopeOf(camera, 'CURATE'), own)).toBe(true);
    expect(isInScope(scopeOf(camera, 'CURATE'), other)).toBe(false);
    expect(isInScope(everything, other)).toBe(true);
  });
});
