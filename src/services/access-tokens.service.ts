import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import {
  digestOf,
  hasDigest,
  newSecret,
  permissionsOf,
  readToken,
  tokenPermissions,
  writeToken,
  type Principal,
  type ProjectPermission,
} from '../access/index.js';
import { AccessTokenEntity, PrincipalEntity } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { FaultError, notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { accessFaults } from './access/accessFaults.js';
import {
  grantOf,
  principalColumns,
  principalFrom,
  tellAccessChanged,
  type PrincipalRow,
} from './access/loadPrincipal.js';
import { requireManager } from './access/requireManager.js';
import { nameProblems, quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';

/** Days a token lives when nothing is said, and at most. */
export const defaultTokenDays = 90;
/** Longest life of a token, in days. */
export const mostTokenDays = 730;

/** Hours for which the old secret of a rotated token is taken beside the new one. */
export const defaultOverlapHours = 24;
/** Longest time for which a rotated secret and the one before both open, in hours. */
export const mostOverlapHours = 24 * 30;

/** A token to create. */
export interface NewToken {
  name: string;
  permissions: readonly ProjectPermission[];
  /** Of whoever asks, cut down to these projects; null or left out: all of the person's. UUIDs. */
  projectIds?: readonly string[] | null | undefined;
  /** The token is that of a service of this project instead. UUID. */
  serviceOf?: string | null | undefined;
  /** 1 to 730; 90 when left out. */
  expiresInDays?: number | null | undefined;
}

/** A token, and what is shown of it once. */
export interface ShownToken {
  token: AccessTokenEntity;
  secret: string;
}

/** Tokens of people and of services: made, replaced and revoked by people, never by tokens. */
export class AccessTokensService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Makes a token: of whoever asks, or of a new service of a project that it manages.
   * @throws ProblemError TEXT_INVALID, BAD_USER_INPUT, FORBIDDEN, NOT_FOUND.
   */
  async create(by: Principal, input: NewToken): Promise<ShownToken> {
    requireManager(by);
    const days = input.expiresInDays ?? defaultTokenDays;
    throwIfProblems([
      ...nameProblems('name of the token', input.name, { field: ['input', 'name'] }),
      ...permissionProblems(input.permissions),
      ...rangeProblems('expiresInDays', days, mostTokenDays),
    ]);
    const secret = newSecret();
    return this.dataSource.transaction(async (manager) => {
      const principalId = input.serviceOf
        ? (await manager.save(manager.create(PrincipalEntity, this.serviceOf(by, input.serviceOf, input.name)))).id
        : personOf(by);
      const token = manager.create(AccessTokenEntity, {
        ...{ id: uuid(), principalId, name: input.name, secretDigest: digestOf(secret), createdBy: by.id },
        permissions: [...new Set(input.permissions)],
        projectIds: input.serviceOf ? [input.serviceOf] : this.projectsFor(by, input.projectIds),
        expiresAt: new Date(Date.now() + days * 86_400_000),
      });
      await manager.save(token);
      noteToken(token, null);
      return { token, secret: writeToken({ id: token.id, secret }) };
    });
  }

  /**
   * Gives a token another secret; the one before is taken for some hours more, so that programs can change over.
   * @param overlapHours 0 to 720.
   * @throws ProblemError NOT_FOUND, CONFLICT when it was revoked or has expired, BAD_USER_INPUT, FORBIDDEN.
   */
  async rotate(by: Principal, id: string, overlapHours = defaultOverlapHours): Promise<ShownToken> {
    requireManager(by);
    throwIfProblems(rangeProblems('overlapHours', overlapHours, mostOverlapHours, 0));
    const secret = newSecret();
    return this.dataSource.transaction(async (manager) => {
      const token = await this.managed(by, id, manager.getRepository(AccessTokenEntity));
      if (token.revokedAt) throw problem('CONFLICT', `the token ${quoted(token.name)} was revoked; make another one`);
      if (token.expiresAt && token.expiresAt <= new Date()) {
        throw problem('CONFLICT', `the token ${quoted(token.name)} expired; make another one`);
      }
      const before = shownOf(token);
      const life = token.expiresAt ? token.expiresAt.getTime() - token.createdAt.getTime() : undefined;
      token.earlierDigest = token.secretDigest;
      token.earlierUntil = new Date(Date.now() + overlapHours * 3_600_000);
      token.secretDigest = digestOf(secret);
      // The new secret lives as long as the old one was meant to.
      token.expiresAt = life === undefined ? null : new Date(Date.now() + life);
      await manager.save(token);
      noteToken(token, before);
      if (overlapHours === 0) await tellAccessChanged(manager, token.principalId);
      return { token, secret: writeToken({ id, secret }) };
    });
  }

  /** Ends a token, everywhere within two seconds. Revoking twice changes nothing. @throws ProblemError NOT_FOUND, FORBIDDEN. */
  async revoke(by: Principal, id: string): Promise<AccessTokenEntity> {
    requireManager(by);
    return this.dataSource.transaction(async (manager) => {
      const token = await this.managed(by, id, manager.getRepository(AccessTokenEntity));
      const before = shownOf(token);
      token.revokedAt ??= new Date();
      await manager.save(token);
      noteToken(token, before);
      await tellAccessChanged(manager, token.principalId);
      return token;
    });
  }

  /**
   * One's own tokens, or those of the services of a project that one manages; newest first.
   * @param serviceOf UUID of the project.
   * @throws FaultError NOT_FOUND for a project one may not see, FORBIDDEN without MEMBERS in it.
   */
  async page(by: Principal, serviceOf: string | undefined, request: PageRequest): Promise<Page<AccessTokenEntity>> {
    const query = this.tokens.createQueryBuilder('token').innerJoinAndSelect('token.principal', 'principal');
    if (serviceOf === undefined) query.where('token.principal_id = :id', { id: by.id });
    else {
      const mine = permissionsOf(by, serviceOf);
      if (!mine.has('READ')) throw nothingWithId('project');
      if (!mine.has('MEMBERS'))
        throw new FaultError('FORBIDDEN', 'Tokens of services are listed with the permission MEMBERS.');
      query.where(`principal.kind = 'SERVICE' AND principal.project_id = :serviceOf`, { serviceOf });
    }
    return paginate(query, {
      connection: `tokens:${serviceOf ?? by.id}`,
      alias: 'token',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  /**
   * Whom a token speaks for. An unknown id costs the same as a wrong secret.
   * @throws FaultError TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_REVOKED, TOKEN_ROTATED, UNAUTHENTICATED for a disabled principal.
   */
  async principalOf(text: string): Promise<Principal> {
    const parts = readToken(text);
    if (!parts) throw accessFaults.tokenInvalid();
    const row = await this.find(parts.id);
    const isCurrent = hasDigest(parts.secret, row?.secretDigest ?? unknownDigest);
    const isEarlier = hasDigest(parts.secret, row?.earlierDigest ?? unknownDigest);
    if (!row || !(isCurrent || isEarlier)) throw accessFaults.tokenInvalid();
    const until = isCurrent ? undefined : row.earlierUntil!;
    if (until && until <= row.now) throw accessFaults.tokenRotated();
    if (row.isUnseenToday) await this.markUsed(parts.id);
    return entered(row, until);
  }

  /** The principal of a token as its rights are now. @throws as {@link principalOf}. */
  async again(id: string): Promise<Principal> {
    const row = await this.find(id);
    if (!row) throw accessFaults.tokenInvalid();
    return entered(row, undefined);
  }

  private async find(id: string): Promise<TokenRow | undefined> {
    const [row] = await this.dataSource.query<TokenRow[]>(tokenSql, [id]);
    return row;
  }

  private async markUsed(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE access_token SET last_used_on = ${today} WHERE id = $1 AND last_used_on IS DISTINCT FROM ${today}`,
      [id],
    );
  }

  /** A token that one may manage: one's own, or of a service of a project whose members one manages. */
  private async managed(by: Principal, id: string, tokens: typeof this.tokens): Promise<AccessTokenEntity> {
    const found = await tokens
      .createQueryBuilder('token')
      .innerJoinAndSelect('token.principal', 'principal')
      .where('token.id = :id', { id })
      .setLock('pessimistic_write', undefined, ['token'])
      .getOne();
    const { projectId } = found?.principal ?? {};
    const mine = found?.principalId === by.id || (projectId && permissionsOf(by, projectId).has('MEMBERS'));
    if (!found || !(mine || by.isAdmin)) throw notFound('token', id, ['input', 'tokenId']);
    return found;
  }

  private serviceOf(by: Principal, projectId: string, name: string): Partial<PrincipalEntity> {
    const field = ['input', 'serviceOf'];
    const mine = permissionsOf(by, projectId);
    if (!mine.has('READ')) throw notFound('project', projectId, field);
    if (!mine.has('MEMBERS')) {
      throw problem('FORBIDDEN', 'making tokens of services needs the permission MEMBERS in the project', { field });
    }
    return { id: uuid(), kind: 'SERVICE', name, projectId };
  }

  private projectsFor(by: Principal, projectIds: readonly string[] | null | undefined): string[] | null {
    if (!projectIds) return null;
    const field = ['input', 'projectIds'];
    if (projectIds.length === 0) {
      throw problem('BAD_USER_INPUT', 'projectIds is empty: leave it out, or name a project', { field });
    }
    const foreign = projectIds.find((id) => !permissionsOf(by, id).has('READ'));
    if (foreign) throw notFound('project', foreign, field);
    return [...new Set(projectIds)];
  }

  private get tokens() {
    return this.dataSource.getRepository(AccessTokenEntity);
  }
}

/** What the audit log tells of a token: never its secret, nor the digest of one. */
function shownOf({ name, permissions, expiresAt, revokedAt }: AccessTokenEntity) {
  return { name, permissions, expiresAt, revokedAt };
}

function noteToken(token: AccessTokenEntity, before: ReturnType<typeof shownOf> | null): void {
  const details = { before, after: shownOf(token) };
  noteForAudit({ projectId: token.projectIds?.[0], targets: [`AccessToken:${token.id}`], details });
}

/** Compared with when there is nothing to compare with. */
const unknownDigest = digestOf('');

const today = `(now() AT TIME ZONE 'UTC')::date`;

const tokenSql = `
  SELECT t.id AS "tokenId", t.secret_digest AS "secretDigest", t.earlier_digest AS "earlierDigest",
    t.earlier_until AS "earlierUntil", t.permissions, t.project_ids AS "projectIds", t.expires_at AS "expiresAt",
    t.revoked_at AS "revokedAt", t.last_used_on IS DISTINCT FROM ${today} AS "isUnseenToday", now() AS now, ${principalColumns}
  FROM access_token t JOIN principal p ON p.id = t.principal_id WHERE t.id = $1`;

interface TokenRow extends PrincipalRow {
  tokenId: string;
  secretDigest: string;
  earlierDigest: string | null;
  earlierUntil: Date | null;
  permissions: string[];
  projectIds: string[] | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
  isUnseenToday: boolean;
  now: Date;
}

/** @param until when the secret that was shown ends, where that is before the token does. */
function entered(row: TokenRow, until: Date | undefined): Principal {
  if (row.revokedAt) throw accessFaults.tokenRevoked();
  if (row.expiresAt && row.expiresAt <= row.now) throw accessFaults.tokenExpired(row.expiresAt);
  if (row.disabledAt) throw accessFaults.disabled();
  return principalFrom(row, {
    via: { kind: 'TOKEN', id: row.tokenId },
    grant: grantOf(row.permissions, row.projectIds),
    endsAt: until && (!row.expiresAt || until < row.expiresAt) ? until : (row.expiresAt ?? undefined),
  });
}

function personOf(by: Principal): string {
  if (by.kind === 'PERSON') return by.id;
  const message = `${by.name} is no person: name by serviceOf the project that the token is for`;
  throw problem('BAD_USER_INPUT', message, { field: ['input', 'serviceOf'] });
}

function permissionProblems(permissions: readonly ProjectPermission[]): Problem[] {
  const field = ['input', 'permissions'];
  const rule = `a token may have ${tokenPermissions.join(', ')}`;
  if (permissions.length === 0) {
    return [{ code: 'BAD_USER_INPUT', message: `the token would have no permission; ${rule}`, field }];
  }
  return permissions
    .filter((one) => !tokenPermissions.includes(one))
    .map((one) => ({ code: 'BAD_USER_INPUT', message: `no token has ${one}; ${rule}`, field }));
}

function rangeProblems(name: string, value: number, most: number, least = 1): Problem[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  const message = `${name} is ${value}; it must be a whole number from ${least} to ${most}`;
  return [{ code: 'BAD_USER_INPUT', message, field: ['input', name] }];
}
