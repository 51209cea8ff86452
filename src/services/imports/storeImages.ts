import type { EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { AnnotationEntity, DatasetEntity, ImageEntity } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { PlannedImage } from '../../formats/index.js';
import { problem, type Problem } from '../../shared/errors.js';
import type { CheckedImage } from './checkImage.js';
import type { SplitMember } from './splitLeakage.js';

/** Rows of one INSERT: below PostgreSQL's 65,535 parameters. */
const rowsPerInsert = 1_000;

/** Names of the plan that the data set has already, one NAME_TAKEN each; the first says what can be done. */
export async function takenNames(
  manager: EntityManager,
  datasetId: string,
  images: readonly PlannedImage[],
): Promise<Problem[]> {
  const rows: { filename: string }[] = await manager.query(
    'SELECT filename FROM image WHERE dataset_id = $1 AND removed_at IS NULL AND filename = ANY($2) ORDER BY filename COLLATE "C"',
    [datasetId, images.map(({ filename }) => filename)],
  );
  const choice = '; existing: UPDATE or SKIP (--update, --skip-existing) says what becomes of images that are there';
  return rows.map(({ filename }, at) => ({
    code: 'NAME_TAKEN',
    message: `the data set has an image named '${shown(filename)}' already${at === 0 ? choice : ''}`,
    item: shown(filename),
  }));
}

/** Images of the data set that share bytes with the new ones. */
export async function sameBytes(
  manager: EntityManager,
  datasetId: string,
  images: readonly CheckedImage[],
): Promise<SplitMember[]> {
  return manager.query(
    'SELECT filename, sha256, split FROM image WHERE dataset_id = $1 AND removed_at IS NULL AND sha256 = ANY($2) ORDER BY filename COLLATE "C"',
    [datasetId, images.map(({ sha256 }) => sha256)],
  );
}

/**
 * Inserts checked images and their annotations, in the order given.
 * @throws ProblemError NOT_FOUND when the data set was removed meanwhile.
 */
export async function storeImages(
  manager: EntityManager,
  datasetId: string,
  images: readonly CheckedImage[],
): Promise<void> {
  const lock = { mode: 'for_key_share' } as const;
  const dataset = await manager.findOne(DatasetEntity, { where: { id: datasetId }, lock });
  if (!dataset) throw problem('NOT_FOUND', 'the data set was removed while its images were read', { item: datasetId });
  for (let start = 0; start < images.length; start += rowsPerInsert) {
    const rows = images.slice(start, start + rowsPerInsert).map((image) => ({ id: uuid(), image }));
    await manager.insert(
      ImageEntity,
      rows.map(({ id, image }) => imageRow(id, datasetId, image)),
    );
    const annotations = rows.flatMap(({ id, image }) => annotationRows(id, image));
    // Up to three of an image, with nine columns each.
    for (let at = 0; at < annotations.length; at += rowsPerInsert) {
      await manager.insert(AnnotationEntity, annotations.slice(at, at + rowsPerInsert));
    }
  }
  // Autovacuum would do it a minute later; until then PostgreSQL, which knows of none of these rows, plans pages of them badly.
  await manager.query('ANALYZE image, annotation');
}

function imageRow(id: string, datasetId: string, image: CheckedImage) {
  const { filename, sha256, previewSha256, bytes, width, height, sampleBits, split, label, defectType } = image;
  const facts = { sha256, previewSha256, bytes, width, height, sampleBits, upright: true };
  return { id, datasetId, filename, ...facts, split, label, defectType };
}

function annotationRows(imageId: string, { annotations }: CheckedImage) {
  const origin = { source: 'IMPORTED', author: null, activeSeconds: null } as const;
  return annotations.map((content) => ({ id: uuid(), imageId, revision: 1, ...origin, ...content }));
}
