import { In, type DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  DatasetEntity,
  DatasetImportEntity,
  JobEntity,
  SnapshotEntity,
  type DatasetCounts,
} from '../database/entities/index.js';
import { isUniqueViolation } from '../database/index.js';
import { notFound, problem, throwIfProblems } from '../shared/errors.js';
import { deleteSnapshots, refuseWhenInUse } from './inUse.js';
import { ofProject, oneNamed } from './named.js';
import { nameProblems, quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { ProjectsService } from './projects.service.js';
import { idsIn, inScope, liesIn, rowsIn } from './scoped.js';

/** Data sets: a name, and the images that belong to it. */
export class DatasetsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly projects: ProjectsService,
  ) {}

  /** Without `projectId` it goes where {@link ProjectsService.choose} says. @throws ProblemError TEXT_INVALID, NAME_TAKEN, NOT_FOUND, CONFLICT. */
  async create(scope: AccessScope, input: { name: string; projectId?: string | undefined }): Promise<DatasetEntity> {
    const field = ['input', 'name'];
    throwIfProblems(nameProblems('data set name', input.name, { field }));
    const project = await this.projects.choose(scope, input.projectId);
    try {
      return await this.datasets.save(this.datasets.create({ id: uuid(), name: input.name, projectId: project.id }));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw problem('NAME_TAKEN', `the project has a data set named ${quoted(input.name)} already`, {
        field,
        item: input.name,
      });
    }
  }

  /**
   * Removes a data set with its images, annotations, snapshots and imports.
   * @throws ProblemError NOT_FOUND; CONFLICT naming the trainings and evaluations that refer to one of its snapshots,
   *   or an import that has not ended.
   */
  async remove(scope: AccessScope, id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const isThere = await liesIn(scope, manager, DatasetEntity, id);
      const dataset = isThere && (await manager.findOne(DatasetEntity, { where: { id }, lock }));
      if (!dataset) throw this.missing(id);
      await refuseWhenInUse(
        manager,
        { datasetId: id },
        {
          name: `the data set ${quoted(dataset.name)}`,
          item: dataset.name,
        },
      );
      const imports = await manager.findBy(DatasetImportEntity, { datasetId: id });
      await manager.delete(JobEntity, { id: In(imports.map((found) => found.jobId)) });
      const snapshots = await manager.findBy(SnapshotEntity, { datasetId: id });
      await deleteSnapshots(
        manager,
        snapshots.map((snapshot) => snapshot.id),
      );
      await manager.delete(DatasetEntity, { id });
    });
  }

  /** @throws ProblemError NOT_FOUND. */
  async require(
    scope: AccessScope,
    id: string,
    field: readonly string[] = ['input', 'datasetId'],
  ): Promise<DatasetEntity> {
    const found = await rowsIn(scope, this.datasets, { id }).getOne();
    if (!found) throw this.missing(id, field);
    return found;
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<DatasetEntity[]> {
    return rowsIn(scope, this.datasets, { id: In([...ids]) }).getMany();
  }

  /** @param projectId where to look; everywhere when left out. @throws FaultError NAME_AMBIGUOUS. */
  async byName(scope: AccessScope, name: string, projectId?: string): Promise<DatasetEntity | null> {
    return oneNamed(
      'data set',
      name,
      await rowsIn(scope, this.datasets, { name, ...ofProject(projectId) })
        .limit(2)
        .getMany(),
    );
  }

  /** Oldest first. @param projectId only those of this project. */
  page(scope: AccessScope, request: PageRequest, projectId?: string): Promise<Page<DatasetEntity>> {
    const query = this.datasets.createQueryBuilder('dataset').where(ofProject(projectId));
    return paginate(inScope(query, scope), {
      connection: projectId ? `datasets:${projectId}` : 'datasets',
      alias: 'dataset',
      keys: [{ column: 'id', direction: 'ASC' }],
      request,
    });
  }

  /** Image counts of several data sets by one query, in the order of `ids`. */
  async counts(scope: AccessScope, ids: readonly string[]): Promise<DatasetCounts[]> {
    const rows: (DatasetCounts & { datasetId: string })[] = await this.dataSource.query(
      `SELECT dataset_id AS "datasetId", ${countColumns} FROM image WHERE dataset_id = ANY($1) AND removed_at IS NULL GROUP BY dataset_id`,
      [await idsIn(scope, this.dataSource.manager, DatasetEntity, ids)],
    );
    const byId = new Map(rows.map(({ datasetId, ...counts }) => [datasetId, counts]));
    return ids.map((id) => byId.get(id) ?? noImages);
  }

  private missing(id: string, field: readonly string[] = ['input', 'id']) {
    return notFound('data set', id, field);
  }

  private get datasets() {
    return this.dataSource.getRepository(DatasetEntity);
  }
}

/** SQL of {@link DatasetCounts} over rows that have `label` and `split`. */
export const countColumns = `
  count(*)::int AS images,
  count(*) FILTER (WHERE label = 'NORMAL')::int AS normal,
  count(*) FILTER (WHERE label = 'ANOMALOUS')::int AS anomalous,
  count(*) FILTER (WHERE label = 'UNLABELLED')::int AS unlabelled,
  count(*) FILTER (WHERE split = 'TRAIN')::int AS train,
  count(*) FILTER (WHERE split = 'VALIDATION')::int AS validation,
  count(*) FILTER (WHERE split = 'TEST')::int AS test`;

const noImages: DatasetCounts = {
  images: 0,
  normal: 0,
  anomalous: 0,
  unlabelled: 0,
  train: 0,
  validation: 0,
  test: 0,
};
