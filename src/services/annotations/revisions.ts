import { In, IsNull, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { AnnotationEntity, ImageEntity, type AnnotationKind } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import { throwIfProblems, type Problem } from '../../shared/errors.js';
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

/** What somebody drew of one image, and where the input says so. */
export interface DrawnLabel {
  origin: RevisionOrigin;
  content: LabelContent;
  /** Input path of the save. */
  at: readonly string[];
  /** The field in it that holds the content. */
  name: string;
}

/**
 * Stores the next revision of each label somebody drew, all or none; part of the caller's transaction. Changes of the images' labels
 * and other revisions wait until it has ended.
 * @param drawn labels of different images, all of one kind.
 * @param dryRun checks, and stores nothing.
 * @throws ProblemError NOT_FOUND; CONFLICT with the current revision when it is not the one expected; LABEL_CONTRADICTION,
 *   MASK_EMPTY; of all of them at once.
 */
export async function storeRevisions(
  manager: EntityManager,
  drawn: readonly DrawnLabel[],
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<AnnotationEntity[]> {
  const ids = drawn.map(({ origin }) => origin.imageId);
  const images = await lockedImages(manager, ids);
  const revisions = await revisionsOf(manager, ids, drawn[0]?.content.kind);
  throwIfProblems(
    drawn.flatMap((label) =>
      drawnProblems(label, images.get(label.origin.imageId), revisions.get(label.origin.imageId)),
    ),
  );
  if (dryRun) return [];
  const rows = drawn.map(({ origin: { imageId, author, activeSeconds }, content: { kind, payload } }) =>
    manager.create(AnnotationEntity, {
      ...{ id: uuid(), imageId, kind, revision: (revisions.get(imageId) ?? 0) + 1, payload },
      ...{ source: 'HUMAN', author, activeSeconds, derivation: null },
    }),
  );
  return manager.save(rows, { chunk: 500 });
}

async function lockedImages(manager: EntityManager, ids: readonly string[]): Promise<Map<string, ImageEntity>> {
  // Not FOR UPDATE: a snapshot that refers to an image need not wait. In one order: of two calls one waits.
  const lock = { mode: 'for_no_key_update' } as const;
  const where = { id: In([...ids]), removedAt: IsNull() };
  const images = await manager.find(ImageEntity, { where, order: { id: 'ASC' }, lock });
  return new Map(images.map((image) => [image.id, image]));
}

/** The newest revision of a kind, by image; those without any are left out. */
async function revisionsOf(
  manager: EntityManager,
  ids: readonly string[],
  kind: AnnotationKind | undefined,
): Promise<Map<string, number>> {
  const rows = await manager.query<{ imageId: string; revision: number }[]>(
    `SELECT image_id AS "imageId", max(revision) AS revision FROM annotation
     WHERE image_id = ANY($1) AND kind = $2 GROUP BY image_id`,
    [ids, kind],
  );
  return new Map(rows.map(({ imageId, revision }) => [imageId, revision]));
}

function drawnProblems(
  { origin: { imageId, expectedRevision }, content, at, name }: DrawnLabel,
  image: ImageEntity | undefined,
  current = 0,
): Problem[] {
  if (!image) {
    const message = 'the image was deleted while its label was read';
    return [{ code: 'NOT_FOUND', message, field: [...at, 'imageId'], item: imageId }];
  }
  const problems = contradictions(content, image, [...at, name]);
  if (current !== expectedRevision) problems.push(conflict(image, content.kind, expectedRevision, current, at));
  return problems;
}

function conflict(
  image: ImageEntity,
  kind: AnnotationKind,
  expected: number,
  current: number,
  at: readonly string[],
): Problem {
  const has = current === 0 ? `has no ${kind} label yet` : `has revision ${current} of its ${kind} label`;
  const message = `'${shown(image.filename)}' ${has}, revision ${expected} was expected; read it and save again`;
  return { code: 'CONFLICT', message, ...onImage(image, [...at, 'expectedRevision']) };
}
