import type { Permission, Role } from './permissions.js';

export const principalKinds = ['PERSON', 'SERVICE', 'LOCAL'] as const;
export type PrincipalKind = (typeof principalKinds)[number];

/** A principal's place in a project. */
export interface Membership {
  /** UUID. */
  projectId: string;
  role: Role;
  /** Setting of the project: whether its engineers may RELEASE. */
  engineersMayRelease: boolean;
}

/** What a token leaves of a person's rights; all that a service has. */
export interface Grant {
  permissions: readonly Permission[];
  /** UUIDs, or every project of the person. */
  projects: readonly string[] | 'all';
}

/** How a principal came in. */
export interface Via {
  kind: 'OPEN' | 'BOOTSTRAP' | 'TOKEN' | 'SESSION';
  /** UUID of the token or session; null where it is neither. */
  id: string | null;
}

/** Who asks, with all its rights at the time it was asked for. */
export interface Principal {
  kind: PrincipalKind;
  /** UUID of its row in `principal`; those of LOCAL and of the server's token are fixed and have no row. */
  id: string;
  name: string;
  via: Via;
  /** Has every permission everywhere. */
  isAdmin: boolean;
  mayCreateProjects: boolean;
  memberships: readonly Membership[];
  /** Undefined where no token speaks for it. */
  grant?: Grant | undefined;
  /** When its token or session ends by itself. */
  endsAt?: Date | undefined;
}

const ofServer = { isAdmin: true, mayCreateProjects: true, memberships: [] } as const;

/** Whoever uses a server of this machine that has neither token nor accounts. */
export const localPrincipal: Principal = {
  kind: 'LOCAL',
  id: '00000000-0000-7000-8000-000000000001',
  name: 'local',
  via: { kind: 'OPEN', id: null },
  ...ofServer,
};

/** Whoever knows the token of the server's configuration. */
export const bootstrapPrincipal: Principal = {
  kind: 'SERVICE',
  id: '00000000-0000-7000-8000-000000000002',
  name: 'bootstrap',
  via: { kind: 'BOOTSTRAP', id: null },
  ...ofServer,
};

/** Whether it stands for whoever comes in that way, be it one or many people at once. */
export function isShared({ id }: Pick<Principal, 'id'>): boolean {
  return id === localPrincipal.id || id === bootstrapPrincipal.id;
}

/** The projects somebody may have rights in, as UUIDs. Of an administrator those that a token names. */
export function projectsOf({ memberships, grant }: Principal): readonly string[] {
  const members = memberships.map(({ projectId }) => projectId);
  return [...new Set([...members, ...(grant && grant.projects !== 'all' ? grant.projects : [])])];
}
