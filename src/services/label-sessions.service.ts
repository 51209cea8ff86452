import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import { ImageEntity, LabelSessionEntity, type AnnotationKind, type LabelPurpose } from '../database/entities/index.js';
import { notFound, problem, throwIfProblems } from '../shared/errors.js';
import type { ImagesService } from './images.service.js';
import { endSession, judgeSession, openSession, waitForOthersOf, type Worker } from './label-sessions/judgeSession.js';
import { claimSeconds, isOpenSql } from './label-sessions/openSessions.js';
import { measurementProblems, type MeasuredWork } from './label-sessions/measurementProblems.js';
import { idsIn, rowsIn } from './scoped.js';

/** What somebody starts to work on. */
export interface OpenLabelling {
  imageId: string;
  kind: AnnotationKind;
  purpose: LabelPurpose;
  /** UUID of an own session whose draft is taken up again. */
  continues?: string | undefined;
  /** Active seconds that the draft has. */
  activeSeconds?: number | null | undefined;
}

/** How a session ends without a label. */
export interface EndLabelling extends MeasuredWork {
  sessionId: string;
  /** Whether the image needs none. */
  nothingFound?: boolean | null | undefined;
}

/** Sessions of labelling: who has which image open, and for how long by the clock of the database. */
export class LabelSessionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly images: ImagesService,
  ) {}

  /** @throws ProblemError NOT_FOUND; BAD_USER_INPUT; CONFLICT for a session that was saved or is continued already. */
  async open(scope: AccessScope, by: Worker, input: OpenLabelling): Promise<LabelSessionEntity> {
    throwIfProblems(measurementProblems(input, ['input']));
    const { imageId, kind, purpose, continues } = input;
    await this.images.require(scope, imageId);
    const id = uuid();
    return this.dataSource.transaction(async (manager) => {
      if (continues !== undefined) await takeUp(manager, by, { ...input, continues });
      const own = { principalId: by.id, holder: by.name, continuesId: continues ?? null };
      await manager.insert(LabelSessionEntity, { id, imageId, kind, purpose, ...own });
      return manager.findOneByOrFail(LabelSessionEntity, { id });
    });
  }

  /** Says that somebody still works. @throws ProblemError as {@link close}. */
  async keep(by: Worker, input: { sessionId: string; activeSeconds: number }): Promise<LabelSessionEntity> {
    throwIfProblems(measurementProblems(input, ['input']));
    const { sessionId, activeSeconds } = input;
    return this.dataSource.transaction(async (manager) => {
      const use = { sessionId, field: ['input', 'sessionId'], by, activeSeconds };
      const { ownSeconds } = await judgeSession(manager, use);
      await manager.query('UPDATE label_session SET seen_at = clock_timestamp(), active_seconds = $2 WHERE id = $1', [
        sessionId,
        ownSeconds,
      ]);
      return manager.findOneByOrFail(LabelSessionEntity, { id: sessionId });
    });
  }

  /**
   * Ends a session without a label; its seconds are lost, unless the image needs none.
   * @throws ProblemError NOT_FOUND when it is no session of theirs; CONFLICT when it was closed; BAD_USER_INPUT.
   */
  async close(by: Worker, input: EndLabelling): Promise<LabelSessionEntity> {
    throwIfProblems(measurementProblems(input, ['input']));
    const { sessionId, activeSeconds, nothingFound, ...work } = input;
    const outcome = nothingFound ? 'NOTHING_FOUND' : 'GIVEN_UP';
    return this.dataSource.transaction(async (manager) => {
      const use = { sessionId, field: ['input', 'sessionId'], by };
      // Without a number those stay that were told before.
      const told = activeSeconds ?? (await secondsUntil(manager, (await openSession(manager, use)).id));
      const judged = await judgeSession(manager, { ...use, activeSeconds: told });
      await endSession(manager, judged, { ...work, outcome });
      return manager.findOneByOrFail(LabelSessionEntity, { id: sessionId });
    });
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<LabelSessionEntity[]> {
    return rowsIn(scope, this.sessions, { id: In([...ids]) }).getMany();
  }

  /** Sessions that have these images open now, oldest first. */
  async openOfImages(scope: AccessScope, imageIds: readonly string[]): Promise<LabelSessionEntity[]> {
    const own = await idsIn(scope, this.dataSource.manager, ImageEntity, imageIds);
    return this.sessions
      .createQueryBuilder('session')
      .where({ imageId: In([...own]) })
      .andWhere(isOpenSql('session'))
      .orderBy('session.openedAt')
      .getMany();
  }

  private get sessions() {
    return this.dataSource.getRepository(LabelSessionEntity);
  }
}

/** Ends a session whose draft goes on in another one; what it had is not lost. */
async function takeUp(
  manager: EntityManager,
  by: Worker,
  { continues: id, imageId, kind, purpose, activeSeconds }: OpenLabelling & { continues: string },
): Promise<void> {
  const field = ['input', 'continues'];
  await waitForOthersOf(manager, by);
  const session = await manager.findOneBy(LabelSessionEntity, { id, principalId: by.id });
  if (!session) throw notFound('labelling session', id, field);
  if (session.imageId !== imageId || session.kind !== kind || session.purpose !== purpose) {
    throw problem('BAD_USER_INPUT', 'the session to continue is about another image, kind or purpose', {
      field,
      item: id,
    });
  }
  if (session.outcome === 'SAVED' || session.outcome === 'CONTINUED') {
    const message = `the session was closed as ${session.outcome}; only one that was given up or has expired is continued`;
    throw problem('CONFLICT', message, { field, item: id });
  }
  await manager.query(
    `UPDATE label_session SET outcome = 'CONTINUED',
       closed_at = coalesce(closed_at, least(clock_timestamp(), seen_at + interval '${claimSeconds} seconds')) WHERE id = $1`,
    [id],
  );
  if (typeof activeSeconds !== 'number') return;
  const before = session.continuesId ? await secondsUntil(manager, session.continuesId) : 0;
  await manager.query('UPDATE label_session SET active_seconds = $2 WHERE id = $1', [
    id,
    Math.max(0, activeSeconds - before),
  ]);
  await manager.query(
    `UPDATE label_session SET timing = 'IMPLAUSIBLE'
     WHERE id = $1 AND active_seconds > extract(epoch FROM closed_at - opened_at) + 0.5`,
    [id],
  );
}

/** Active seconds of a session and of those it continues. */
async function secondsUntil(manager: EntityManager, id: string): Promise<number> {
  const [row] = await manager.query<{ seconds: number }[]>(
    `WITH RECURSIVE chain AS (
       SELECT id, continues_id, active_seconds FROM label_session WHERE id = $1
       UNION ALL
       SELECT before.id, before.continues_id, before.active_seconds FROM label_session before
       JOIN chain ON before.id = chain.continues_id
     ) SELECT coalesce(sum(active_seconds), 0)::double precision AS seconds FROM chain`,
    [id],
  );
  return row!.seconds;
}
