import type { DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import type { AnnotationKind, ImageLabel, SnapshotEntity, Split } from '../database/entities/index.js';
import { FaultError } from '../shared/errors.js';
import {
  cursorInvalid,
  decodeCursor,
  encodeCursor,
  isFromEnd,
  pageOf,
  pageSize,
  type Page,
  type PageRequest,
} from './pagination.js';
import type { SnapshotsService } from './snapshots.service.js';

/** Two snapshots that are compared. */
export interface SnapshotDiff {
  a: SnapshotEntity;
  b: SnapshotEntity;
}

/** How something of one snapshot can differ from the other. */
export const snapshotChanges = ['ADDED', 'REMOVED', 'CHANGED'] as const;
/** One of {@link snapshotChanges}. */
export type SnapshotChange = (typeof snapshotChanges)[number];

/** How many items only the second has, only the first has, and both have with another content. */
export interface ChangeCounts {
  added: number;
  removed: number;
  changed: number;
}

/** An image as a snapshot holds it. */
export interface FrozenImage {
  imageId: string;
  split: Split;
  label: ImageLabel;
  defectType: string | null;
}

interface Change<Item> {
  change: SnapshotChange;
  /** Images are compared by their name in the data set. */
  filename: string;
  /** In the first snapshot; null when it was added. */
  before: Item | null;
  /** In the second snapshot; null when it was removed. */
  after: Item | null;
}
/** An image that is not the same in both. */
export type ImageChange = Change<FrozenImage>;
/** A label that is not the same in both. */
export interface AnnotationChange extends Change<{ annotationId: string }> {
  kind: AnnotationKind;
}

type Subject = 'images' | 'annotations';

/** Which changes, page by page. */
export interface ChangesRequest extends PageRequest {
  /** All when left out. */
  change?: SnapshotChange | null | undefined;
}

/**
 * What two snapshots differ in. Images are compared by filename, annotations by filename and kind, both by content, so that a
 * data set that was exported and imported again does not differ: there are no changes exactly when the digests are equal.
 */
export class SnapshotDiffsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly snapshots: SnapshotsService,
  ) {}

  /** @throws FaultError NOT_FOUND. */
  async between(scope: AccessScope, a: string, b: string): Promise<SnapshotDiff> {
    const found = new Map((await this.snapshots.byIds(scope, [a, b])).map((snapshot) => [snapshot.id, snapshot]));
    const one = (id: string, argument: string) => {
      const snapshot = found.get(id);
      if (!snapshot) throw new FaultError('NOT_FOUND', `${argument}: there is no snapshot with this id.`);
      return snapshot;
    };
    return { a: one(a, 'a'), b: one(b, 'b') };
  }

  async count({ a, b }: SnapshotDiff, subject: Subject): Promise<ChangeCounts> {
    const counts = snapshotChanges.map(
      (change) => `count(*) FILTER (WHERE change = '${change}')::int AS ${change.toLowerCase()}`,
    );
    const rows: ChangeCounts[] = await this.dataSource.query(
      `SELECT ${counts.join(', ')} FROM (${changesSql[subject]}) changes`,
      [a.id, b.id],
    );
    return rows[0]!;
  }

  /** By filename. @throws FaultError BAD_USER_INPUT, CURSOR_INVALID. */
  imagesPage(diff: SnapshotDiff, request: ChangesRequest): Promise<Page<ImageChange>> {
    return this.page(diff, 'images', ['filename'], request);
  }

  /** By filename and kind. @throws FaultError BAD_USER_INPUT, CURSOR_INVALID. */
  annotationsPage(diff: SnapshotDiff, request: ChangesRequest): Promise<Page<AnnotationChange>> {
    return this.page(diff, 'annotations', ['filename', 'kind'], request);
  }

  private async page<E extends Change<object>>(
    { a, b }: SnapshotDiff,
    subject: Subject,
    keys: readonly (keyof E & string)[],
    request: ChangesRequest,
  ): Promise<Page<E>> {
    const { change = null } = request;
    const connection = `snapshot-changes:${subject}:${a.id}:${b.id}`;
    const parameters: unknown[] = [a.id, b.id, change];
    const wanted = `FROM (${changesSql[subject]}) changes WHERE ($3::text IS NULL OR change = $3)`;
    const beyond = cursorConditions(connection, keys, request, parameters);
    const order = keys.map((key) => `${key} ${isFromEnd(request) ? 'DESC' : 'ASC'}`).join(', ');
    const found: E[] = await this.dataSource.query(
      `SELECT * ${wanted}${beyond} ORDER BY ${order} LIMIT ${pageSize(request) + 1}`,
      parameters,
    );
    return pageOf(found, {
      request,
      cursorOf: (row) =>
        encodeCursor(
          connection,
          keys.map((key) => row[key] as string),
        ),
      totalCount: async () => {
        const rows: { count: number }[] = await this.dataSource.query(`SELECT count(*)::int ${wanted}`, [
          a.id,
          b.id,
          change,
        ]);
        return rows[0]!.count;
      },
    });
  }
}

