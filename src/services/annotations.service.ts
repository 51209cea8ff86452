import { In, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  AnnotationEntity,
  type AnnotationKind,
  type BlockLabelName,
  DatasetEntity,
  ImageEntity,
  ModelVersionEntity,
  type PixelPayload,
} from '../database/entities/index.js';
import { shown, type MaskChoice, type BlobStore, type ImageLimits } from '../files/index.js';
import type { Limits } from '../shared/config.js';
import { notFound, problem, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import { checkBlockCells, checkBlocks, type BlockCell } from './annotations/blocks.js';
import { checkBoxes, type GivenBox } from './annotations/boxes.js';
import { checkBoxesOfMany, refuseWrongImages, type GivenBoxes } from './annotations/boxesOfMany.js';
import type { LabelContent } from './annotations/contradictions.js';
import type { Checked } from './annotations/labelled.js';
import { isLeftOut, maskChoice, maskChoiceProblems } from './annotations/maskChoice.js';
import { nothingOf } from './annotations/nothing.js';
import { pixelPayload, pixelPayloadFromRle } from './annotations/pixels.js';
import { newestAnnotations, newestRevisions, originOf, storeRevisions } from './annotations/revisions.js';
import { saveProblems, type LabelWork } from './annotations/saveProblems.js';
import type { ImagesService } from './images.service.js';
import { paginateEach } from './paginateEach.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import type { QuotasService } from './quotas.service.js';
import { idsIn, inScope, projectOf, rowsIn } from './scoped.js';
import { uploadedFile } from './storedFiles.js';
import type { UploadsService } from './uploads.service.js';

/** What every save says. */
export interface SaveAnnotation extends LabelWork {
  imageId: string;
  /** The revision the editor saw; 0 when there was none. */
  expectedRevision: number;
}

/** Exactly one of `counts` and `uploadId`. */
export interface SavePixelAnnotation extends SaveAnnotation {
  /** COCO compressed run lengths. */
  counts?: string | null | undefined;
  /** A mask file. */
  uploadId?: string | null | undefined;
  /** 1 to 255: values at or above it are anomalous. Without it and `maskValue` the file must have two values. */
  maskThreshold?: number | null | undefined;
  /** The one value that is anomalous: a grey value or palette number, or a colour, as `parseMaskValue` reads it. */
  maskValue?: string | null | undefined;
}

/** Labels of all blocks, row by row. */
export interface SaveBlockAnnotation extends SaveAnnotation {
  /** Pixels per block side. */
  blockSize: number;
  /** Row-major; empty when `blocks` is given. */
  labels: readonly BlockLabelName[];
  /** Single blocks; all others are NORMAL. */
  blocks?: readonly BlockCell[] | null | undefined;
}

/** Boxes around the defects, in pixels of the image. */
export interface SaveBoxAnnotation extends SaveAnnotation {
  boxes: readonly GivenBox[];
}

/** The new revision, and what its author should look at. */
export interface SavedAnnotation {
  annotation: AnnotationEntity;
  warnings: Problem[];
}

/** A label of an image, and the input that holds it. */
interface CheckedLabel {
  kind: AnnotationKind;
  field: readonly [string, string];
  checked: Checked<LabelContent['payload']>;
}

interface AnnotationParts {
  dataSource: DataSource;
  blobs: BlobStore;
  images: ImagesService;
  uploads: UploadsService;
  quotas: QuotasService;
  pixels: PixelProcesses;
  limits: ImageLimits & Pick<Limits, 'boxesPerImage'>;
}

/** Annotations: revisions of pixel, block and box labels of an image. Nothing is ever overwritten. */
export class AnnotationsService {
  constructor(private readonly parts: AnnotationParts) {}

  /**
   * Stores a mask as the next revision.
   * @throws ProblemError NOT_FOUND, CONFLICT, MASK_*, LABEL_CONTRADICTION, IMAGE_* and UPLOAD_* of a file, TEXT_INVALID,
   *   BAD_USER_INPUT.
   */
  async savePixels(scope: AccessScope, input: SavePixelAnnotation): Promise<SavedAnnotation> {
    const image = await this.parts.images.require(scope, input.imageId);
    const field = ['input', typeof input.counts === 'string' ? 'counts' : 'uploadId'] as const;
    return this.store(scope, input, image, {
      kind: 'PIXEL',
      field,
      checked: await this.checkMask(scope, input, image, field),
    });
  }

  /**
   * Stores block labels as the next revision.
   * @throws ProblemError NOT_FOUND, CONFLICT, BLOCK_*, TOO_MANY_ANNOTATIONS, LABEL_CONTRADICTION, TEXT_INVALID, BAD_USER_INPUT.
   */
  async saveBlocks(scope: AccessScope, input: SaveBlockAnnotation): Promise<SavedAnnotation> {
    const image = await this.parts.images.require(scope, input.imageId);
    const { blocks, labels, blockSize } = input;
    const field = ['input', blocks ? 'blocks' : 'labels'] as const;
    const checked = blocks
      ? checkBlockCells(blocks, blockSize, image, { field })
      : checkBlocks(labels, blockSize, image, { field });
    if (blocks && labels.length > 0) {
      const message = `blocks and ${labels.length} labels were given; with blocks, labels must be empty`;
      checked.problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'labels'] });
    }
    return this.store(scope, input, image, { kind: 'BLOCK', field, checked });
  }

  /**
   * Stores boxes as the next revision.
   * @throws ProblemError NOT_FOUND, CONFLICT, BOX_*, TOO_MANY_ANNOTATIONS, LABEL_CONTRADICTION, TEXT_INVALID, BAD_USER_INPUT.
   */
  async saveBoxes(scope: AccessScope, input: SaveBoxAnnotation): Promise<SavedAnnotation> {
    const image = await this.parts.images.require(scope, input.imageId);
    const field = ['input', 'boxes'] as const;
    const checked = checkBoxes(input.boxes, image, { limit: this.parts.limits.boxesPerImage, field });
    return this.store(scope, input, image, { kind: 'BOX', field, checked });
  }

  /**
   * Stores boxes of many images, each as the next revision, all or none.
   * @param options.dryRun checks everything, and stores nothing.
   * @returns the number of images.
   * @throws ProblemError with those of {@link saveBoxes}, of all images at once.
   */
  async saveBoxesOfMany(
    scope: AccessScope,
    given: readonly GivenBoxes[],
    options: { dryRun?: boolean } = {},
  ): Promise<{ saved: number; warnings: Problem[] }> {
    refuseWrongImages(given);
    const { dataSource, images, limits } = this.parts;
    const ids = given.map(({ imageId }) => imageId);
    const found = (await images.byIds(scope, ids)).filter(({ removedAt }) => !removedAt);
    const byId = new Map(found.map((image) => [image.id, image]));
    const { drawn, warnings } = checkBoxesOfMany(given, byId, limits.boxesPerImage);
    for (const [index, one] of given.entries()) {
      await this.requireVersion(scope, one, ['input', 'annotations', String(index)]);
    }
    await dataSource.transaction((manager) => storeRevisions(manager, drawn, options));
    return { saved: options.dryRun ? 0 : drawn.length, warnings };
  }

  /**
   * Takes the label of a kind away, as a revision of its own.
   * @throws ProblemError NOT_FOUND of the image, or when it has no such label; CONFLICT, TEXT_INVALID, BAD_USER_INPUT.
   */
  async remove(scope: AccessScope, input: SaveAnnotation & { kind: AnnotationKind }): Promise<SavedAnnotation> {
    const image = await this.parts.images.require(scope, input.imageId);
    const at = ['input'];
    throwIfProblems(saveProblems(input, at));
    await this.requireVersion(scope, input, at);
    const content = { kind: input.kind, payload: nothingOf(input.kind, image) };
    const [annotation] = await this.parts.dataSource.transaction((manager) =>
      storeRevisions(manager, [{ origin: originOf(input), content, removes: true, at, name: 'kind' }]),
    );
    return { annotation: annotation!, warnings: [] };
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<AnnotationEntity[]> {
    return rowsIn(scope, this.annotations, { id: In([...ids]) }).getMany();
  }

  /** The newest revision of each kind, for several images by one query. */
  async newestOfImages(scope: AccessScope, imageIds: readonly string[]): Promise<AnnotationEntity[]> {
    const { manager } = this.parts.dataSource;
    return newestAnnotations(manager, await idsIn(scope, manager, ImageEntity, imageIds));
  }

  /** As {@link newestOfImages}, but also revisions that took a label away. */
  async newestRevisionsOfImages(scope: AccessScope, imageIds: readonly string[]): Promise<AnnotationEntity[]> {
    const { manager } = this.parts.dataSource;
    return newestRevisions(manager, await idsIn(scope, manager, ImageEntity, imageIds));
  }

  /** Every revision of a data set's annotations, image by image. @throws FaultError BAD_USER_INPUT, CURSOR_INVALID. */
  pageOfDataset(
    scope: AccessScope,
    datasetId: string,
    request: PageRequest,
    kind?: AnnotationKind | null,
  ): Promise<Page<AnnotationEntity>> {
    const query = this.annotations
      .createQueryBuilder('annotation')
      .innerJoin('annotation.image', 'image')
      .where('image.datasetId = :datasetId AND image.removedAt IS NULL', { datasetId });
    if (kind) query.andWhere('annotation.kind = :kind', { kind });
    return paginate(inScope(query, scope), {
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

  /** Every revision of several images, newest first; without `kind` of pixels, then boxes, then blocks. */
  historyOfImages(
    scope: AccessScope,
    imageIds: readonly string[],
    request: PageRequest,
    kind?: AnnotationKind | null,
  ): Promise<Page<AnnotationEntity>[]> {
    const query = this.annotations.createQueryBuilder('annotation');
    if (kind) query.where('annotation.kind = :kind', { kind });
    return paginateEach(inScope(query, scope), imageIds, {
      connection: (id) => `annotationHistory:${id}:${kind ?? ''}`,
      alias: 'annotation',
      owner: 'imageId',
      id: 'id',
      // In the direction of the unique index, read backwards.
      keys: [
        { column: 'kind', direction: 'DESC' },
        { column: 'revision', direction: 'DESC' },
      ],
      request,
    });
  }

  private async checkMask(
    scope: AccessScope,
    input: SavePixelAnnotation,
    image: ImageEntity,
    field: readonly string[],
  ): Promise<Checked<PixelPayload>> {
    const problems = maskSourceProblems(input);
    if (problems.length > 0) return { problems, warnings: [] };
    try {
      const payload =
        typeof input.counts === 'string'
          ? pixelPayloadFromRle(input.counts, image, { field })
          : await this.readMask(scope, input.uploadId!, image, maskChoice(input));
      return { payload, problems, warnings: [] };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { problems: error.problems.map((found) => ({ field, ...found })), warnings: [] };
    }
  }

  private async readMask(
    scope: AccessScope,
    uploadId: string,
    image: ImageEntity,
    choice: MaskChoice,
  ): Promise<PixelPayload> {
    const { blobs, uploads, pixels, limits } = this.parts;
    const field = ['input', 'uploadId'];
    const upload = await uploads.take(scope, uploadId, field, image.datasetId);
    const { filename, bytes } = upload;
    if (bytes > limits.imageBytes) {
      const message = `the mask '${shown(filename)}' has ${bytes} bytes; at most ${limits.imageBytes} are allowed`;
      throw problem('IMAGE_TOO_LARGE', message, { field, item: shown(filename) });
    }
    const options = { item: filename, limits, ...choice };
    const content = await uploadedFile(upload, (sha256) => blobs.read(sha256));
    const mask = await pixels.run('mask', [content, options], { item: filename });
    return pixelPayload(mask, image, { field, name: filename });
  }

  /** A model that helped must be one that whoever saves may see. */
  private async requireVersion(scope: AccessScope, { assistance }: LabelWork, at: readonly string[]): Promise<void> {
    if (!assistance) return;
    const { manager } = this.parts.dataSource;
    const { modelVersionId } = assistance;
    const where = { id: modelVersionId };
    if (await rowsIn(scope, manager.getRepository(ModelVersionEntity), where).getExists()) return;
    throw notFound('model version', modelVersionId, [...at, 'assistance', 'modelVersionId']);
  }

  private async store(
    scope: AccessScope,
    input: SaveAnnotation & { uploadId?: string | null | undefined },
    image: ImageEntity,
    { kind, field, checked }: CheckedLabel,
  ): Promise<SavedAnnotation> {
    const { payload, problems, warnings } = checked;
    const [at, name] = [field.slice(0, 1), field[1]];
    throwIfProblems([...saveProblems(input, at), ...problems]);
    await this.requireVersion(scope, input, at);
    const { uploadId } = input;
    const origin = originOf(input);
    const { dataSource, uploads, quotas } = this.parts;
    const [annotation] = await dataSource.transaction(async (manager) => {
      if (uploadId) {
        await uploads.claim(manager, [{ id: uploadId, field }], image.datasetId);
        // It may have been announced in another project.
        await quotas.requireRoom(manager, await projectOf(manager, DatasetEntity, image.datasetId));
      }
      return storeRevisions(manager, [{ origin, content: { kind, payload: payload! }, at, name }]);
    });
    return { annotation: annotation!, warnings };
  }

  private get annotations() {
    return this.parts.dataSource.getRepository(AnnotationEntity);
  }
}

function maskSourceProblems(input: SavePixelAnnotation): Problem[] {
  const [hasCounts, hasUpload] = [typeof input.counts === 'string', typeof input.uploadId === 'string'];
  const problems = maskChoiceProblems(input);
  if (hasCounts === hasUpload) {
    const given = hasCounts ? 'both were given' : 'none was given';
    const message = `exactly one of counts and uploadId holds the mask; ${given}`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input'] });
  }
  for (const name of ['maskThreshold', 'maskValue'] as const) {
    if (!hasCounts || isLeftOut(input[name])) continue;
    const message = `${name} is ${input[name]}; run lengths are binary already, only an uploaded mask has one`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', name] });
  }
  return problems;
}
