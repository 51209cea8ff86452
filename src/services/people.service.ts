import { isDeepStrictEqual } from 'node:util';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { bootstrapPrincipal, localPrincipal, type Principal } from '../access/index.js';
import { MembershipEntity, PasswordEntity, PrincipalEntity, ProjectEntity } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import type { GroupRule, OidcSettings } from '../shared/config.js';
import { FaultError } from '../shared/errors.js';
import { createLogger } from '../shared/logger.js';
import { tellAccessChanged } from './access/loadPrincipal.js';
import { cleanEmail } from './local-accounts.service.js';
import { longestName, nameProblems } from './names.js';

/** What an identity provider says about a person, in the claims of an ID token that was verified. */
export interface ProvidedPerson {
  issuer: string;
  subject: string;
  name?: string | undefined;
  email?: string | undefined;
  emailVerified?: boolean | undefined;
  groups: readonly string[];
}

/** People whom an identity provider knows. */
export class PeopleService {
  private readonly logger = createLogger('people');

  constructor(
    private readonly dataSource: DataSource,
    private readonly rules: Pick<OidcSettings, 'groups' | 'adminGroup'> | undefined,
  ) {}

  /**
   * The person of a sign-in, made when new: without any project, but for those that the groups name. Groups are read anew each time: what
   * they say about administrators and about the projects of the rules holds from then on.
   * @returns the person's id.
   * @throws FaultError FORBIDDEN for somebody who was disabled.
   */
  async fromProvider(provided: ProvidedPerson): Promise<string> {
    return this.dataSource.transaction(async (manager) => {
      const person = await this.personOf(manager, provided);
      if (person.disabledAt)
        throw new FaultError('FORBIDDEN', 'This account has no access any more; ask whoever runs this server.');
      const { name } = provided;
      if (name && nameProblems('name', name, {}).length === 0) person.name = name;
      if (this.rules?.adminGroup) person.isAdmin = provided.groups.includes(this.rules.adminGroup);
      await manager.save(person);
      const before = await rolesOf(manager, person.id);
      await this.followGroups(manager, person.id, provided.groups);
      const after = await rolesOf(manager, person.id);
      await tellAccessChanged(manager, person.id);
      const details = isDeepStrictEqual(before, after) ? {} : { before, after };
      noteForAudit({ principalId: person.id, targets: [`Principal:${person.id}`], details });
      return person.id;
    });
  }

  /** Who asked for something, LOCAL and the server's own token included; of anybody else only what has a row. */
  async named(ids: readonly string[]): Promise<Pick<Principal, 'id' | 'kind' | 'name'>[]> {
    const found = await this.dataSource.getRepository(PrincipalEntity).findBy({ id: In([...ids]) });
    return [...found, ...[localPrincipal, bootstrapPrincipal].filter(({ id }) => ids.includes(id))];
  }

  /** Names of projects. */
  projectNames(ids: readonly string[]): Promise<Pick<ProjectEntity, 'id' | 'name'>[]> {
    return this.dataSource
      .getRepository(ProjectEntity)
      .find({ select: { id: true, name: true }, where: { id: In([...ids]) } });
  }

  private async personOf(manager: EntityManager, provided: ProvidedPerson): Promise<PrincipalEntity> {
    const { issuer, subject } = provided;
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${issuer} ${subject}`]);
    const found = await manager.findOneBy(PrincipalEntity, { issuer, subject });
    const email = provided.email && provided.emailVerified ? cleanEmail(provided.email) : null;
    if (found) {
      if (email && !(await manager.existsBy(PrincipalEntity, { email }))) found.email = email;
      return found;
    }
    const expected = email ? await manager.findOneBy(PrincipalEntity, { email }) : null;
    if (expected && (await isFree(manager, expected))) return Object.assign(expected, { issuer, subject });
    const name = (provided.name ?? provided.email ?? subject).slice(0, longestName);
    return manager.create(PrincipalEntity, {
      ...{ id: uuid(), kind: 'PERSON', issuer, subject, email: expected ? null : email },
      name: nameProblems('name', name, {}).length === 0 ? name : 'unnamed',
    });
  }

  private async followGroups(manager: EntityManager, principalId: string, groups: readonly string[]): Promise<void> {
    const rules = this.rules?.groups ?? [];
    for (const name of new Set(rules.map(({ project }) => project))) {
      const project = await manager.findOneBy(ProjectEntity, { name });
      if (!project) {
        this.logger.warn({ project: name }, 'a rule for groups names a project that is not there');
        continue;
      }
      const role = highestRole(rules.filter((rule) => rule.project === name && groups.includes(rule.group)));
      const place = { projectId: project.id, principalId };
      if (role) await manager.upsert(MembershipEntity, { ...place, role }, ['projectId', 'principalId']);
      else await manager.delete(MembershipEntity, place);
    }
  }
}

/** The role in each project, by the project's UUID. */
async function rolesOf(manager: EntityManager, principalId: string): Promise<Record<string, string>> {
  const memberships = await manager.find(MembershipEntity, { where: { principalId }, order: { projectId: 'ASC' } });
  return Object.fromEntries(memberships.map(({ projectId, role }) => [projectId, role]));
}

/** Somebody who was expected under this address, and has never signed in otherwise. */
async function isFree(manager: EntityManager, { id, kind, subject, disabledAt }: PrincipalEntity): Promise<boolean> {
  if (kind !== 'PERSON' || subject || disabledAt) return false;
  return !(await manager.existsBy(PasswordEntity, { principalId: id }));
}

const roleOrder = ['VIEWER', 'LABELLER', 'REVIEWER', 'ENGINEER', 'OWNER'] as const;

function highestRole(rules: readonly GroupRule[]): GroupRule['role'] | undefined {
  return roleOrder.findLast((role) => rules.some((rule) => rule.role === role));
}
