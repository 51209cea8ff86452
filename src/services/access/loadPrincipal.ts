import type { DataSource, EntityManager } from 'typeorm';
import type { Grant, Membership, Permission, Principal, Via } from '../../access/index.js';

/** Select list of a principal and its rights, for a query in which `p` is the table `principal`. */
export const principalColumns = `
  p.id AS "principalId", p.kind, p.name, p.is_admin AS "isAdmin", p.may_create_projects AS "mayCreateProjects",
  p.disabled_at AS "disabledAt",
  coalesce((
    SELECT json_agg(json_build_object(
      'projectId', m.project_id, 'role', m.role, 'engineersMayRelease', project.engineers_may_release))
    FROM membership m JOIN project ON project.id = m.project_id WHERE m.principal_id = p.id), '[]') AS memberships`;

/** A row of {@link principalColumns}. */
export interface PrincipalRow {
  principalId: string;
  kind: 'PERSON' | 'SERVICE';
  name: string;
  isAdmin: boolean;
  mayCreateProjects: boolean;
  disabledAt: Date | null;
  memberships: Membership[];
}

/** What a token or session adds to the row. */
export interface Entry {
  via: Via;
  grant?: Grant | undefined;
  endsAt?: Date | undefined;
}

/** A principal as it comes in. */
export function principalFrom(row: PrincipalRow, { via, grant, endsAt }: Entry): Principal {
  const { principalId: id, kind, name, isAdmin, mayCreateProjects, memberships } = row;
  return { id, kind, name, via, isAdmin, mayCreateProjects, memberships, grant, endsAt };
}

/** A principal as its rights are now, or undefined for none, or one that was disabled. */
export async function loadPrincipal(dataSource: DataSource, id: string, entry: Entry): Promise<Principal | undefined> {
  const [row] = await dataSource.query<PrincipalRow[]>(
    `SELECT ${principalColumns} FROM principal p WHERE p.id = $1 AND p.disabled_at IS NULL`,
    [id],
  );
  return row && principalFrom(row, entry);
}

/** What a token's row leaves of rights. */
export function grantOf(permissions: readonly string[], projectIds: readonly string[] | null): Grant {
  return { permissions: permissions as Permission[], projects: projectIds ?? 'all' };
}

/**
 * Tells every API, once the transaction is committed, that a principal's rights, tokens or sessions are others now.
 * @param principalId UUID; everybody's when left out.
 */
export async function tellAccessChanged(manager: EntityManager, principalId = ''): Promise<void> {
  await manager.query(`SELECT pg_notify('access_changed', $1)`, [principalId]);
}
