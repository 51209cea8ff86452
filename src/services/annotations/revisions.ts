import { In, IsNull, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import {
  AnnotationEntity,
  ImageEntity,
  type AnnotationKind,
  type Assistance,
  type Measurement,
} from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import { collectProblems, throwIfProblems, type Problem } from '../../shared/errors.js';
import { endSession, judgeSession, type JudgedSession, type Worker } from '../label-sessions/judgeSession.js';
import { contradictions, type LabelContent } from './contradictions.js';
import { onImage } from './labelled.js';
import type { LabelWork } from './saveProblems.js';

/** Who made a revision, and what its editor had before them. */
export interface RevisionOrigin {
  imageId: string;
  /** The revision the editor saw; 0 when there was none. */
  expectedRevision: number;
  author: string | null;
  /** Seconds of active work; null when nobody measured. */
  activeSeconds: number | null;
  by: Worker | undefined;
  /** UUID of the session that the save ends. */
  sessionId: string | undefined;
  loadSeconds: number | null;
  measurement: Measurement | null;
  assistance: Assistance | null;
}

/** What a save says of itself, with null for what it leaves out. */
export function originOf(save: LabelWork & Pick<RevisionOrigin, 'imageId' | 'expectedRevision'>): RevisionOrigin {
  const { imageId, expectedRevision, by, sessionId } = save;
  const { author = null, activeSeconds = null, loadSeconds = null, measurement = null, assistance = null } = save;
  return { imageId, expectedRevision, by, sessionId, author, activeSeconds, loadSeconds, measurement, assistance };
}

/** The newest revision of each kind, for several images by one query; also those that took a label away. */
export function newestRevisions(manager: EntityManager, imageIds: readonly string[]): Promise<AnnotationEntity[]> {
  return manager
    .createQueryBuilder(AnnotationEntity, 'annotation')
    .distinctOn(['annotation.imageId', 'annotation.kind'])
    .where({ imageId: In([...imageIds]) })
    .orderBy('annotation.imageId')
    .addOrderBy('annotation.kind')
    .addOrderBy('annotation.revision', 'DESC')
    .getMany();
}

/** The newest label of each kind, for several images by one query. */
export async function newestAnnotations(
  manager: EntityManager,
  imageIds: readonly string[],
): Promise<AnnotationEntity[]> {
  return (await newestRevisions(manager, imageIds)).filter(({ removed }) => !removed);
}

/** What somebody drew of one image, and where the input says so. */
export interface DrawnLabel {
  origin: RevisionOrigin;
  content: LabelContent;
  /** Whether it takes the label away; the content marks nothing then. */
  removes?: boolean;
  /** Input path of the save. */
  at: readonly string[];
  /** The field in it that holds the content. */
  name: string;
}

/**
 * Stores the next revision of each label somebody drew, all or none, and ends the sessions they name; part of the caller's transaction. Changes
 * of the images' labels and other revisions wait until it has ended.
 * @param drawn labels of different images, all of one kind.
 * @param dryRun checks, and stores nothing.
 * @throws ProblemError NOT_FOUND; CONFLICT with the current revision when it is not the one expected; LABEL_CONTRADICTION,
 *   MASK_EMPTY; of a session those of `judgeSession`; of all of them at once.
 */
export async function storeRevisions(
  manager: EntityManager,
  drawn: readonly DrawnLabel[],
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<AnnotationEntity[]> {
  const ids = drawn.map(({ origin }) => origin.imageId);
  const problems: Problem[] = [];
  const judged: (JudgedSession | undefined)[] = [];
  for (const label of drawn) judged.push(await judgedSession(manager, label, problems));
  const images = await lockedImages(manager, ids);
  const newest = await newestOfKind(manager, ids, drawn[0]?.content.kind);
  problems.push(
    ...drawn.flatMap((label) =>
      drawnProblems(label, images.get(label.origin.imageId), newest.get(label.origin.imageId)),
    ),
  );
  throwIfProblems(problems);
  if (dryRun) return [];
  const rows = drawn.map((label, i) =>
    manager.create(AnnotationEntity, newRow(label, newest.get(label.origin.imageId), judged[i])),
  );
  const saved = await manager.save(rows, { chunk: 500 });
  for (const [i, session] of judged.entries()) {
    const { loadSeconds, measurement } = drawn[i]!.origin;
    if (session)
      await endSession(manager, session, { outcome: 'SAVED', annotationId: saved[i]!.id, loadSeconds, measurement });
  }
  return saved;
}

function newRow(
  { origin, content: { kind, payload }, removes = false }: DrawnLabel,
  before: Newest | undefined,
  judged: JudgedSession | undefined,
): Partial<AnnotationEntity> {
  const { imageId, author, activeSeconds, assistance, by } = origin;
  const timing = judged ? judged.timing : activeSeconds === null ? null : 'STATED';
  return {
    ...{ id: uuid(), imageId, kind, revision: (before?.revision ?? 0) + 1, payload, removed: removes },
    ...{ source: 'HUMAN', author, activeSeconds, timing, principalId: by?.id ?? null, assistance, derivation: null },
  };
}

async function judgedSession(
  manager: EntityManager,
  { origin: { imageId, sessionId, by, activeSeconds }, content: { kind }, at }: DrawnLabel,
  problems: Problem[],
): Promise<JudgedSession | undefined> {
  if (sessionId === undefined) return undefined;
  const work = { imageId, kind, purpose: 'LABEL' } as const;
  return collectProblems(problems, () =>
    judgeSession(manager, { sessionId, field: [...at, 'sessionId'], by, work, activeSeconds }),
  );
}

async function lockedImages(manager: EntityManager, ids: readonly string[]): Promise<Map<string, ImageEntity>> {
  // Not FOR UPDATE: a snapshot that refers to an image need not wait. In one order: of two calls one waits.
  const lock = { mode: 'for_no_key_update' } as const;
  const where = { id: In([...ids]), removedAt: IsNull() };
  const images = await manager.find(ImageEntity, { where, order: { id: 'ASC' }, lock });
  return new Map(images.map((image) => [image.id, image]));
}

/** What is there of a kind. */
type Newest = Pick<AnnotationEntity, 'revision' | 'removed'>;

/** The newest revision of a kind, by image; those without any are left out. */
async function newestOfKind(
  manager: EntityManager,
  ids: readonly string[],
  kind: AnnotationKind | undefined,
): Promise<Map<string, Newest>> {
  const rows = await manager.query<(Newest & { imageId: string })[]>(
    `SELECT DISTINCT ON (image_id) image_id AS "imageId", revision, removed FROM annotation
     WHERE image_id = ANY($1) AND kind = $2 ORDER BY image_id, revision DESC`,
    [ids, kind],
  );
  return new Map(rows.map((row) => [row.imageId, row]));
}

function drawnProblems(
  { origin: { imageId, expectedRevision }, content, removes, at, name }: DrawnLabel,
  image: ImageEntity | undefined,
  { revision, removed }: Newest = { revision: 0, removed: true },
): Problem[] {
  if (!image) {
    const message = 'the image was deleted while its label was read';
    return [{ code: 'NOT_FOUND', message, field: [...at, 'imageId'], item: imageId }];
  }
  if (removes && removed) {
    const message = `'${shown(image.filename)}' has no ${content.kind} label to take away`;
    return [{ code: 'NOT_FOUND', message, ...onImage(image, [...at, 'kind']) }];
  }
  const problems = removes ? [] : contradictions(content, image, [...at, name]);
  // Where there is no label, whoever saw none has seen the newest.
  const isSeen = revision === expectedRevision || (removed && expectedRevision === 0);
  if (!isSeen) problems.push(conflict(image, content.kind, expectedRevision, { revision, removed }, at));
  return problems;
}

function conflict(
  image: ImageEntity,
  kind: AnnotationKind,
  expected: number,
  { revision, removed }: Newest,
  at: readonly string[],
): Problem {
  const gone = revision === 0 ? 'yet' : `any more: revision ${revision} took it away`;
  const has = removed ? `has no ${kind} label ${gone}` : `has revision ${revision} of its ${kind} label`;
  const message = `'${shown(image.filename)}' ${has}, revision ${expected} was expected; read it and save again`;
  return { code: 'CONFLICT', message, ...onImage(image, [...at, 'expectedRevision']) };
}
