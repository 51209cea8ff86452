import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { Authenticator, Credentials, Grant, Principal, Role } from '../../src/access/index.js';
import { MembershipEntity, PrincipalEntity } from '../../src/database/entities/index.js';
import { tellAccessChanged } from '../../src/services/access/loadPrincipal.js';
import { MembersService } from '../../src/services/members.service.js';
import { FaultError } from '../../src/shared/errors.js';

/** What requests of somebody carry: from a page of the server, as sessions must. */
export function from(who: string): Record<string, string> {
  return { authorization: `Bearer ${who}`, 'sec-fetch-site': 'same-origin' };
}

/** People and services of a test, each known by the bearer token that is its name. Their roles are those in the database. */
export class KnownPeople implements Authenticator {
  private readonly principals = new Map<string, Principal>();
  private readonly revoked = new Set<string>();

  constructor(private readonly dataSource: DataSource) {}

  /** Somebody with a role in each of these projects. @param grant what a token leaves of them. */
  async person(name: string, rolesIn: Readonly<Record<string, Role>>, grant?: Grant): Promise<Principal> {
    const id = uuid();
    const { manager } = this.dataSource;
    await manager.insert(PrincipalEntity, { id, kind: 'PERSON', name, email: `${name}@example.com` });
    for (const [projectId, role] of Object.entries(rolesIn)) {
      await manager.insert(MembershipEntity, { projectId, principalId: id, role });
    }
    const via = { kind: grant ? 'TOKEN' : 'SESSION', id: uuid() } as const;
    return this.add({
      kind: 'PERSON',
      id,
      name,
      via,
      isAdmin: false,
      mayCreateProjects: false,
      memberships: [],
      grant,
    });
  }

  /** A service with a token for one project. */
  service(name: string, grant: Grant): Principal {
    const via = { kind: 'TOKEN', id: uuid() } as const;
    const rights = { isAdmin: false, mayCreateProjects: false, memberships: [], grant };
    return this.add({ kind: 'SERVICE', id: uuid(), name, via, ...rights });
  }

  add(principal: Principal): Principal {
    this.principals.set(principal.name, principal);
    return principal;
  }

  /** Ends the session of somebody without a word, as time does. */
  end(name: string): void {
    this.revoked.add(name);
  }

  /** Ends the token or session of somebody, in every API. */
  async revoke(name: string): Promise<void> {
    this.revoked.add(name);
    await tellAccessChanged(this.dataSource.manager, this.principals.get(name)!.id);
  }

  async authenticate({ authorization }: Pick<Credentials, 'authorization'>): Promise<Principal> {
    const name = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    const principal = name === undefined ? undefined : this.principals.get(name);
    if (!principal) throw new FaultError('UNAUTHENTICATED', 'Nobody is known by this token.');
    return this.stillHolds(principal);
  }

  async stillHolds(principal: Principal): Promise<Principal> {
    if (this.revoked.has(principal.name)) throw new FaultError('UNAUTHENTICATED', 'The token was revoked.');
    return new MembersService(this.dataSource).withRights(principal);
  }
}
