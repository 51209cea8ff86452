import { In, IsNull, type DataSource, type EntityManager } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import { DatasetEntity, ImageEntity, terminalJobStates } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { shown, type BlobStore } from '../files/index.js';
import { notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import { eraseRows } from './erasures/eraseRows.js';
import { removeFiles } from './erasures/removeFiles.js';
import { textFault } from './names.js';
import { idsIn } from './scoped.js';

/** Images of one call. */
const mostImages = 500;

/** Characters of a reason, at most. */
const longestReason = 1_000;

/** What became of images that were erased. */
export interface ErasedImages {
  ids: readonly string[];
  /** How many left a row behind, since a snapshot holds them. */
  tombstones: number;
  loggedPredictions: number;
  /** Files that are gone. */
  files: number;
  /** Files that stay until a collection takes them, since a job that has not ended may be about to refer to the same bytes. */
  laterFiles: number;
  /** Erased images whose bytes stay, since something else has the same ones. */
  sharedIds: readonly string[];
  /** UUIDs of exports of data sets that hold one of them: files that were made before. */
  exportIds: readonly string[];
  /** UUIDs of model versions that were trained on one of them. */
  versionIds: readonly string[];
}

interface Dependencies {
  dataSource: DataSource;
  blobs: BlobStore;
}

/** Takes pictures away for good, also where models were trained on them: for those who must. */
export class ErasuresService {
  constructor(private readonly parts: Dependencies) {}

  /**
   * Erases images, all or none; they may be out of their data set already. Files go when the rows are gone: those that cannot be removed now,
   * or that a job which has not ended may be about to refer to, go with a later collection.
   * @param reason for the audit log.
   * @throws ProblemError NOT_FOUND for each that is not there, or is erased; CONFLICT for each that a job is reading; BAD_USER_INPUT for
   *   too many, or of several projects; TEXT_INVALID.
   */
  async erase(
    scope: AccessScope,
    { ids, reason = null }: { ids: readonly string[]; reason?: string | null | undefined },
  ): Promise<ErasedImages> {
    throwIfProblems([...countProblems(ids.length), ...reasonProblems(reason)]);
    const began = new Date();
    const { images, rows, about } = await this.parts.dataSource.transaction(async (manager) => {
      const images = await this.lock(scope, manager, ids);
      const projectId = await projectOfAll(manager, images);
      throwIfProblems(await jobProblems(manager, ids));
      const about = await whatHolds(manager, ids);
      const rows = await eraseRows(manager, ids, projectId);
      noteForAudit({ projectId, targets: ids.map((id) => `Image:${id}`), details: { reason, count: ids.length } });
      return { images, rows, about };
    });
    const { removed, later, inUse } = await removeFiles(this.parts, rows.files, began);
    const sharedIds = images.filter(({ sha256 }) => inUse.has(sha256)).map(({ id }) => id);
    const { tombstones, loggedPredictions } = rows;
    return { ids, tombstones, loggedPredictions, sharedIds, ...about, files: removed, laterFiles: later };
  }

  /** How many images of each snapshot are erased; of all splits, and of those that trainings read. In the order of `ids`. */
  async countsOfSnapshots(ids: readonly string[]): Promise<{ all: number; train: number }[]> {
    const rows = await this.parts.dataSource.query<{ id: string; all: number; train: number }[]>(
      `SELECT frozen.snapshot_id AS id, count(*)::integer AS all, (count(*) FILTER (WHERE frozen.split = 'TRAIN'))::integer AS train
       FROM image JOIN snapshot_image frozen ON frozen.image_id = image.id
       WHERE image.erased_at IS NOT NULL AND frozen.snapshot_id = ANY($1) GROUP BY 1`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? { all: 0, train: 0 });
  }

  /** The images, locked in the order of their ids: a snapshot that is being taken refers to them by now, or finds them no more. */
  private async lock(scope: AccessScope, manager: EntityManager, ids: readonly string[]): Promise<ImageEntity[]> {
    const own = await idsIn(scope, manager, ImageEntity, ids);
    const found = await manager.find(ImageEntity, {
      where: { id: In([...own]), erasedAt: IsNull() },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const there = new Set(found.map(({ id }) => id));
    throwIfProblems(
      ids.flatMap((id, i) => (there.has(id) ? [] : notFound('image', id, ['input', 'ids', String(i)]).problems)),
    );
    return found;
  }
}

function countProblems(count: number): Problem[] {
  if (count >= 1 && count <= mostImages) return [];
  const message = `there are ${count} ids; 1 to ${mostImages} are allowed`;
  return [{ code: 'BAD_USER_INPUT', message, field: ['input', 'ids'] }];
}

function reasonProblems(reason: string | null): Problem[] {
  const fault = reason === null ? undefined : textFault(reason, longestReason);
  return fault ? [{ code: 'TEXT_INVALID', message: `the reason ${fault}`, field: ['input', 'reason'] }] : [];
}

async function projectOfAll(manager: EntityManager, images: readonly ImageEntity[]): Promise<string> {
  const datasets = await manager.findBy(DatasetEntity, { id: In(images.map(({ datasetId }) => datasetId)) });
  const projects = new Set(datasets.map(({ projectId }) => projectId));
  if (projects.size > 1) {
    const message = `the images belong to ${projects.size} projects; one call erases images of one`;
    throwIfProblems([{ code: 'BAD_USER_INPUT', message, field: ['input', 'ids'] }]);
  }
  return [...projects][0]!;
}

/** Jobs that have not ended and read a snapshot with one of the images. */
async function jobProblems(manager: EntityManager, ids: readonly string[]): Promise<Problem[]> {
  const rows = await manager.query<{ id: string; filename: string; jobId: string; kind: string; state: string }[]>(
    `SELECT DISTINCT ON (image.id) image.id, image.filename, job.id AS "jobId", job.kind, job.state
     FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id JOIN (
       SELECT job_id, snapshot_id FROM training_run UNION ALL SELECT job_id, snapshot_id FROM evaluation
       UNION ALL SELECT job_id, snapshot_id FROM dataset_prediction UNION ALL SELECT job_id, snapshot_id FROM dataset_export
     ) AS reading ON reading.snapshot_id = frozen.snapshot_id JOIN job ON job.id = reading.job_id
     WHERE frozen.image_id = ANY($1) AND job.state <> ALL($2) ORDER BY image.id, job.id`,
    [ids, terminalJobStates],
  );
  return rows.map(({ id, filename, jobId, kind, state }) => {
    const what = kind.toLowerCase().replaceAll('_', ' ');
    const message = `image '${shown(filename)}' is read by the ${what} ${jobId} (${state}); wait for its end, or cancel it`;
    return { code: 'CONFLICT', message, field: ['input', 'ids', String(ids.indexOf(id))], item: shown(filename) };
  });
}

/** Exports that hold one of the images, and versions that were trained on one. */
async function whatHolds(manager: EntityManager, ids: readonly string[]) {
  const [found] = await manager.query<{ exportIds: string[]; versionIds: string[] }[]>(
    `SELECT ARRAY(
       SELECT DISTINCT made.job_id FROM dataset_export made JOIN snapshot_image frozen ON frozen.snapshot_id = made.snapshot_id
       WHERE frozen.image_id = ANY($1) AND made.artifact_sha256 IS NOT NULL ORDER BY 1
     ) AS "exportIds", ARRAY(
       SELECT DISTINCT version.id FROM model_version version
       JOIN snapshot_image frozen ON frozen.snapshot_id = version.snapshot_id AND frozen.split = 'TRAIN'
       WHERE frozen.image_id = ANY($1) ORDER BY 1
     ) AS "versionIds"`,
    [ids],
  );
  return found!;
}
