import type { DataSource, EntityManager } from 'typeorm';
import type { AccessScope, Membership, Principal, Role } from '../access/index.js';
import { MembershipEntity, PrincipalEntity, ProjectEntity } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { notFound, problem, ProblemError } from '../shared/errors.js';
import { tellAccessChanged } from './access/loadPrincipal.js';
import { quoted } from './names.js';
import { paginateEach } from './paginateEach.js';
import type { Page, PageRequest } from './pagination.js';
import { inScope, liesIn, rowsIn } from './scoped.js';

/** Who is meant, and where. */
export interface MemberChoice {
  projectId: string;
  principalId: string;
}

/** Members of projects and their roles. Whoever is changed is told apart at once in every API, over `access_changed`. */
export class MembersService {
  constructor(private readonly dataSource: DataSource) {}

  /** A principal with its memberships as they are now. */
  async withRights(principal: Principal): Promise<Principal> {
    if (principal.kind !== 'PERSON') return principal;
    return { ...principal, memberships: await this.membershipsOf(principal.id) };
  }

  /** The projects of somebody, with the role in each. */
  membershipsOf(principalId: string): Promise<Membership[]> {
    return this.dataSource.query(
      `SELECT membership.project_id AS "projectId", role, engineers_may_release AS "engineersMayRelease"
       FROM membership JOIN project ON project.id = membership.project_id WHERE principal_id = $1 ORDER BY 1`,
      [principalId],
    );
  }

  /** Members of each project with their principals, in the order they came. */
  pagesOfProjects(
    scope: AccessScope,
    projectIds: readonly string[],
    request: PageRequest,
  ): Promise<Page<MembershipEntity>[]> {
    const query = this.members.createQueryBuilder('member').innerJoinAndSelect('member.principal', 'principal');
    return paginateEach(inScope(query, scope), projectIds, {
      connection: (id) => `members:${id}`,
      alias: 'member',
      owner: 'projectId',
      id: 'principalId',
      keys: [{ column: 'principalId', direction: 'ASC' }],
      request,
    });
  }

  /**
   * Lets a person who is known into a project.
   * @param email in any case.
   * @throws ProblemError NOT_FOUND for the project or the person, CONFLICT for a member.
   */
  async add(
    scope: AccessScope,
    { projectId, email, role }: { projectId: string; email: string; role: Role },
  ): Promise<MembershipEntity> {
    await this.requireProject(scope, projectId);
    return this.dataSource.transaction(async (manager) => {
      const person = await manager.findOneBy(PrincipalEntity, { email: email.trim().toLowerCase(), kind: 'PERSON' });
      const field = ['input', 'email'];
      if (!person || person.disabledAt) throw notFound('person with the e-mail address', quoted(email), field);
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(MembershipEntity)
        .values({ projectId, principalId: person.id, role })
        .orIgnore()
        .returning('principal_id')
        .execute();
      if ((inserted.raw as unknown[]).length === 0) {
        const message = `${quoted(person.name)} is a member of the project already; change the role by setMemberRole`;
        throw problem('CONFLICT', message, { field, item: email });
      }
      await tellAccessChanged(manager, person.id);
      noteForAudit({ targets: [`Principal:${person.id}`], details: { before: null, after: { role } } });
      return this.find(manager, { projectId, principalId: person.id });
    });
  }

  /** All members of a project with their principals, in the order they came. */
  allOf(scope: AccessScope, projectId: string): Promise<MembershipEntity[]> {
    return rowsIn(scope, this.members, { projectId })
      .innerJoinAndSelect('found.principal', 'principal')
      .orderBy('found.principalId')
      .getMany();
  }

