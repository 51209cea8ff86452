import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { isShared, type AccessScope, type Principal } from '../access/index.js';
import {
  AnnotationEntity,
  AnnotationReviewEntity,
  DatasetEntity,
  ImageEntity,
  ModelVersionEntity,
  type LabelTiming,
  type ReviewVerdict,
} from '../database/entities/index.js';
import { shown } from '../files/index.js';
import { FaultError, notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { endSession, judgeSession } from './label-sessions/judgeSession.js';
import { measurementProblems, type MeasuredWork } from './label-sessions/measurementProblems.js';
import { imageScoresSql } from './registry/imageScores.js';
import { drawnLabelsSql, reviewStateSql, verdictSql, type ReviewState } from './reviews/reviewState.js';
import { idsIn, liesIn, rowsIn } from './scoped.js';

/** Characters of a note. */
const longestNote = 2_000;

/** Labels that one call of the queue gives. */
const mostQueued = 200;

/** A judgement of a revision. */
export interface JudgeAnnotation extends MeasuredWork {
  annotationId: string;
  verdict: ReviewVerdict;
  /** Why; RETURNED needs one. */
  note?: string | null | undefined;
  /** UUID of the session that it ends. */
  sessionId?: string | undefined;
}

/** A label that waits for a judgement. */
export interface WaitingLabel {
  annotationId: string;
  /** Score of the image ÷ threshold of the version; null without a model or where it has not seen the image. */
  scoreRatio: number | null;
  /** Whether the model says otherwise than the label; null where it says nothing. */
  isContradicted: boolean | null;
}

/** Reviews: what people say of labels that others drew. */
export class ReviewsService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Judges the newest revision of a label that somebody else drew.
   * @throws ProblemError NOT_FOUND; FORBIDDEN for an own label; CONFLICT for a revision that is not the newest; BAD_USER_INPUT; those of
   *   `judgeSession`.
   */
  async judge(scope: AccessScope, by: Principal, input: JudgeAnnotation): Promise<AnnotationReviewEntity> {
    throwIfProblems([...noteProblems(input), ...measurementProblems(input, ['input'])]);
    const { annotationId, verdict, note = null, sessionId, activeSeconds = null, ...work } = input;
    return this.dataSource.transaction(async (manager) => {
      const label = await rowsIn(scope, manager.getRepository(AnnotationEntity), { id: annotationId }).getOne();
      if (!label) throw notFound('label', annotationId, ['input', 'annotationId']);
      await refuseOldOrOwn(manager, label, by);
      const { imageId, kind } = label;
      const judged =
        sessionId === undefined
          ? undefined
          : await judgeSession(manager, {
              ...{ sessionId, field: ['input', 'sessionId'], by, activeSeconds },
              work: { imageId, kind, purpose: 'REVIEW' },
            });
      const stated: LabelTiming | null = activeSeconds === null ? null : 'STATED';
      const review = await manager.save(
        manager.create(AnnotationReviewEntity, {
          ...{ id: uuid(), annotationId, verdict, note, principalId: by.id, reviewer: by.name, activeSeconds },
          timing: judged ? judged.timing : stated,
        }),
      );
      if (judged) await endSession(manager, judged, { ...work, outcome: 'SAVED', annotationId });
      return review;
    });
  }

  /**
   * Labels that wait for a judgement of `by`, those first that the model contradicts most, then where it is surest that they are right, then
   * those it has not seen; without a model oldest first.
   * @throws FaultError NOT_FOUND, BAD_USER_INPUT.
   */
  async queue(
    scope: AccessScope,
    by: Principal,
    { datasetId, modelVersionId, first }: { datasetId: string; modelVersionId?: string | undefined; first: number },
  ): Promise<WaitingLabel[]> {
    if (!(first >= 1 && first <= mostQueued)) {
      throw new FaultError('BAD_USER_INPUT', `first is ${first}; it must be from 1 to ${mostQueued}.`);
    }
    const { manager } = this.dataSource;
    if (!(await liesIn(scope, manager, DatasetEntity, datasetId))) {
      throw nothingWithId('data set');
    }
    if (modelVersionId !== undefined && !(await liesIn(scope, manager, ModelVersionEntity, modelVersionId))) {
      throw nothingWithId('model version');
    }
    const own = isShared(by) ? null : by.id;
    return this.dataSource.query<WaitingLabel[]>(waitingLabels, [datasetId, modelVersionId ?? null, own, first]);
  }

  /** In the order of the images; null for those without a label that somebody drew. */
  async statesOfImages(scope: AccessScope, imageIds: readonly string[]): Promise<(ReviewState | null)[]> {
    const own = await idsIn(scope, this.dataSource.manager, ImageEntity, imageIds);
    const rows = await this.dataSource.query<{ id: string; state: ReviewState | null }[]>(
      `SELECT image.id, ${reviewStateSql('image.id')} AS state FROM image WHERE image.id = ANY($1)`,
      [own],
    );
    const states = new Map(rows.map(({ id, state }) => [id, state]));
    return imageIds.map((id) => states.get(id) ?? null);
  }

  /** Of several revisions, newest first. */
  async ofAnnotations(scope: AccessScope, annotationIds: readonly string[]): Promise<AnnotationReviewEntity[]> {
    const own = await idsIn(scope, this.dataSource.manager, AnnotationEntity, annotationIds);
    return this.dataSource
      .getRepository(AnnotationReviewEntity)
      .createQueryBuilder('review')
      .where('review.annotationId = ANY(:own)', { own })
      .orderBy('review.id', 'DESC')
      .getMany();
  }
}

