import { In, IsNull, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  type DatasetEntity,
  ImageEntity,
  type ImageLabel,
  type Split,
  type UploadEntity,
} from '../database/entities/index.js';
import { isUniqueViolation } from '../database/index.js';
import { shown, type BlobStore, type ImageLimits, type InspectedImage, type PreviewSide } from '../files/index.js';
import { notFound, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import type { DatasetsService } from './datasets.service.js';
import { annotationContradictions, labelProblems } from './imageLabels.js';
import { applyFilter, imageCountProblems, type ImageFilter } from './images/imageFilter.js';
import { imageKeys, type ImageOrder } from './images/imageOrder.js';
import { removeImages, type RemovedImages } from './images/removeImages.js';
import { StoredPreviews } from './images/storedPreviews.js';
import type { Page, PageRequest } from './pagination.js';
import { paginateEach } from './paginateEach.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import type { QuotasService } from './quotas.service.js';
import { idsIn, inScope, rowsIn } from './scoped.js';
import { uploadedFile } from './storedFiles.js';
import type { UploadsService } from './uploads.service.js';

/** An image to add to a data set. */
export interface NewImage {
  uploadId: string;
  split: Split;
  label: ImageLabel;
  defectType?: string | null | undefined;
}

/** What is undefined or, except for `defectType`, null stays as it is; a null `defectType` removes it. */
export interface ImageChange {
  ids: readonly string[];
  split?: Split | null | undefined;
  label?: ImageLabel | null | undefined;
  defectType?: string | null | undefined;
}

/** What the service needs. */
export interface ImagesDependencies {
  dataSource: DataSource;
  blobs: BlobStore;
  uploads: UploadsService;
  datasets: DatasetsService;
  quotas: QuotasService;
  pixels: PixelProcesses;
  limits: ImageLimits;
}

/** Images of data sets: adding, changing and listing them. */
export class ImagesService {
  private readonly dataSource: DataSource;
  private readonly previews: StoredPreviews;

  constructor(private readonly parts: ImagesDependencies) {
    this.dataSource = parts.dataSource;
    this.previews = new StoredPreviews(parts);
  }

  /**
   * Adds uploaded images, all or none, in the order given. Each is decoded completely first.
   * @throws ProblemError with every problem found: NOT_FOUND, UPLOAD_*, IMAGE_*, LABEL_CONTRADICTION, TEXT_INVALID,
   *   NAME_TAKEN, QUOTA_EXCEEDED; `field` is `input.images.N…`.
   */
  async add(scope: AccessScope, input: { datasetId: string; images: readonly NewImage[] }): Promise<ImageEntity[]> {
    const { datasetId, images } = input;
    throwIfProblems(imageCountProblems(images.length, ['input', 'images']));
    const dataset = await this.parts.datasets.require(scope, datasetId);
    const requests = images.map(({ uploadId }, index) => ({ id: uploadId, field: fieldOf(index, 'uploadId') }));
    const { uploads, problems } = await this.parts.uploads.takeAll(scope, requests, datasetId);
    problems.push(...images.flatMap((image, index) => labelProblems(image, (name) => fieldOf(index, name))));
    problems.push(...(await nameProblems(this.dataSource.manager, datasetId, uploads)));
    const facts: (StoredFacts | undefined)[] = [];
    for (const [index, upload] of uploads.entries()) {
      // One at a time: a batch of large images must not be in memory together.
      facts.push(upload && (await this.inspect(upload, index, problems)));
    }
    throwIfProblems(problems);
    const rows = images.map((image, index) => newRow(datasetId, image, uploads[index]!, facts[index]!));
    return this.store(scope, dataset, rows, uploads);
  }

  /**
   * Changes images, all or none, in the order given. A label other than ANOMALOUS removes the defect type.
   * @throws ProblemError with every problem found: NOT_FOUND, LABEL_CONTRADICTION, TEXT_INVALID.
   */
  async update(scope: AccessScope, { ids, ...change }: ImageChange): Promise<ImageEntity[]> {
    throwIfProblems(imageCountProblems(ids.length, ['input', 'ids']));
    return this.dataSource.transaction(async (manager) => {
      const images = manager.getRepository(ImageEntity);
      const lock = { mode: 'pessimistic_write' } as const;
      const own = await idsIn(scope, manager, ImageEntity, ids);
      const found = await images.find({ where: { id: In([...own]), removedAt: IsNull() }, order: { id: 'ASC' }, lock });
      const byId = new Map(found.map((image) => [image.id, image]));
      const problems = ids.flatMap((id, index) => (byId.has(id) ? [] : [missing(id, index)]));
      for (const image of found) applyChange(image, change);
      problems.push(...found.flatMap((image) => labelProblems(image, (name) => ['input', name], image.filename)));
      problems.push(...(await annotationContradictions(manager, found)));
      throwIfProblems(distinctProblems(problems));
      await images.save(found);
      return ids.map((id) => byId.get(id)!);
    });
  }

  /**
   * Takes images out of their data set, all or none. Those that a snapshot holds stay readable there; the others are deleted with
   * their labels.
   * @throws ProblemError NOT_FOUND for each that is not there; BAD_USER_INPUT for too many.
   */
  async remove(scope: AccessScope, ids: readonly string[]): Promise<RemovedImages> {
    throwIfProblems(imageCountProblems(ids.length, ['input', 'ids']));
    return this.dataSource.transaction(async (manager) => {
      const own = await idsIn(scope, manager, ImageEntity, ids);
      const where = { id: In([...own]), removedAt: IsNull() };
      // A snapshot that is being taken refers to its images by now, or does not find them any more.
      const lock = { mode: 'pessimistic_write' } as const;
      const found = await manager.find(ImageEntity, { where, order: { id: 'ASC' }, select: { id: true }, lock });
      const there = new Set(found.map(({ id }) => id));
      throwIfProblems(ids.flatMap((id, index) => (there.has(id) ? [] : [missing(id, index)])));
      return removeImages(manager, [...there]);
    });
  }

  /** Images of each data set, oldest first unless asked otherwise. @throws FaultError BAD_USER_INPUT, CURSOR_INVALID. */
  pagesOfDatasets(
    scope: AccessScope,
    datasetIds: readonly string[],
    request: PageRequest,
    filter: ImageFilter = {},
    order?: ImageOrder | null,
  ): Promise<Page<ImageEntity>[]> {
    const query = this.images.createQueryBuilder('image').where('image.removedAt IS NULL');
    applyFilter(query, filter);
    const { keys, name } = imageKeys(query, order);
    return paginateEach(inScope(query, scope), datasetIds, {
      connection: (id) => `images:${id}${name}`,
      alias: 'image',
      owner: 'datasetId',
      id: 'id',
      keys,
      request,
    });
  }

  /** Images of one data set, as {@link pagesOfDatasets}. */
  async page(
    scope: AccessScope,
    datasetId: string,
    filter: ImageFilter,
    request: PageRequest,
  ): Promise<Page<ImageEntity>> {
    return (await this.pagesOfDatasets(scope, [datasetId], request, filter))[0]!;
  }

  /** Also those that were taken out of their data set and stay for a snapshot. */
  byIds(scope: AccessScope, ids: readonly string[]): Promise<ImageEntity[]> {
    return rowsIn(scope, this.images, { id: In([...ids]) }).getMany();
  }

  /** @throws ProblemError NOT_FOUND. */
  async require(scope: AccessScope, id: string, field: readonly string[] = ['input', 'imageId']): Promise<ImageEntity> {
    const found = await rowsIn(scope, this.images, { id, removedAt: IsNull() }).getOne();
    if (!found) throw notFound('image', id, field);
    return found;
  }

  /**
   * A preview of an image, whose longer side has at most so many pixels; made now, and kept, when nobody has asked for it before.
   * @throws ProblemError IMAGE_MISSING, IMAGE_CORRUPT.
   */
  preview(image: ImageEntity, side: PreviewSide): Promise<Buffer> {
    return this.previews.read(image, side);
  }

  private async inspect(upload: UploadEntity, index: number, problems: Problem[]): Promise<StoredFacts | undefined> {
    const { blobs, pixels, limits } = this.parts;
    const item = upload.filename;
    try {
      const bytes = await uploadedFile(upload, (sha256) => blobs.read(sha256));
      const { preview, ...facts } = await pixels.run('inspect', [bytes, { item, limits }], { item });
      return { ...facts, previewSha256: (await blobs.put(preview)).sha256 };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const location = { item: shown(upload.filename), field: fieldOf(index, 'uploadId') };
      problems.push(...error.problems.map((found) => ({ ...found, ...location })));
      return undefined;
    }
  }

  private async store(
    scope: AccessScope,
    { id: datasetId, projectId }: DatasetEntity,
    rows: ImageEntity[],
    uploads: readonly (UploadEntity | undefined)[],
  ): Promise<ImageEntity[]> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        const claims = uploads.map((upload, index) => ({ id: upload!.id, field: fieldOf(index, 'uploadId') }));
        await this.parts.uploads.claim(manager, claims, datasetId);
        const stored = await manager.save(manager.create(ImageEntity, rows));
        await this.parts.quotas.requireRoom(manager, projectId);
        return stored;
      });
    } catch (error) {
      // Another call added the same name, or removed the data set, since it was looked at.
      if (isUniqueViolation(error)) throwIfProblems(await nameProblems(this.dataSource.manager, datasetId, uploads));
      await this.parts.datasets.require(scope, datasetId);
      throw error;
    }
  }

  private get images() {
    return this.dataSource.getRepository(ImageEntity);
  }
}

