import type { EntityManager } from 'typeorm';
import { isShared, type Principal } from '../../access/index.js';
import {
  LabelSessionEntity,
  type AnnotationKind,
  type LabelPurpose,
  type LabelTiming,
  type SessionOutcome,
} from '../../database/entities/index.js';
import { notFound, problem, type ProblemError } from '../../shared/errors.js';
import type { MeasuredWork } from './measurementProblems.js';

/** Who works. */
export type Worker = Pick<Principal, 'id' | 'name'>;

/** What a session is said to be about when it is ended. */
export interface SessionUse {
  sessionId: string;
  /** Input path of what names it. */
  field: readonly string[];
  by: Worker | undefined;
  /** Left out by whoever gives up: of whatever it is. */
  work?: { imageId: string; kind: AnnotationKind; purpose: LabelPurpose };
  /** Seconds of active work, those of the sessions it continues included; null when nobody measured. */
  activeSeconds: number | null;
}

/** What became of a session's seconds. */
export interface JudgedSession {
  session: LabelSessionEntity;
  /** Seconds of this session alone. */
  ownSeconds: number;
  /** Null where there are no seconds. */
  timing: LabelTiming | null;
}

/** Seconds by which clocks and rounding may differ. */
const tolerance = 0.5;

/**
 * Finds a session that somebody ends, and holds its seconds against the clock of the database: they must fit between its opening and now,
 * and all sessions of one person together into the time that has passed. Part of the caller's transaction, in which others of the same person
 * wait.
 * @throws ProblemError NOT_FOUND for no session of theirs; CONFLICT for one that was closed; BAD_USER_INPUT for one of other work.
 */
export async function judgeSession(manager: EntityManager, use: SessionUse): Promise<JudgedSession> {
  const session = await openSession(manager, use);
  if (use.activeSeconds === null) return { session, ownSeconds: 0, timing: null };
  const [found] = await manager.query<{ own: number; span: number; excess: number; wasImplausible: boolean }[]>(
    secondsAgainstTheClock,
    [session.id, use.activeSeconds],
  );
  const { own, span, excess, wasImplausible } = found!;
  // Several people at once may be behind a shared one.
  const overlaps = !isShared({ id: session.principalId }) && excess > tolerance;
  const fits = !wasImplausible && own <= span + tolerance && !overlaps;
  return { session, ownSeconds: own, timing: fits ? 'MEASURED' : 'IMPLAUSIBLE' };
}

/** The session of whoever works, while nobody else can end another one of theirs. */
export async function openSession(
  manager: EntityManager,
  { sessionId, field, by, work }: Pick<SessionUse, 'sessionId' | 'field' | 'by' | 'work'>,
): Promise<LabelSessionEntity> {
  if (!by) throw notFound('labelling session', sessionId, field);
  await waitForOthersOf(manager, by);
  const session = await manager.findOneBy(LabelSessionEntity, { id: sessionId, principalId: by.id });
  if (!session) throw notFound('labelling session', sessionId, field);
  if (session.closedAt) throw wasClosed(session, field);
  for (const name of ['imageId', 'kind', 'purpose'] as const) {
    if (!work || session[name] === work[name]) continue;
    const what = name === 'imageId' ? 'another image' : `the ${name} ${session[name]}, not ${work[name]}`;
    throw problem('BAD_USER_INPUT', `the session is about ${what}`, { field, item: sessionId });
  }
  return session;
}

/** Sessions of one person are ended one after the other, so that none misses the seconds of another. */
export async function waitForOthersOf(manager: EntityManager, by: Worker): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`label sessions of ${by.id}`]);
}

function wasClosed({ id, outcome, closedAt }: LabelSessionEntity, field: readonly string[]): ProblemError {
  const message = `the session was closed as ${outcome} at ${closedAt!.toISOString()}; open another one`;
  return problem('CONFLICT', message, { field, item: id });
}

/** How a session ends. */
export interface SessionEnd extends MeasuredWork {
  outcome: SessionOutcome;
  annotationId?: string;
}

/** Ends a session that was judged in the same transaction. */
export async function endSession(manager: EntityManager, judged: JudgedSession, end: SessionEnd): Promise<void> {
  const { outcome, annotationId = null, loadSeconds = null, measurement = null } = end;
  await manager.query(
    `UPDATE label_session SET outcome = $2, annotation_id = $3, active_seconds = $4, timing = $5, load_seconds = $6,
       measurement = $7, closed_at = clock_timestamp(), seen_at = clock_timestamp() WHERE id = $1`,
    [judged.session.id, outcome, annotationId, judged.ownSeconds, judged.timing, loadSeconds, measurement],
  );
}

/**
 * `own` are the seconds $2 of session $1 without those of the sessions it continues, `span` the seconds since it was opened. `excess` is by how
 * much the seconds of this person's sessions exceed the time that has passed since one of them was opened, where it is the most: a person does
 * one thing at a time, which is possible just when no such span is too short (earliest deadline first).
 */
const secondsAgainstTheClock = `
  WITH RECURSIVE chain AS (
    SELECT id, continues_id FROM label_session WHERE id = $1
    UNION ALL
    SELECT before.id, before.continues_id FROM label_session before JOIN chain ON before.id = chain.continues_id
  ), earlier AS (
    SELECT coalesce(sum(active_seconds), 0) AS seconds, coalesce(bool_or(timing = 'IMPLAUSIBLE'), false) AS "wasImplausible"
    FROM label_session WHERE id IN (SELECT id FROM chain) AND id <> $1
  ), this AS (
    SELECT principal_id, opened_at, greatest(0, $2::double precision - earlier.seconds) AS own, earlier."wasImplausible"
    FROM label_session, earlier WHERE id = $1
  ), work AS (
    SELECT other.opened_at, other.active_seconds FROM this
    JOIN label_session other ON other.principal_id = this.principal_id AND other.id <> $1
      AND other.closed_at IS NOT NULL AND other.timing IS DISTINCT FROM 'IMPLAUSIBLE'
      AND other.opened_at > this.opened_at - interval '1 day'
    UNION ALL SELECT opened_at, own FROM this
  ), since AS (
    SELECT opened_at, sum(active_seconds) OVER (ORDER BY opened_at DESC) AS seconds FROM work
  )
  SELECT own, "wasImplausible", extract(epoch FROM clock_timestamp() - this.opened_at)::double precision AS span,
    (SELECT max(seconds - extract(epoch FROM clock_timestamp() - since.opened_at)) FROM since
     WHERE since.opened_at <= this.opened_at)::double precision AS excess
  FROM this`;