function noteProblems({ verdict, note }: JudgeAnnotation): Problem[] {
  const field = ['input', 'note'];
  if (verdict === 'RETURNED' && !note?.trim()) {
    const message = 'a label that is returned needs a note: what is wrong with it';
    return [{ code: 'BAD_USER_INPUT', message, field }];
  }
  if ((note?.length ?? 0) <= longestNote) return [];
  const message = `the note has ${note!.length} characters; at most ${longestNote} are allowed`;
  return [{ code: 'BAD_USER_INPUT', message, field }];
}

async function refuseOldOrOwn(manager: EntityManager, label: AnnotationEntity, by: Principal): Promise<void> {
  const field = ['input', 'annotationId'];
  const { imageId, kind, revision } = label;
  // No other revision may come in between.
  const lock = { mode: 'for_no_key_update' } as const;
  const image = await manager.findOneOrFail(ImageEntity, { where: { id: imageId }, lock });
  const item = shown(image.filename);
  const newest = await manager.findOneOrFail(AnnotationEntity, {
    where: { imageId, kind },
    order: { revision: 'DESC' },
  });
  if (newest.id !== label.id || newest.removed) {
    const has = newest.removed ? 'took it away' : 'is the newest';
    const message = `revision ${revision} of the ${kind} label of '${item}' was judged, but revision ${newest.revision} ${has}`;
    throw problem('CONFLICT', message, { field, item });
  }
  if (!isShared(by) && label.principalId === by.id) {
    const message = `the ${kind} label of '${item}' is your own; somebody else must judge it`;
    throw problem('FORBIDDEN', message, { field, item });
  }
}

/** Whether a label marks a defect. */
const marksDefect = `CASE drawn.kind WHEN 'PIXEL' THEN (drawn.payload->>'anomalousPixels')::bigint > 0
  WHEN 'BOX' THEN jsonb_array_length(drawn.payload->'boxes') > 0 ELSE drawn.payload->'labels' @> '["ANOMALOUS"]' END`;

/** $1 data set, $2 version or null, $3 whoever must not judge their own, $4 how many. */
const waitingLabels = `
  WITH said AS (
    SELECT scores.image_id, scores.score / nullif(version.image_threshold, 0) AS ratio
    FROM ${imageScoresSql('$2::uuid')} AS scores JOIN model_version version ON version.id = $2::uuid
  ), waiting AS (
    SELECT drawn.id, said.ratio, ${marksDefect} AS marks
    FROM image CROSS JOIN LATERAL ${drawnLabelsSql('image.id')} AS drawn LEFT JOIN said ON said.image_id = image.id
    WHERE image.dataset_id = $1 AND image.removed_at IS NULL AND drawn.principal_id IS DISTINCT FROM $3::uuid
      AND ${verdictSql('drawn.id')} IS NULL
  )
  SELECT id AS "annotationId", ratio AS "scoreRatio", marks <> (ratio >= 1) AS "isContradicted" FROM waiting
  ORDER BY marks <> (ratio >= 1) DESC NULLS LAST, abs(ln(greatest(ratio, 1e-9))) DESC NULLS LAST, id LIMIT $4`;
