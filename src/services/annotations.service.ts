import { In, type DataSource } from 'typeorm';
import { AnnotationEntity, type AnnotationKind } from '../database/entities/index.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { AnnotationCost } from './records.js';

/** Annotations: revisions of pixel, block and box labels of an image. */
export class AnnotationsService {
  constructor(private readonly dataSource: DataSource) {}

  byIds(ids: readonly string[]): Promise<AnnotationEntity[]> {
    return this.annotations.findBy({ id: In([...ids]) });
  }

  /** The newest revision of each kind, for several images by one query. */
  newestOfImages(imageIds: readonly string[]): Promise<AnnotationEntity[]> {
    return this.annotations
      .createQueryBuilder('annotation')
      .distinctOn(['annotation.imageId', 'annotation.kind'])
      .where({ imageId: In([...imageIds]) })
      .orderBy('annotation.imageId')
      .addOrderBy('annotation.kind')
      .addOrderBy('annotation.revision', 'DESC')
      .getMany();
  }

  /** Every revision of a data set's annotations, image by image. @throws FaultError BAD_USER_INPUT, CURSOR_INVALID. */
  pageOfDataset(
    datasetId: string,
    request: PageRequest,
    kind?: AnnotationKind | null,
  ): Promise<Page<AnnotationEntity>> {
    const query = this.annotations
      .createQueryBuilder('annotation')
      .innerJoin('annotation.image', 'image')
      .where('image.datasetId = :datasetId', { datasetId });
    if (kind) query.andWhere('annotation.kind = :kind', { kind });
    return paginate(query, {
      connection: `annotations:${datasetId}`,
      alias: 'annotation',
      keys: [
        // The image's own id: a data set's images are read from an index in this order, annotations are not.
        { column: 'imageId', of: 'image.id', direction: 'ASC' },
        { column: 'kind', direction: 'ASC' },
        { column: 'revision', direction: 'ASC' },
      ],
      request,
    });
  }

  /** What the labels of several data sets cost: every revision counts, since each took its time. In the order of `datasetIds`. */
  async costOfDatasets(datasetIds: readonly string[]): Promise<AnnotationCost[][]> {
    const rows: CostRow[] = await this.dataSource.query(
      `SELECT image.dataset_id AS owner, annotation.kind, ${costColumns}
       FROM annotation JOIN image ON image.id = annotation.image_id
       WHERE image.dataset_id = ANY($1) GROUP BY image.dataset_id, annotation.kind ORDER BY annotation.kind`,
      [datasetIds],
    );
    return costsByOwner(datasetIds, rows);
  }

  /** What the labels a model version was trained on cost: the kind its training read, on the snapshot's training images. */
  async costOfModelVersions(modelVersionIds: readonly string[]): Promise<AnnotationCost[][]> {
    const rows: CostRow[] = await this.dataSource.query(
      `SELECT version.id AS owner, annotation.kind, ${costColumns}
       FROM model_version version
       JOIN training_run run ON run.job_id = version.training_run_id
       JOIN snapshot_image frozen ON frozen.snapshot_id = version.snapshot_id AND frozen.split = 'TRAIN'
       JOIN annotation used ON used.id = ANY(frozen.annotation_ids) AND used.kind = run.labels
       JOIN annotation ON annotation.image_id = used.image_id AND annotation.kind = used.kind
         AND annotation.revision <= used.revision
       WHERE version.id = ANY($1) GROUP BY version.id, annotation.kind ORDER BY annotation.kind`,
      [modelVersionIds],
    );
    return costsByOwner(modelVersionIds, rows);
  }

  private get annotations() {
    return this.dataSource.getRepository(AnnotationEntity);
  }
}

interface CostRow {
  owner: string;
  kind: AnnotationKind;
  images: number;
  measuredImages: number;
  activeSeconds: number;
}

const costColumns = `
  count(DISTINCT annotation.image_id)::int AS images,
  count(DISTINCT annotation.image_id) FILTER (WHERE annotation.active_seconds IS NOT NULL)::int AS "measuredImages",
  coalesce(sum(annotation.active_seconds), 0) AS "activeSeconds"`;

function costsByOwner(owners: readonly string[], rows: readonly CostRow[]): AnnotationCost[][] {
  return owners.map((owner) =>
    rows
      .filter((row) => row.owner === owner)
      .map(({ kind, images, measuredImages, activeSeconds }) => ({
        kind,
        images,
        measuredImages,
        activeSeconds,
        secondsPerImage: measuredImages > 0 ? activeSeconds / measuredImages : null,
      })),
  );
}
