import { Readable } from 'node:stream';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { v4 as uuid } from 'uuid';
import { everything, type AccessScope } from '../access/index.js';
import { DatasetEntity, UploadEntity } from '../database/entities/index.js';
import { filenameProblem, imageContentTypes, isSha256, shown, type BlobStore } from '../files/index.js';
import type { Limits } from '../shared/config.js';
import { collectProblems, notFound, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { uuidPattern } from './pagination.js';
import type { ProjectsService } from './projects.service.js';
import type { QuotasService } from './quotas.service.js';
import { rowsIn } from './scoped.js';

/** How long a place for bytes stays open. */
export const uploadLifetimeMilliseconds = 60 * 60 * 1000;

/** Media types that may be announced. What the bytes really are is decided by the bytes when they are used. */
export const uploadContentTypes: readonly string[] = [
  ...Object.values(imageContentTypes),
  'image/x-ms-bmp',
  'application/zip',
  'application/x-zip-compressed',
  'application/json',
  'application/octet-stream',
];

/** Bytes that are about to be sent. */
export interface CreateUpload {
  /** Without folders. */
  filename: string;
  bytes: number;
  /** Hexadecimal, either case. */
  sha256: string;
  contentType: string;
  /** Only this data set may use it; when left out, the one that uses it first. */
  datasetId?: string | undefined;
  /** Where it belongs when it is for no data set; {@link ProjectsService.choose} says what is usual. */
  projectId?: string | undefined;
  /** Who alone may send it; anybody when left out. */
  principalId?: string | undefined;
}

/** Asks for an upload on behalf of an input field. */
export interface UploadRequest {
  id: string;
  field: readonly string[];
}

/** Uploads: places for announced bytes. Bytes are held in the blob store once they match the announcement. */
export class UploadsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly projects: ProjectsService,
    private readonly quotas: QuotasService,
    private readonly blobs: BlobStore,
    private readonly limits: Pick<Limits, 'imageBytes' | 'uploadBytes'>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * Announces bytes. They count as used from now on, until they have not come in time.
   * @throws ProblemError FILENAME_INVALID, BAD_USER_INPUT, IMAGE_EMPTY, IMAGE_TOO_LARGE, ARCHIVE_TOO_LARGE, NOT_FOUND; all at
   *   once. QUOTA_EXCEEDED.
   */
  async create(scope: AccessScope, input: CreateUpload): Promise<UploadEntity> {
    const problems = announcementProblems(input, this.limits);
    const projectId = await collectProblems(problems, () => this.projectOf(scope, input));
    throwIfProblems(problems);
    const expiresAt = new Date(this.now().getTime() + uploadLifetimeMilliseconds);
    const sha256 = input.sha256.toLowerCase();
    const contentType = input.contentType.toLowerCase();
    // As names are kept everywhere, so that one written in parts (NFD) does not stand beside the same in one piece.
    const filename = input.filename.normalize('NFC');
    return this.dataSource.transaction(async (manager) => {
      const upload = manager.create(UploadEntity, {
        ...{ ...input, filename, sha256, contentType, id: uuid(), expiresAt, completedAt: null },
        projectId: projectId!,
      });
      await manager.insert(UploadEntity, upload);
      await this.quotas.requireRoom(manager, projectId!);
      return upload;
    });
  }

  /**
   * Takes the bytes of an upload. The same bytes may be sent again; a stream is left open on failure, so that its sender can
   * still be answered.
   *
   * @param principalId who sends it.
   * @throws ProblemError NOT_FOUND also for what somebody else announced, UPLOAD_EXPIRED, UPLOAD_INCOMPLETE, UPLOAD_CHECKSUM_MISMATCH, STORAGE_FULL, QUOTA_EXCEEDED; FaultError
   *   PAYLOAD_TOO_LARGE as soon as more arrives than announced. Nothing is stored then.
   */
  async receive(
    scope: AccessScope,
    id: string,
    content: AsyncIterable<Uint8Array>,
    principalId?: string,
  ): Promise<UploadEntity> {
    const upload = await this.find(scope, id);
    const isForeign = principalId !== undefined && ![null, principalId].includes(upload?.principalId ?? null);
    if (!upload || isForeign) throw missing({ id, field: ['id'] });
    if (!upload.completedAt && upload.expiresAt <= this.now()) throw expired(upload, ['id']);
    const pieces =
      content instanceof Readable
        ? (content.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>)
        : content;
    try {
      await this.blobs.put(pieces, {
        maximumBytes: upload.bytes,
        accept: (blob) => {
          if (blob.bytes < upload.bytes) throw incomplete(upload, `${blob.bytes} of ${upload.bytes} bytes arrived`);
          if (blob.sha256 !== upload.sha256) throw checksumMismatch(upload, blob.sha256);
        },
      });
    } catch (error) {
      throw isCutOff(error) ? incomplete(upload, 'the connection ended before all bytes arrived') : error;
    }
    if (!upload.completedAt) await this.complete(upload);
    return upload;
  }

  private async complete(upload: UploadEntity): Promise<void> {
    const completedAt = this.now();
    await this.dataSource.transaction(async (manager) => {
      await manager.update(UploadEntity, { id: upload.id }, { completedAt });
      // They may have taken longer than their place was kept for them.
      await this.quotas.requireRoom(manager, upload.projectId);
    });
    upload.completedAt = completedAt;
  }

  /**
   * An upload whose bytes are in the blob store under its `sha256`.
   * @param datasetId the data set that uses it; an upload that belongs to another one is NOT_FOUND.
   * @throws ProblemError NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_EXPIRED.
   */
  async take(
    scope: AccessScope,
    id: string,
    field: readonly string[] = ['input', 'uploadId'],
    datasetId?: string,
  ): Promise<UploadEntity> {
    const { uploads, problems } = await this.takeAll(scope, [{ id, field }], datasetId);
    throwIfProblems(problems);
    return uploads[0]!;
  }

  /** Several at once, in the order asked for; undefined where there is a problem. */
  async takeAll(
    scope: AccessScope,
    requests: readonly UploadRequest[],
    datasetId?: string,
  ): Promise<{ uploads: (UploadEntity | undefined)[]; problems: Problem[] }> {
    const ids = requests.map(({ id }) => id).filter((id) => uuidPattern.test(id));
    const found = new Map(
      (await rowsIn(scope, this.uploads, { id: In(ids) }).getMany()).map((upload) => [upload.id, upload]),
    );
    const problems: Problem[] = [];
    const uploads = requests.map((request) => {
      const upload = found.get(request.id);
      const isForeign = datasetId !== undefined && upload?.datasetId && upload.datasetId !== datasetId;
      if (upload?.completedAt && !isForeign) return upload;
      problems.push(...this.notReady(isForeign ? undefined : upload, request).problems);
      return undefined;
    });
    return { uploads, problems };
  }

  /**
   * Makes uploads belong to the data set that uses them; part of the caller's transaction.
   * @throws ProblemError NOT_FOUND when another data set was first.
   */
  async claim(manager: EntityManager, requests: readonly UploadRequest[], datasetId: string): Promise<void> {
    const ids = [...new Set(requests.map(({ id }) => id))];
    const { affected } = await manager
      .createQueryBuilder()
      .update(UploadEntity)
      .set({ datasetId, projectId: () => '(SELECT project_id FROM "dataset" WHERE id = :datasetId)' })
      .where('id IN (:...ids) AND (dataset_id IS NULL OR dataset_id = :datasetId)', { ids, datasetId })
      .execute();
    if (affected === ids.length) return;
    throwIfProblems((await this.takeAll(everything, requests, datasetId)).problems);
  }

  /** Those of these ids that exist, in any order. */
  byIds(scope: AccessScope, ids: readonly string[]): Promise<UploadEntity[]> {
    return rowsIn(scope, this.uploads, { id: In([...ids]) }).getMany();
  }

  /** That of the data set it is announced for, or the one named. */
  private async projectOf(scope: AccessScope, { datasetId, projectId }: CreateUpload): Promise<string> {
    if (!datasetId) return (await this.projects.choose(scope, projectId)).id;
    const datasets = this.dataSource.getRepository(DatasetEntity);
    const dataset = await rowsIn(scope, datasets, { id: datasetId }).getOne();
    if (!dataset) throw notFound('data set', datasetId, ['input', 'datasetId']);
    return (await this.projects.choose(scope, dataset.projectId)).id;
  }

  private notReady(upload: UploadEntity | undefined, request: UploadRequest) {
    if (!upload) return missing(request);
    if (upload.expiresAt <= this.now()) return expired(upload, request.field);
    return incomplete(upload, 'its bytes have not arrived yet; PUT them to the upload first', request.field);
  }

  private async find(scope: AccessScope, id: string): Promise<UploadEntity | null> {
    return uuidPattern.test(id) ? rowsIn(scope, this.uploads, { id }).getOne() : null;
  }

  private get uploads() {
    return this.dataSource.getRepository(UploadEntity);
  }
}

