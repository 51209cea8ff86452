import type { DataSource } from 'typeorm';
import { AnnotationEntity, type AnnotationKind } from '../../database/entities/index.js';
import type { FrozenImage, FrozenImages, FrozenLabels } from '../../formats/index.js';

/** A row of the list, and where its labels lie. */
type SnapshotImage = FrozenImage & { annotationIds: readonly string[] };

/** Images whose annotations are read together. */
const chunkSize = 200;

/** The images of a snapshot that were not erased since, read from the database. */
export class SnapshotImages implements FrozenImages {
  private chunk: { start: number; labels: Promise<FrozenLabels[]> } | undefined;

  private constructor(
    private readonly dataSource: DataSource,
    readonly list: readonly SnapshotImage[],
  ) {}

  static async of(dataSource: DataSource, snapshotId: string): Promise<SnapshotImages> {
    const list: SnapshotImage[] = await dataSource.query(
      `SELECT image.filename, image.sha256, image.width, image.height, frozen.split, frozen.label,
         frozen.defect_type AS "defectType", frozen.annotation_ids AS "annotationIds",
         EXISTS (SELECT 1 FROM annotation WHERE annotation.image_id = image.id AND annotation.id = ANY(frozen.annotation_ids)
           AND kind = 'PIXEL' AND (payload->>'anomalousPixels')::int > 0) AS "marksPixels"
       FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id
       WHERE frozen.snapshot_id = $1 AND image.erased_at IS NULL ORDER BY image.filename COLLATE "C"`,
      [snapshotId],
    );
    return new SnapshotImages(dataSource, list);
  }

  /** How many annotations of each kind there are; kinds without any are left out. */
  countAnnotations(): Promise<{ kind: AnnotationKind; count: number }[]> {
    return this.dataSource.query(
      'SELECT kind, count(*)::int AS count FROM annotation WHERE id = ANY($1) GROUP BY kind ORDER BY kind',
      [this.list.flatMap(({ annotationIds }) => annotationIds)],
    );
  }

  async labelsOf(index: number): Promise<FrozenLabels> {
    const start = index - (index % chunkSize);
    if (this.chunk?.start !== start) this.chunk = { start, labels: this.read(start) };
    return (await this.chunk.labels)[index - start]!;
  }

  async *all(): AsyncGenerator<{ image: SnapshotImage; labels: FrozenLabels; index: number }> {
    for (const [index, image] of this.list.entries()) yield { image, labels: await this.labelsOf(index), index };
  }

  private async read(start: number): Promise<FrozenLabels[]> {
    const images = this.list.slice(start, start + chunkSize);
    const ids = images.flatMap(({ annotationIds }) => annotationIds);
    const query = this.dataSource.getRepository(AnnotationEntity).createQueryBuilder('annotation');
    const found = ids.length === 0 ? [] : await query.whereInIds(ids).getMany();
    const byId = new Map(found.map((annotation) => [annotation.id, annotation]));
    return images.map(({ annotationIds }) =>
      Object.fromEntries(annotationIds.map((id) => [byId.get(id)!.kind, byId.get(id)!.payload])),
    );
  }
}
