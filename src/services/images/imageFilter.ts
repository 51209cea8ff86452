import type { SelectQueryBuilder } from 'typeorm';
import type { AnnotationKind, ImageEntity, ImageLabel, Split } from '../../database/entities/index.js';
import { FaultError, type Problem } from '../../shared/errors.js';
import { isOpenSql } from '../label-sessions/openSessions.js';
import { reviewStateSql, type ReviewState } from '../reviews/reviewState.js';
import { newestScore } from './storedScores.js';

/** Images that one call adds, changes, removes or asks for by name. */
export const maximumImagesPerCall = 500;

/** What is wrong with the number of images of a call. */
export function imageCountProblems(count: number, field: readonly string[]): Problem[] {
  if (count >= 1 && count <= maximumImagesPerCall) return [];
  return [
    { code: 'BAD_USER_INPUT', message: `${count} images; 1 to ${maximumImagesPerCall} in one call are allowed`, field },
  ];
}

/** Every condition given must hold. */
export interface ImageFilter {
  split?: Split | null | undefined;
  label?: ImageLabel | null | undefined;
  defectType?: string | null | undefined;
  annotatedWith?: AnnotationKind | null | undefined;
  notAnnotatedWith?: AnnotationKind | null | undefined;
  reviewState?: ReviewState | null | undefined;
  /** Whether somebody has it open now. */
  claimed?: boolean | null | undefined;
  /** These, of those that there are. */
  filenames?: readonly string[] | null | undefined;
  /** Part of the name, whatever its case. */
  filenameContains?: string | null | undefined;
  /** Name of somebody who has saved a label of it. */
  author?: string | null | undefined;
  score?: ScoreRange | null | undefined;
}

/** Images that a model version has given a score in a range, by the newest one that is stored. */
export interface ScoreRange {
  /** UUID. */
  modelVersionId: string;
  /** The lowest that fits. */
  from?: number | null | undefined;
  /** The lowest that fits no more. */
  to?: number | null | undefined;
}

/** Adds the conditions to a query of `image`. @throws FaultError BAD_USER_INPUT. */
export function applyFilter(query: SelectQueryBuilder<ImageEntity>, filter: ImageFilter): void {
  if (filter.split) query.andWhere('image.split = :split', { split: filter.split });
  if (filter.label) query.andWhere('image.label = :label', { label: filter.label });
  if (typeof filter.defectType === 'string') {
    const { defectType } = filter;
    if (defectType.includes('\0')) throw new FaultError('BAD_USER_INPUT', 'filter.defectType holds a NUL character.');
    query.andWhere('image.defectType = :defectType', { defectType });
  }
  if (filter.filenames) {
    if (filter.filenames.length > maximumImagesPerCall) {
      const message = `filter.filenames holds ${filter.filenames.length} names; at most ${maximumImagesPerCall} are allowed`;
      throw new FaultError('BAD_USER_INPUT', message);
    }
    query.andWhere('image.filename = ANY(:filenames)', { filenames: filter.filenames });
  }
  if (typeof filter.filenameContains === 'string') {
    query.andWhere('strpos(lower(image.filename), lower(:part)) > 0', { part: filter.filenameContains.normalize() });
  }
  if (typeof filter.author === 'string') {
    query.andWhere(
      'EXISTS (SELECT FROM annotation WHERE annotation.image_id = image.id AND annotation.author = :author)',
      {
        author: filter.author,
      },
    );
  }
  if (filter.score) applyScoreRange(query, filter.score);
  const annotated = (parameter: string) =>
    // The newest revision may say that there is none any more.
    `(SELECT NOT removed FROM annotation WHERE annotation.image_id = image.id AND annotation.kind = :${parameter}
      ORDER BY revision DESC LIMIT 1)`;
  if (filter.annotatedWith) query.andWhere(`${annotated('with')} IS TRUE`, { with: filter.annotatedWith });
  if (filter.notAnnotatedWith) {
    query.andWhere(`${annotated('without')} IS NOT TRUE`, { without: filter.notAnnotatedWith });
  }
  if (filter.reviewState) {
    query.andWhere(`${reviewStateSql('image.id')} = :reviewState`, { reviewState: filter.reviewState });
  }
  if (typeof filter.claimed === 'boolean') {
    const open = `EXISTS (SELECT FROM label_session open WHERE open.image_id = image.id AND ${isOpenSql('open')})`;
    query.andWhere(filter.claimed ? open : `NOT ${open}`);
  }
}

function applyScoreRange(query: SelectQueryBuilder<ImageEntity>, { modelVersionId, from, to }: ScoreRange): void {
  const [low, high] = [from ?? -Infinity, to ?? Infinity];
  if (Number.isNaN(low) || Number.isNaN(high) || low >= high) {
    const message = `filter.score is from ${low} to ${high}; "from" must be below "to", which is not part of the range`;
    throw new FaultError('BAD_USER_INPUT', message);
  }
  query
    .andWhere(`${newestScore('scoredBy')} >= CAST(:scoreFrom AS double precision)`)
    .andWhere(`${newestScore('scoredBy')} < CAST(:scoreTo AS double precision)`)
    .setParameters({ scoredBy: modelVersionId, scoreFrom: String(low), scoreTo: String(high) });
}