  /** The member with an address. @param email in any case. @throws ProblemError NOT_FOUND. */
  async byEmail(
    scope: AccessScope,
    { projectId, email }: { projectId: string; email: string },
  ): Promise<MembershipEntity> {
    const found = await rowsIn(scope, this.members, { projectId })
      .innerJoinAndSelect('found.principal', 'principal')
      .andWhere('principal.email = :email', { email: email.trim().toLowerCase() })
      .getOne();
    if (!found) throw notFound('member with the e-mail address', quoted(email), ['input', 'email']);
    return found;
  }

  /**
   * Gives a person who is known a role, as a member before or not.
   * @throws ProblemError NOT_FOUND for the project or the person; LAST_OWNER when nobody would own the project any more.
   */
  async put(scope: AccessScope, choice: { projectId: string; email: string; role: Role }): Promise<MembershipEntity> {
    try {
      const { projectId, principalId } = await this.byEmail(scope, choice);
      return await this.setRole(scope, { projectId, principalId, role: choice.role });
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'NOT_FOUND') return this.add(scope, choice);
      throw error;
    }
  }

  /** @throws ProblemError NOT_FOUND; LAST_OWNER when nobody would own the project any more. */
  async setRole(scope: AccessScope, choice: MemberChoice & { role: Role }): Promise<MembershipEntity> {
    const { role, ...who } = choice;
    return this.change(scope, who, async (manager, member) => {
      if (role !== 'OWNER') await refuseLastOwner(manager, member);
      await manager.update(MembershipEntity, who, { role });
      noteForAudit({ details: { before: { role: member.role }, after: { role } } });
      return this.find(manager, who);
    });
  }

  /** @throws ProblemError NOT_FOUND; LAST_OWNER when nobody would own the project any more. */
  async remove(scope: AccessScope, who: MemberChoice): Promise<void> {
    await this.change(scope, who, async (manager, member) => {
      await refuseLastOwner(manager, member);
      await manager.delete(MembershipEntity, who);
      noteForAudit({ details: { before: { role: member.role }, after: null } });
    });
  }

  private async change<T>(
    scope: AccessScope,
    who: MemberChoice,
    work: (manager: EntityManager, member: MembershipEntity) => Promise<T>,
  ): Promise<T> {
    await this.requireProject(scope, who.projectId);
    return this.dataSource.transaction(async (manager) => {
      // One change of a project's members after the other: two owners who leave at once would leave none.
      const lock = { mode: 'pessimistic_write' } as const;
      await manager.findOne(ProjectEntity, { where: { id: who.projectId }, lock });
      const member = await this.find(manager, who);
      const result = await work(manager, member);
      await tellAccessChanged(manager, who.principalId);
      return result;
    });
  }

  private async find(manager: EntityManager, who: MemberChoice): Promise<MembershipEntity> {
    const found = await manager.findOne(MembershipEntity, { where: who, relations: { principal: true } });
    if (!found) throw notFound('member', who.principalId, ['input', 'principalId']);
    return found;
  }

  private async requireProject(scope: AccessScope, projectId: string): Promise<void> {
    const { manager } = this.dataSource;
    const isThere = await liesIn(scope, manager, ProjectEntity, projectId);
    if (isThere && (await manager.existsBy(ProjectEntity, { id: projectId }))) return;
    throw notFound('project', projectId, ['input', 'projectId']);
  }

  private get members() {
    return this.dataSource.getRepository(MembershipEntity);
  }
}

async function refuseLastOwner(manager: EntityManager, { projectId, principalId, role }: MembershipEntity) {
  if (role !== 'OWNER') return;
  const [others] = await manager.query<{ count: number }[]>(
    `SELECT count(*)::int FROM membership JOIN principal ON principal.id = membership.principal_id
     WHERE membership.project_id = $1 AND role = 'OWNER' AND principal_id <> $2 AND disabled_at IS NULL`,
    [projectId, principalId],
  );
  if (others!.count > 0) return;
  throw problem('LAST_OWNER', 'this is the only owner of the project; make somebody else one first', {
    field: ['input', 'principalId'],
    item: principalId,
  });
}
