import type { SelectQueryBuilder } from 'typeorm';
import type { ImageEntity } from '../../database/entities/index.js';
import { FaultError } from '../../shared/errors.js';
import type { PageKey } from '../pagination.js';
import { newestScore } from './storedScores.js';

/** What images are ordered by: when they were added, their name, the newest score of a model version, or the seconds of their labels. */
export const imageOrderFields = ['ADDED', 'FILENAME', 'SCORE', 'LABEL_SECONDS'] as const;
export type ImageOrderField = (typeof imageOrderFields)[number];

/** An order of images; those without a score or without measured seconds come last, whatever the direction. */
export interface ImageOrder {
  field: ImageOrderField;
  direction: 'ASC' | 'DESC';
  /** UUID; of SCORE, and of nothing else. */
  modelVersionId?: string | null | undefined;
}

/** As images are listed when nobody asks for an order. */
const oldestFirst: ImageOrder = { field: 'ADDED', direction: 'ASC' };

const labelSeconds = `(SELECT sum(annotation.active_seconds) FROM annotation WHERE annotation.image_id = image.id)`;

/** Beyond every number that is stored. */
const last = { ASC: '1e300', DESC: '-1e300' } as const;

/**
 * The keys that a query of `image` is paged by, whose parameters they set, and their part of the connection's name.
 * @throws FaultError BAD_USER_INPUT for SCORE without a model version, and for another order with one.
 */
export function imageKeys(
  query: SelectQueryBuilder<ImageEntity>,
  order: ImageOrder | null | undefined,
): { keys: PageKey[]; name: string } {
  const { field, direction, modelVersionId } = order ?? oldestFirst;
  if ((field === 'SCORE') !== (typeof modelVersionId === 'string')) {
    const rule = field === 'SCORE' ? 'SCORE needs one' : `${field} takes none`;
    throw new FaultError('BAD_USER_INPUT', `orderBy.modelVersionId is ${modelVersionId ?? 'left out'}; ${rule}`);
  }
  const id: PageKey = { column: 'id', direction };
  const name = order ? `:${field}:${direction}:${modelVersionId ?? ''}` : '';
  if (field === 'ADDED') return { keys: [id], name };
  if (field === 'FILENAME') return { keys: [{ column: 'filename', direction }, id], name };
  if (field === 'SCORE') query.setParameter('orderVersion', modelVersionId);
  const value = field === 'SCORE' ? newestScore('orderVersion') : labelSeconds;
  const of = `coalesce(${value}, ${last[direction]})`;
  return { keys: [{ column: 'orderValue', direction, of, isSelected: true }, id], name };
}
