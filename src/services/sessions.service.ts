import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { digestOf, newSecret, type Principal } from '../access/index.js';
import { SessionEntity, type SignInWay } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { FaultError, notFound } from '../shared/errors.js';
import { accessFaults } from './access/accessFaults.js';
import { principalColumns, principalFrom, tellAccessChanged, type PrincipalRow } from './access/loadPrincipal.js';
import { requireManager } from './access/requireManager.js';
import { paginate, type Page, type PageRequest } from './pagination.js';

/** A session ends when nothing was asked for so long, and after its day in any case. */
export const idleHours = 12;
/** A session ends after so many days, however busy it was. */
export const hardDays = 7;

/** A session to begin. */
export interface NewSession {
  principalId: string;
  way: SignInWay;
  address: string;
  userAgent: string;
  /** The identity provider's name for its own session. */
  providerSession?: string | undefined;
  idToken?: string | undefined;
}

/** What a sign-out leaves to be done at the identity provider. */
export interface EndedSession {
  way: SignInWay;
  idToken: string | null;
}

/** People signed in with a browser. */
export class SessionsService {
  constructor(private readonly dataSource: DataSource) {}

  /** Starts a session, always a new one: whatever the browser brought before is worth nothing. @returns what its cookie holds. */
  async start(session: NewSession): Promise<{ id: string; secret: string }> {
    const secret = newSecret();
    const id = uuid();
    const { userAgent, ...rest } = session;
    await this.dataSource.transaction(async (manager) => {
      await manager.insert(SessionEntity, {
        ...rest,
        ...{ id, userAgent: userAgent.slice(0, 200), secretDigest: digestOf(secret) },
      });
      noteForAudit({ targets: [`Session:${id}`] });
    });
    return { id, secret };
  }

  /** Whose session a cookie belongs to. @throws FaultError SESSION_ENDED. */
  async principalOf(secret: string): Promise<Principal> {
    return this.enter('s.secret_digest = $1', digestOf(secret));
  }

  /** Whether a cookie belongs to a session that has not ended. */
  async isAlive(secret: string): Promise<boolean> {
    try {
      return Boolean(await this.principalOf(secret));
    } catch (error) {
      if (error instanceof FaultError) return false;
      throw error;
    }
  }

  /** The principal of a session as its rights are now. @throws FaultError SESSION_ENDED. */
  async again(id: string): Promise<Principal> {
    return this.enter('s.id = $1', id);
  }

  /** Ends the session of a cookie, if there is one. @returns how its person had signed in. */
  async endBySecret(secret: string): Promise<EndedSession | undefined> {
    const [ended] = await this.endWhere('secret_digest = $1', [digestOf(secret)]);
    return ended;
  }

  /** Ends one of a person's own sessions. @throws ProblemError NOT_FOUND. */
  async end(by: Principal, id: string): Promise<void> {
    requireManager(by);
    const mine = by.isAdmin ? 'id = $1' : 'id = $1 AND principal_id = $2';
    const ended = await this.endWhere(mine, by.isAdmin ? [id] : [id, by.id]);
    if (ended.length === 0) throw notFound('session', id, ['input', 'sessionId']);
    noteForAudit({ targets: [`Session:${id}`] });
  }

  /** Ends every session of a person. */
  async endAll(principalId: string): Promise<void> {
    await this.endWhere('principal_id = $1', [principalId]);
  }

  /**
   * Ends what an identity provider says has ended: one session of its own, or all of a person.
   * @returns how many.
   */
  async endOfProvider(
    issuer: string,
    { session, subject }: { session?: string | undefined; subject?: string | undefined },
  ) {
    const person = `principal_id IN (SELECT id FROM principal WHERE issuer = $1 AND ($2::text IS NULL OR subject = $2))`;
    const ended = await this.endWhere(`${person} AND way = 'OIDC' AND ($3::text IS NULL OR provider_session = $3)`, [
      issuer,
      subject ?? null,
      session ?? null,
    ]);
    return ended.length;
  }

  /** A person's sessions that have not ended, newest first. */
  page(principalId: string, request: PageRequest): Promise<Page<SessionEntity>> {
    const query = this.dataSource
      .getRepository(SessionEntity)
      .createQueryBuilder('session')
      .where('session.principal_id = :principalId', { principalId })
      .andWhere(livesSql.replaceAll('s.', 'session.'));
    return paginate(query, {
      connection: `sessions:${principalId}`,
      alias: 'session',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  private async enter(where: string, value: string): Promise<Principal> {
    const [row] = await this.dataSource.query<SessionRow[]>(
      `SELECT s.id AS "sessionId", s.created_at AS "createdAt", s.seen_at < now() - interval '1 minute' AS "isStale",
         ${principalColumns}
       FROM session s JOIN principal p ON p.id = s.principal_id WHERE ${where} AND ${livesSql}`,
      [value],
    );
    if (!row) throw accessFaults.sessionEnded();
    if (row.disabledAt) throw accessFaults.disabled();
    if (row.isStale) await this.dataSource.query('UPDATE session SET seen_at = now() WHERE id = $1', [row.sessionId]);
    return principalFrom(row, {
      via: { kind: 'SESSION', id: row.sessionId },
      endsAt: new Date(row.createdAt.getTime() + hardDays * 86_400_000),
    });
  }

  private async endWhere(where: string, values: unknown[]): Promise<(EndedSession & { principalId: string })[]> {
    return this.dataSource.transaction(async (manager) => {
      const [ended] = await manager.query<[(EndedSession & { principalId: string })[], number]>(
        `UPDATE session SET ended_at = now() WHERE ended_at IS NULL AND ${where}
         RETURNING principal_id AS "principalId", way, id_token AS "idToken"`,
        values,
      );
      for (const { principalId } of ended) await tellAccessChanged(manager, principalId);
      return ended;
    });
  }
}

/** Of a session `s` that still lets somebody in. */
const livesSql = `s.ended_at IS NULL AND s.seen_at > now() - interval '${idleHours} hours'
  AND s.created_at > now() - interval '${hardDays} days'`;

interface SessionRow extends PrincipalRow {
  sessionId: string;
  createdAt: Date;
  isStale: boolean;
}