function applyChange(image: ImageEntity, change: Omit<ImageChange, 'ids'>): void {
  image.split = change.split ?? image.split;
  image.label = change.label ?? image.label;
  if (change.defectType !== undefined) image.defectType = change.defectType;
  else if (image.label !== 'ANOMALOUS') image.defectType = null;
}

/** What a new row says of its pixels. */
type StoredFacts = Omit<InspectedImage, 'preview'> & Pick<ImageEntity, 'previewSha256'>;

function newRow(datasetId: string, image: NewImage, upload: UploadEntity, facts: StoredFacts): ImageEntity {
  const { split, label, defectType = null } = image;
  const { filename, sha256, bytes } = upload;
  const { width, height, sampleBits, previewSha256 } = facts;
  return Object.assign(new ImageEntity(), {
    ...{ id: uuid(), datasetId, filename, sha256, bytes, width, height, upright: true, sampleBits, previewSha256 },
    ...{ split, label, defectType },
  });
}

/** Names that the data set has already, or that occur twice in the call. */
async function nameProblems(
  manager: EntityManager,
  datasetId: string,
  uploads: readonly (UploadEntity | undefined)[],
): Promise<Problem[]> {
  const filenames = uploads.flatMap((upload) => upload?.filename ?? []);
  const existing = await manager.find(ImageEntity, {
    where: { datasetId, filename: In(filenames), removedAt: IsNull() },
    select: { filename: true },
  });
  const taken = new Set(existing.map(({ filename }) => filename));
  const inCall = new Set<string>();
  return uploads.flatMap((upload, index) => {
    if (!upload) return [];
    const { filename } = upload;
    const where = taken.has(filename) ? 'in the data set' : inCall.has(filename) ? 'earlier in this call' : undefined;
    inCall.add(filename);
    if (!where) return [];
    const message = `an image named '${shown(filename)}' exists already ${where}`;
    return [{ code: 'NAME_TAKEN', message, field: fieldOf(index, 'uploadId'), item: shown(filename) } as const];
  });
}

function missing(id: string, index: number): Problem {
  const field = ['input', 'ids', String(index)];
  return notFound('image', shown(id), field).problems[0]!;
}

function fieldOf(index: number, name: string): string[] {
  return ['input', 'images', String(index), name];
}

/** The same text on the same field is one problem, however many images share it. */
function distinctProblems(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
}