/** SQL of "behind `after` and before `before`"; the cursors' values are added to the parameters. */
function cursorConditions(
  connection: string,
  keys: readonly string[],
  request: PageRequest,
  parameters: unknown[],
): string {
  const condition = (argument: 'after' | 'before', sign: string) => {
    const cursor = request[argument];
    if (cursor === null || cursor === undefined) return '';
    const values = decodeCursor(connection, cursor, argument);
    if (values.length !== keys.length || !values.every((value) => typeof value === 'string' && !value.includes('\0'))) {
      throw cursorInvalid('its content does not fit this connection', argument);
    }
    const places = values.map((value) => `$${parameters.push(value)}::text`);
    return ` AND (${keys.join(', ')}) ${sign} (${places.join(', ')})`;
  };
  return condition('after', '>') + condition('before', '<');
}

const change = `CASE WHEN a.id IS NULL THEN 'ADDED' WHEN b.id IS NULL THEN 'REMOVED' ELSE 'CHANGED' END AS change`;

const imagesOf = (parameter: string) => `
  SELECT image.id, image.filename, image.sha256, frozen.split, frozen.label, frozen.defect_type
  FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id WHERE frozen.snapshot_id = ${parameter}`;
const imageItem = (side: string) => `CASE WHEN ${side}.id IS NOT NULL THEN jsonb_build_object(
  'imageId', ${side}.id, 'split', ${side}.split, 'label', ${side}.label, 'defectType', ${side}.defect_type) END`;

const annotationsOf = (parameter: string) => `
  SELECT annotation.id, image.filename, annotation.kind, annotation.payload
  FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id
    JOIN annotation ON annotation.image_id = image.id AND annotation.id = ANY(frozen.annotation_ids)
  WHERE frozen.snapshot_id = ${parameter}`;
const annotationItem = (side: string) =>
  `CASE WHEN ${side}.id IS NOT NULL THEN jsonb_build_object('annotationId', ${side}.id) END`;

/** The changes from snapshot $1 to snapshot $2. The collation is the one of the content digest, the same on every server. */
const changesSql: Record<Subject, string> = {
  images: `
    SELECT ${change}, coalesce(a.filename, b.filename) COLLATE "C" AS filename,
      ${imageItem('a')} AS before, ${imageItem('b')} AS after
    FROM (${imagesOf('$1')}) a FULL JOIN (${imagesOf('$2')}) b ON a.filename = b.filename
    WHERE (a.sha256, a.split, a.label, a.defect_type) IS DISTINCT FROM (b.sha256, b.split, b.label, b.defect_type)`,
  annotations: `
    SELECT ${change}, coalesce(a.filename, b.filename) COLLATE "C" AS filename, coalesce(a.kind, b.kind) AS kind,
      ${annotationItem('a')} AS before, ${annotationItem('b')} AS after
    FROM (${annotationsOf('$1')}) a FULL JOIN (${annotationsOf('$2')}) b ON a.filename = b.filename AND a.kind = b.kind
    WHERE a.id IS DISTINCT FROM b.id AND a.payload IS DISTINCT FROM b.payload`,
};
