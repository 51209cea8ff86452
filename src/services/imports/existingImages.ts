import { isDeepStrictEqual } from 'node:util';
import { In, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { AnnotationEntity, ImageEntity } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import { throwIfProblems, type Problem } from '../../shared/errors.js';
import { newestRevisions } from '../annotations/revisions.js';
import { annotationContradictions } from '../imageLabels.js';
import type { CheckedImage } from './checkImage.js';

/** An image of an import that the data set has already. */
export interface KnownImage {
  image: CheckedImage;
  /** Of the image in the data set. */
  id: string;
}

/** Images of an import beside those of the data set. */
export interface MatchedImages {
  fresh: readonly CheckedImage[];
  known: readonly KnownImage[];
  /** How many of these would get another label, split or kind of defect. */
  changed: number;
  /** What is known but does not fit. */
  problems: readonly Problem[];
  /** What fits although its bytes are others. */
  warnings: readonly Problem[];
}

type Row = Pick<ImageEntity, 'id' | 'filename' | 'sha256' | 'width' | 'height' | Said>;

/** What an import may say of an image. */
type Said = 'label' | 'split' | 'defectType';

/** Finds images of an import in the data set: by name, or where no image has the name, by bytes. */
export async function matchExisting(
  manager: EntityManager,
  datasetId: string,
  images: readonly CheckedImage[],
): Promise<MatchedImages> {
  const rows: Row[] = await manager.query(
    `SELECT id, filename, sha256, width, height, label, split, defect_type AS "defectType" FROM image
     WHERE dataset_id = $1 AND removed_at IS NULL AND (filename = ANY($2) OR sha256 = ANY($3)) ORDER BY filename COLLATE "C"`,
    [datasetId, images.map(({ filename }) => filename), images.map(({ sha256 }) => sha256)],
  );
  const byName = new Map(rows.map((row) => [row.filename, row]));
  const byBytes = new Map<string, Row[]>();
  for (const row of rows) byBytes.set(row.sha256, [...(byBytes.get(row.sha256) ?? []), row]);
  const [fresh, known]: [CheckedImage[], KnownImage[]] = [[], []];
  const [problems, warnings]: [Problem[], Problem[]] = [[], []];
  for (const image of images) {
    const named = byName.get(image.filename);
    const same = named ? [named] : (byBytes.get(image.sha256) ?? []);
    if (same.length > 1) problems.push(ambiguous(image, same));
    else if (!same[0]) fresh.push(image);
    else if (same[0].width !== image.width || same[0].height !== image.height)
      problems.push(ofOtherSize(image, same[0]));
    else {
      known.push({ image, id: same[0].id });
      if (same[0].sha256 !== image.sha256) warnings.push(ofOtherBytes(image));
    }
  }
  const knowsSplits = saysSplits([...fresh, ...known.map(({ image }) => image)]);
  const before = new Map(rows.map((row) => [row.id, row]));
  const changed = known.filter(({ id, image }) => changes(before.get(id)!, image, knowsSplits)).length;
  return { fresh, known, changed, problems, warnings };
}

/** Whether a layout has any split but TRAIN. */
export function saysSplits(images: readonly Pick<CheckedImage, 'split'>[]): boolean {
  return images.some(({ split }) => split !== 'TRAIN');
}

function changes(row: Pick<Row, Said>, { label, split, defectType }: CheckedImage, knowsSplits: boolean): boolean {
  const isLabelled = label !== 'UNLABELLED' && (row.label !== label || row.defectType !== defectType);
  return isLabelled || (knowsSplits && row.split !== split);
}

function ambiguous({ filename }: CheckedImage, same: readonly Row[]): Problem {
  const names = same.slice(0, 3).map((row) => `'${shown(row.filename)}'`);
  const message = `the bytes of '${shown(filename)}' are in the data set ${same.length} times, as ${names.join(', ')}; which one is meant cannot be told`;
  return { code: 'NAME_TAKEN', message, item: shown(filename) };
}

function ofOtherSize({ filename, width, height }: CheckedImage, row: Row): Problem {
  const message = `'${shown(filename)}' has ${width}x${height} pixels; the image of this name in the data set has ${row.width}x${row.height}`;
  return { code: 'IMAGE_SIZE_MISMATCH', message, item: shown(filename) };
}

function ofOtherBytes({ filename }: CheckedImage): Problem {
  const message = `'${shown(filename)}' holds other bytes than the image of this name in the data set, which stay`;
  return { code: 'NAME_TAKEN', message, item: shown(filename) };
}

/**
 * Gives images of the data set what an import says of them: labels as new revisions where they differ from the newest, label and
 * defect type where the import knows them, splits where its layout has any.
 * @returns how many revisions are new.
 * @throws ProblemError LABEL_CONTRADICTION when a label that stays says otherwise.
 */
export async function updateExisting(
  manager: EntityManager,
  known: readonly KnownImage[],
  knowsSplits: boolean,
): Promise<number> {
  const byId = new Map(known.map(({ id, image }) => [id, image]));
  const lock = { mode: 'for_no_key_update' } as const;
  const rows = await manager.find(ImageEntity, { where: { id: In([...byId.keys()]) }, order: { id: 'ASC' }, lock });
  for (const row of rows) {
    const { label, defectType, split } = byId.get(row.id)!;
    if (knowsSplits) row.split = split;
    if (label !== 'UNLABELLED') Object.assign(row, { label, defectType });
  }
  const newest = await newestRevisions(
    manager,
    rows.map(({ id }) => id),
  );
  const revisions = rows.flatMap(({ id: imageId }) =>
    byId.get(imageId)!.annotations.flatMap((content) => {
      const before = newest.find((one) => one.imageId === imageId && one.kind === content.kind);
      if (before && !before.removed && isDeepStrictEqual(before.payload, content.payload)) return [];
      const origin = { source: 'IMPORTED', author: null, activeSeconds: null } as const;
      return [{ id: uuid(), imageId, revision: (before?.revision ?? 0) + 1, ...origin, ...content }];
    }),
  );
  await manager.save(rows, { chunk: 1_000 });
  for (let at = 0; at < revisions.length; at += 1_000)
    await manager.insert(AnnotationEntity, revisions.slice(at, at + 1_000));
  throwIfProblems(await annotationContradictions(manager, rows));
  return revisions.length;
}
