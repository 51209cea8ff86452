import { In, IsNull, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { AnnotationEntity, ImageEntity, type AnnotationKind } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import { problem, throwIfProblems, type Problem } from '../../shared/errors.js';
import { contradictions, type LabelContent } from './contradictions.js';
import { onImage } from './labelled.js';

/** Who made a revision, and what its editor had before them. */
export interface RevisionOrigin {
  imageId: string;
  /** The revision the editor saw; 0 when there was none. */
  expectedRevision: number;
  author: string | null;
  /** Seconds of active work; null when nobody measured. */
  activeSeconds: number | null;
}

/** The newest revision of each kind, for several images by one query. */
export function newestAnnotations(manager: EntityManager, imageIds: readonly string[]): Promise<AnnotationEntity[]> {
  return manager
    .createQueryBuilder(AnnotationEntity, 'annotation')
    .distinctOn(['annotation.imageId', 'annotation.kind'])
    .where({ imageId: In([...imageIds]) })
    .orderBy('annotation.imageId')
    .addOrderBy('annotation.kind')
    .addOrderBy('annotation.revision', 'DESC')
    .getMany();
}

/**
 * Stores the next revision somebody drew; part of the caller's transaction. Changes of the image's label and other revisions
 * wait until it has ended.
 * @param field input path of the label's content.
 * @throws ProblemError NOT_FOUND; CONFLICT with the current revision when it is not the one expected; LABEL_CONTRADICTION,
 *   MASK_EMPTY.
 */
export async function storeRevision(
  manager: EntityManager,
  origin: RevisionOrigin,
  content: LabelContent,
  field: readonly string[],
): Promise<AnnotationEntity> {
  const { imageId, expectedRevision, author, activeSeconds } = origin;
  // Not FOR UPDATE: a snapshot that refers to the image need not wait.
  const lock = { mode: 'for_no_key_update' } as const;
  const image = await manager.findOne(ImageEntity, { where: { id: imageId, removedAt: IsNull() }, lock });
  if (!image) {
    const location = { field: ['input', 'imageId'], item: imageId };
    throw problem('NOT_FOUND', 'the image was deleted while its label was read', location);
  }
  const current = (await manager.maximum(AnnotationEntity, 'revision', { imageId, kind: content.kind })) ?? 0;
  const problems = contradictions(content, image, field);
  if (current !== expectedRevision) problems.push(conflict(image, content.kind, expectedRevision, current));
  throwIfProblems(problems);
  return manager.save(
    manager.create(AnnotationEntity, {
      ...{ id: uuid(), imageId, kind: content.kind, revision: current + 1, payload: content.payload },
      ...{ source: 'HUMAN', author, activeSeconds, derivation: null },
    }),
  );
}

function conflict(image: ImageEntity, kind: AnnotationKind, expected: number, current: number): Problem {
  const has = current === 0 ? `has no ${kind} label yet` : `has revision ${current} of its ${kind} label`;
  const message = `'${shown(image.filename)}' ${has}, revision ${expected} was expected; read it and save again`;
  return { code: 'CONFLICT', message, ...onImage(image, ['input', 'expectedRevision']) };
}