function announcementProblems(input: CreateUpload, limits: Pick<Limits, 'imageBytes' | 'uploadBytes'>): Problem[] {
  const item = shown(input.filename);
  const contentType = input.contentType.toLowerCase();
  const found: (Problem | undefined)[] = [
    filenameProblem(input.filename, { field: ['input', 'filename'] }),
    bytesProblem(input.bytes, contentType, item, limits),
  ];
  if (!isSha256(input.sha256.toLowerCase())) {
    const message = `sha256 is '${shown(input.sha256)}'; it must be 64 hexadecimal digits`;
    found.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'sha256'], item });
  }
  if (!uploadContentTypes.includes(contentType)) {
    const message = `the content type '${shown(input.contentType)}' is not taken; allowed: ${uploadContentTypes.join(', ')}`;
    found.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'contentType'], item });
  }
  return found.filter((one) => one !== undefined);
}

function bytesProblem(
  bytes: number,
  contentType: string,
  item: string,
  limits: Pick<Limits, 'imageBytes' | 'uploadBytes'>,
): Problem | undefined {
  const location = { field: ['input', 'bytes'], item };
  const isImage = contentType.startsWith('image/');
  const isArchive = contentType.includes('zip');
  if (bytes === 0 && (isImage || isArchive)) {
    return {
      code: isImage ? 'IMAGE_EMPTY' : 'ARCHIVE_EMPTY',
      message: `'${item}' is announced with 0 bytes`,
      ...location,
    };
  }
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    return {
      code: 'BAD_USER_INPUT',
      message: `bytes is ${bytes}; it must be a whole number of at least 1`,
      ...location,
    };
  }
  const limit = isImage ? limits.imageBytes : limits.uploadBytes;
  if (bytes <= limit) return undefined;
  const code = isImage ? 'IMAGE_TOO_LARGE' : isArchive ? 'ARCHIVE_TOO_LARGE' : 'BAD_USER_INPUT';
  return { code, message: `'${item}' is announced with ${bytes} bytes; at most ${limit} are allowed`, ...location };
}

function missing({ id, field }: UploadRequest) {
  return notFound('upload', shown(id), field);
}

function expired(upload: UploadEntity, field: readonly string[]) {
  const message = `the upload of '${shown(upload.filename)}' expired at ${upload.expiresAt.toISOString()}; create a new one`;
  return problem('UPLOAD_EXPIRED', message, { field, item: shown(upload.filename) });
}

function incomplete(upload: UploadEntity, text: string, field: readonly string[] = ['id']) {
  const message = `the upload of '${shown(upload.filename)}' is incomplete: ${text}`;
  return problem('UPLOAD_INCOMPLETE', message, { field, item: shown(upload.filename) });
}

function checksumMismatch(upload: UploadEntity, found: string) {
  const message = `'${shown(upload.filename)}' was announced with sha256 ${upload.sha256}; the bytes that arrived have ${found}`;
  return problem('UPLOAD_CHECKSUM_MISMATCH', message, { field: ['id'], item: shown(upload.filename) });
}

/** What a request stream ends with when its sender went away. */
function isCutOff(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR';
}
