import { createHash } from 'node:crypto';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import { SnapshotEntity, type DatasetCounts } from '../database/entities/index.js';
import { isSerializationFailure } from '../database/index.js';
import { FaultError, notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import { countColumns, type DatasetsService } from './datasets.service.js';
import { findDuplicates } from './imports/duplicates.js';
import { findSplitLeakage } from './imports/splitLeakage.js';
import { deleteSnapshots, refuseWhenInUse } from './inUse.js';
import { nameProblems } from './names.js';
import type { Page, PageRequest } from './pagination.js';
import { paginateEach } from './paginateEach.js';
import { inScope, liesIn, rowsIn } from './scoped.js';

/** Attempts at a snapshot while others delete images. */
const mostTries = 5;

/** Snapshots: a data set as it was, immutable. Trainings and evaluations refer to them. */
export class SnapshotsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly datasets: DatasetsService,
  ) {}

  /** Freezes images, splits, labels and the newest annotations. @throws ProblemError NOT_FOUND, TEXT_INVALID. */
  async create(
    scope: AccessScope,
    input: { datasetId: string; tag?: string | null | undefined },
  ): Promise<SnapshotEntity> {
    const tag = input.tag ?? null;
    throwIfProblems(tag === null ? [] : nameProblems('snapshot tag', tag, { field: ['input', 'tag'] }));
    await this.datasets.require(scope, input.datasetId);
    for (let tries = 1; ; tries++) {
      try {
        // One moment for every statement: a concurrent import is either wholly in or wholly out.
        const made = await this.dataSource.transaction('REPEATABLE READ', (manager) =>
          freeze(manager, input.datasetId, tag),
        );
        // Such a transaction cannot number its change among those of others; one whose process died here is numbered with the next.
        await this.dataSource.query('SELECT place_left_changes()');
        return made;
      } catch (error) {
        if (!isSerializationFailure(error)) throw error;
        // Images were deleted since that moment, or the data set was.
        await this.datasets.require(scope, input.datasetId);
        if (tries === mostTries) throw error;
      }
    }
  }

  /** Names a snapshot, or with null takes its name away. @throws ProblemError NOT_FOUND, TEXT_INVALID. */
  async setTag(scope: AccessScope, id: string, tag: string | null): Promise<SnapshotEntity> {
    throwIfProblems(tag === null ? [] : nameProblems('snapshot tag', tag, { field: ['input', 'tag'] }));
    await this.require(scope, id, ['input', 'id']);
    await this.dataSource.transaction((manager) => manager.update(SnapshotEntity, { id }, { tag }));
    return this.require(scope, id, ['input', 'id']);
  }

  /** @throws ProblemError NOT_FOUND; CONFLICT naming what refers to it. */
  async remove(scope: AccessScope, id: string): Promise<void> {
    await this.require(scope, id, ['input', 'id']);
    await this.dataSource.transaction(async (manager) => {
      await refuseWhenInUse(manager, { snapshotId: id }, { name: 'the snapshot', item: id });
      await deleteSnapshots(manager, [id]);
    });
  }

  /** SPLIT_LEAKAGE for bytes that the snapshot has in more than one split, IMAGE_DUPLICATE for those twice in one; at most 100 of each. */
  async warnings(scope: AccessScope, snapshotId: string): Promise<Problem[]> {
    const { manager } = this.dataSource;
    if (!(await liesIn(scope, manager, SnapshotEntity, snapshotId))) return [];
    return [...(await findSplitLeakage(manager, { snapshotId })), ...(await findDuplicates(manager, snapshotId))];
  }

  /** @throws ProblemError NOT_FOUND. */
  async require(
    scope: AccessScope,
    id: string,
    field: readonly string[] = ['input', 'snapshotId'],
  ): Promise<SnapshotEntity> {
    const found = await rowsIn(scope, this.snapshots, { id }).getOne();
    if (!found) throw notFound('snapshot', id, field);
    return found;
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<SnapshotEntity[]> {
    return rowsIn(scope, this.snapshots, { id: In([...ids]) }).getMany();
  }

  /** Snapshots of each data set, newest first. @param tag only those with this one. @throws FaultError BAD_USER_INPUT, CURSOR_INVALID. */
  pagesOfDatasets(
    scope: AccessScope,
    datasetIds: readonly string[],
    request: PageRequest,
    tag?: string | null,
  ): Promise<Page<SnapshotEntity>[]> {
    const query = this.snapshots.createQueryBuilder('snapshot');
    if (tag?.includes('\0')) throw new FaultError('BAD_USER_INPUT', 'tag holds a NUL character.');
    if (typeof tag === 'string') query.where({ tag });
    return paginateEach(inScope(query, scope), datasetIds, {
      connection: (id) => `snapshots:${id}`,
      alias: 'snapshot',
      owner: 'datasetId',
      id: 'id',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  private get snapshots() {
    return this.dataSource.getRepository(SnapshotEntity);
  }
}

async function freeze(manager: EntityManager, datasetId: string, tag: string | null): Promise<SnapshotEntity> {
  const id = uuid();
  await manager.insert(SnapshotEntity, { id, datasetId, tag, digest: '', counts: {} as DatasetCounts });
  await freezeImages(manager, id, datasetId);
  const content = { digest: await contentDigest(manager, id), counts: await countImages(manager, id) };
  await manager.update(SnapshotEntity, { id }, content);
  return manager.findOneByOrFail(SnapshotEntity, { id });
}

async function freezeImages(manager: EntityManager, snapshotId: string, datasetId: string): Promise<void> {
  await manager.query(
    `INSERT INTO snapshot_image (snapshot_id, image_id, split, label, defect_type, annotation_ids)
     SELECT $1, image.id, image.split, image.label, image.defect_type, ARRAY(
       SELECT id FROM (
         SELECT DISTINCT ON (kind) id, kind, removed FROM annotation
         WHERE annotation.image_id = image.id ORDER BY kind, revision DESC) AS newest
       WHERE NOT removed ORDER BY kind)
     FROM image WHERE image.dataset_id = $2 AND image.removed_at IS NULL`,
    [snapshotId, datasetId],
  );
}

/** PostgreSQL hashes each image's row, so annotations never travel; equal content in any order of import is an equal digest. */
async function contentDigest(manager: EntityManager, snapshotId: string): Promise<string> {
  const rows: { digest: string }[] = await manager.query(
    `SELECT encode(sha256(convert_to(jsonb_build_array(
         image.filename, image.sha256, frozen.split, frozen.label, frozen.defect_type,
         (SELECT jsonb_agg(jsonb_build_array(kind, payload) ORDER BY kind) FROM annotation WHERE id = ANY(frozen.annotation_ids))
       )::text, 'UTF8')), 'hex') AS digest
     FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id
     WHERE frozen.snapshot_id = $1 ORDER BY image.filename COLLATE "C"`,
    [snapshotId],
  );
  const hash = createHash('sha256');
  for (const row of rows) hash.update(row.digest);
  return hash.digest('hex');
}

async function countImages(manager: EntityManager, snapshotId: string): Promise<DatasetCounts> {
  const rows: DatasetCounts[] = await manager.query(
    `SELECT ${countColumns} FROM snapshot_image WHERE snapshot_id = $1`,
    [snapshotId],
  );
  return rows[0]!;
}
