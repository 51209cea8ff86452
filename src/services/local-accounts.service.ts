import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { digestOf, newSecret } from '../access/index.js';
import { InvitationEntity, PasswordEntity, PrincipalEntity } from '../database/entities/index.js';
import { isUniqueViolation, noteForAudit } from '../database/index.js';
import { problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { accessFaults } from './access/accessFaults.js';
import { tellAccessChanged } from './access/loadPrincipal.js';
import { hashPassword, isPassword, passwordProblems } from './access/passwords.js';
import { countAttempt, countSignInAttempt, forgetSignInAttempts, takeBackAttempt } from './access/signInLimits.js';
import { nameProblems, quoted } from './names.js';

/** Hours a link to choose a password can be used. */
export const invitationHours = 24;

/** "invi" in ASCII: one process at a time looks whether there is anybody. */
const firstPersonLock = 0x696e7669;

/** A link to be handed to a person, once. */
export interface Invitation {
  person: PrincipalEntity;
  /** The secret part of the link. */
  code: string;
  expiresAt: Date;
}

/** What a person answers to an invitation. */
export interface InvitationAnswer {
  password: string;
  name?: string | undefined;
  /** Where the invitation names none. */
  email?: string | undefined;
}

/** A person of this installation, as administrators see it. */
export interface ListedPerson {
  id: string;
  name: string;
  email: string | null;
  isAdmin: boolean;
  /** `password`, the issuer, or that nobody has used the link yet. */
  signsInBy: string;
  disabledAt: Date | null;
  projects: string[];
}

/** People who sign in with a password of this installation. */
export class LocalAccountsService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Makes a link by which a person chooses a password; a person who has one may choose another. Earlier links end.
   * @throws ProblemError BAD_USER_INPUT, TEXT_INVALID, CONFLICT for somebody who signs in elsewhere or was disabled.
   */
  async invite(input: {
    email: string;
    name?: string | undefined;
    isAdmin?: boolean | undefined;
  }): Promise<Invitation> {
    const email = cleanEmail(input.email);
    throwIfProblems([
      ...emailProblems(email),
      ...(input.name ? nameProblems('name', input.name, { field: ['input', 'name'] }) : []),
    ]);
    return this.dataSource.transaction(async (manager) => {
      const found = await manager.findOneBy(PrincipalEntity, { email });
      if (found?.subject)
        throw problem('CONFLICT', `${email} signs in by ${found.issuer}, and needs no link`, { item: email });
      if (found?.disabledAt)
        throw problem('CONFLICT', `${email} was disabled; enable the account first`, { item: email });
      const person =
        found ?? manager.create(PrincipalEntity, { id: uuid(), kind: 'PERSON', name: input.name ?? email, email });
      if (input.isAdmin !== undefined) person.isAdmin = input.isAdmin;
      return this.newLink(manager, await manager.save(person));
    });
  }

  /** The link for the first administrator, while there is nobody who could sign in; undefined otherwise. */
  async inviteFirst(): Promise<Invitation | undefined> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [firstPersonLock]);
      const [row] = await manager.query<{ anybody: boolean }[]>(
        `SELECT EXISTS (SELECT FROM password) OR EXISTS (SELECT FROM principal WHERE subject IS NOT NULL) AS anybody`,
      );
      if (row!.anybody) return undefined;
      const name = 'administrator';
      const first =
        (await manager.findOneBy(PrincipalEntity, { kind: 'PERSON', name, isAdmin: true })) ??
        (await manager.save(
          manager.create(PrincipalEntity, { id: uuid(), kind: 'PERSON', name, isAdmin: true, mayCreateProjects: true }),
        ));
      return this.newLink(manager, first);
    });
  }

  /**
   * Whom a link is for.
   * @param address of whoever has it.
   * @throws FaultError INVITATION_INVALID, INVITATION_USED, INVITATION_EXPIRED; RATE_LIMITED for whoever tries many that are none.
   */
  async look(code: string, address: string): Promise<PrincipalEntity> {
    await countAttempt(this.dataSource, 'link', address);
    const { principal } = await this.find(this.dataSource.manager, code);
    await takeBackAttempt(this.dataSource, 'link', address);
    return principal!;
  }

  /**
   * Uses a link: the person has this password from now on, and the link is used up.
   * @returns the person's id.
   * @throws ProblemError BAD_USER_INPUT, TEXT_INVALID, NAME_TAKEN for an address somebody has; FaultError as {@link look}.
   */
  async accept(code: string, { password, name, email: given }: InvitationAnswer, address: string): Promise<string> {
    const known = await this.look(code, address);
    const email = known.email ?? cleanEmail(given ?? '');
    throwIfProblems([
      ...(known.email ? [] : emailProblems(email)),
      ...(name ? nameProblems('name', name, { field: ['name'] }) : []),
      ...passwordProblems(password, email),
    ]);
    const hash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      const invitation = await this.find(manager, code);
      const { principalId } = invitation;
      await manager.update(InvitationEntity, { codeDigest: invitation.codeDigest }, { usedAt: new Date() });
      await this.keepEmail(manager, principalId, email, name);
      await manager.upsert(PasswordEntity, { principalId, hash, changedAt: new Date() }, ['principalId']);
      // Whoever knew the old password is signed in no more.
      await manager.query('UPDATE session SET ended_at = now() WHERE principal_id = $1 AND ended_at IS NULL', [
        principalId,
      ]);
      await tellAccessChanged(manager, principalId);
      noteForAudit({ principalId, targets: [`Principal:${principalId}`] });
      return principalId;
    });
  }

  /**
   * Whose address and password these are. Takes as long for an address that nobody has.
   * @throws FaultError SIGN_IN_FAILED, RATE_LIMITED.
   */
  async signIn(input: { email: string; password: string; address: string }): Promise<string> {
    const email = cleanEmail(input.email).slice(0, longestEmail);
    await countSignInAttempt(this.dataSource, email, input.address);
    const [row] = await this.dataSource.query<{ id: string; hash: string | null; isDisabled: boolean }[]>(
      `SELECT p.id, w.hash, p.disabled_at IS NOT NULL AS "isDisabled"
       FROM principal p JOIN password w ON w.principal_id = p.id WHERE p.email = $1`,
      [email.replaceAll('\0', '')],
    );
    const fits = await isPassword(input.password.slice(0, 1_000), row?.hash ?? undefined);
    if (row) noteForAudit({ principalId: row.id });
    if (!row || !fits || row.isDisabled) throw accessFaults.signInFailed();
    await forgetSignInAttempts(this.dataSource, email);
    return row.id;
  }

  /**
   * Ends what somebody may do, or gives it back. Sessions end at once; tokens do nothing while it lasts.
   * @throws ProblemError NOT_FOUND, CONFLICT for the last administrator.
   */
  async setDisabled(address: string, isDisabled: boolean): Promise<PrincipalEntity> {
    const email = cleanEmail(address);
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [firstPersonLock]);
      const person = await manager.findOneBy(PrincipalEntity, { email });
      if (!person) throw problem('NOT_FOUND', `there is nobody with the address ${quoted(email)}`, { item: email });
      if (isDisabled && person.isAdmin && !(await anotherAdministrator(manager, person.id))) {
        throw problem('CONFLICT', `${email} is the last administrator; make another one first`, { item: email });
      }
      person.disabledAt = isDisabled ? (person.disabledAt ?? new Date()) : null;
      await manager.save(person);
      if (isDisabled)
        await manager.query('UPDATE session SET ended_at = now() WHERE principal_id = $1 AND ended_at IS NULL', [
          person.id,
        ]);
      await tellAccessChanged(manager, person.id);
      noteForAudit({ targets: [`Principal:${person.id}`] });
      return person;
    });
  }

  /** Everybody, by address. */
  list(): Promise<ListedPerson[]> {
    return this.dataSource.query<ListedPerson[]>(
      `SELECT p.id, p.name, p.email, p.is_admin AS "isAdmin", p.disabled_at AS "disabledAt",
         CASE WHEN w.principal_id IS NOT NULL THEN 'password' ELSE coalesce(p.issuer, 'link not used yet') END AS "signsInBy",
         ARRAY(SELECT project.name || ': ' || m.role FROM membership m JOIN project ON project.id = m.project_id
               WHERE m.principal_id = p.id ORDER BY project.name) AS projects
       FROM principal p LEFT JOIN password w ON w.principal_id = p.id
       WHERE p.kind = 'PERSON' ORDER BY p.email NULLS FIRST, p.id`,
    );
  }

  private async newLink(manager: EntityManager, person: PrincipalEntity): Promise<Invitation> {
    const code = newSecret();
    const expiresAt = new Date(Date.now() + invitationHours * 3_600_000);
    await manager.delete(InvitationEntity, { principalId: person.id });
    await manager.insert(InvitationEntity, { codeDigest: digestOf(code), principalId: person.id, expiresAt });
    noteForAudit({ targets: [`Principal:${person.id}`] });
    return { person, code, expiresAt };
  }

  private async find(manager: EntityManager, code: string): Promise<InvitationEntity> {
    const query = manager
      .createQueryBuilder(InvitationEntity, 'invitation')
      .innerJoinAndSelect('invitation.principal', 'principal')
      .where('invitation.code_digest = :digest', { digest: digestOf(code) });
    // Two who use it at the same time: the second one sees that it was used.
    if (manager.queryRunner?.isTransactionActive) query.setLock('pessimistic_write', undefined, ['invitation']);
    const found = await query.getOne();
    if (!found || found.principal!.disabledAt) throw accessFaults.invitationInvalid();
    if (found.usedAt) throw accessFaults.invitationUsed();
    if (found.expiresAt <= new Date()) throw accessFaults.invitationExpired();
    return found;
  }

  private async keepEmail(manager: EntityManager, id: string, email: string, name: string | undefined): Promise<void> {
    try {
      await manager.update(PrincipalEntity, { id }, { email, ...(name ? { name } : {}) });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw problem('NAME_TAKEN', `somebody has the address ${quoted(email)} already`, {
        field: ['email'],
        item: email,
      });
    }
  }
}

async function anotherAdministrator(manager: EntityManager, id: string): Promise<boolean> {
  const [row] = await manager.query<{ another: boolean }[]>(
    `SELECT EXISTS (SELECT FROM principal WHERE kind = 'PERSON' AND is_admin AND disabled_at IS NULL AND id <> $1) AS another`,
    [id],
  );
  return row!.another;
}

const longestEmail = 254;

/** Addresses are kept in small letters. */
export function cleanEmail(email: string): string {
  return email.trim().toLowerCase();
}

function emailProblems(email: string): Problem[] {
  if (email.length <= longestEmail && /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email)) return [];
  return [{ code: 'BAD_USER_INPUT', message: `${quoted(email)} is no e-mail address`, field: ['email'] }];
}
