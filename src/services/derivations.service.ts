import { isDeepStrictEqual } from 'node:util';
import { In, IsNull, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  AnnotationEntity,
  type AnnotationKind,
  type AnnotationSource,
  type Derivation,
  ImageEntity,
} from '../database/entities/index.js';
import { shown } from '../files/index.js';
import type { Limits } from '../shared/config.js';
import { notFound, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import { blockGrid, maximumBlocks } from './annotations/blocks.js';
import { contradictions, type LabelContent } from './annotations/contradictions.js';
import { derivationOf, derivationProblems, type DerivationChoice } from './annotations/derive.js';
import { onImage } from './annotations/labelled.js';
import { imageCountProblems } from './images/imageFilter.js';
import type { DatasetsService } from './datasets.service.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';

/** Which labels to derive from which, for all images of a data set. */
export interface DeriveAnnotations extends DerivationChoice {
  datasetId: string;
  /** Only these images of it. */
  imageIds?: readonly string[] | null | undefined;
  /** Also where the newest label of the kind was drawn or imported; it stays readable as an older revision. */
  replace?: boolean | null | undefined;
}

/** What became of the images that have a label to derive from. */
export interface DerivationOutcome {
  /** Images with a new revision. */
  derived: number;
  /** Images whose newest label of the kind was derived from the same revision with the same settings already. */
  unchanged: number;
  /** Images left alone: their label of the kind is somebody's own, or the derived one would break a limit. */
  skipped: number;
  /** At most 100. */
  warnings: Problem[];
}

/** Images read and computed before they are stored together. */
const imagesPerBatch = 50;

const mostWarnings = 100;

/** An image with the newest label to derive from and the newest of the kind to make. */
interface Candidate extends Pick<ImageEntity, 'id' | 'filename' | 'width' | 'height' | 'label'> {
  sourceId: string;
  sourcePayload: LabelContent['payload'];
  targetRevision: number;
  targetSource: AnnotationSource | null;
  targetDerivation: Derivation | null;
}

interface Derived {
  image: Candidate;
  payload: LabelContent['payload'];
  derivation: Derivation;
}

/** Computes cheaper labels from finer ones, so that a team sees what a cheaper regime gives before it pays for it. */
export class DerivationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly datasets: DatasetsService,
    private readonly pixels: PixelProcesses,
    private readonly limits: Pick<Limits, 'boxesPerImage'>,
  ) {}

  /**
   * Derives from the newest label of one kind of every image of a data set that has it. Images are stored in batches: a call
   * that is cut off is continued by the next one, which finds what is done unchanged.
   * @throws ProblemError NOT_FOUND, BAD_USER_INPUT; nothing is derived then.
   */
  async derive(scope: AccessScope, input: DeriveAnnotations): Promise<DerivationOutcome> {
    throwIfProblems(derivationProblems(input));
    await this.datasets.require(scope, input.datasetId);
    await this.requireImages(input);
    const outcome: DerivationOutcome = { derived: 0, unchanged: 0, skipped: 0, warnings: [] };
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const candidates = await this.candidates(input, after);
      if (candidates.length === 0) return outcome;
      after = candidates.at(-1)!.id;
      const labels: Derived[] = [];
      for (const image of candidates) {
        const label = await this.deriveOne(input, image, outcome.warnings);
        if (typeof label === 'string') outcome[label] += 1;
        else labels.push(label);
      }
      const stored = await this.dataSource.transaction((manager) => storeDerived(manager, input.to, labels));
      outcome.derived += stored;
      outcome.skipped += labels.length - stored;
    }
  }

  /** Every image that is named is in the data set. */
  private async requireImages({ datasetId, imageIds }: DeriveAnnotations): Promise<void> {
    if (!imageIds) return;
    throwIfProblems(imageCountProblems(imageIds.length, ['input', 'imageIds']));
    const where = { datasetId, id: In([...imageIds]), removedAt: IsNull() };
    const found = await this.dataSource.manager.find(ImageEntity, { where, select: { id: true } });
    const there = new Set(found.map(({ id }) => id));
    const missing = (id: string, index: number) =>
      there.has(id) ? [] : notFound('image', shown(id), ['input', 'imageIds', String(index)]).problems;
    throwIfProblems(imageIds.flatMap(missing));
  }

  /** The next images that have a label to derive from, by id. */
  private candidates({ datasetId, imageIds, from, to }: DeriveAnnotations, after: string): Promise<Candidate[]> {
    const newest = (parameter: string) =>
      `SELECT * FROM annotation WHERE image_id = image.id AND kind = ${parameter} ORDER BY revision DESC LIMIT 1`;
    return this.dataSource.query(
      `SELECT image.id, image.filename, image.width, image.height, image.label,
         source.id AS "sourceId", source.payload AS "sourcePayload", coalesce(target.revision, 0) AS "targetRevision",
         target.source AS "targetSource", target.derivation AS "targetDerivation"
       FROM image JOIN LATERAL (${newest('$2')}) AS source ON NOT source.removed LEFT JOIN LATERAL (${newest('$3')}) AS target ON true
       WHERE image.dataset_id = $1 AND image.removed_at IS NULL AND image.id > $4 AND ($5::uuid[] IS NULL OR image.id = ANY($5))
       ORDER BY image.id LIMIT ${imagesPerBatch}`,
      [datasetId, from, to, after, imageIds ?? null],
    );
  }

  private async deriveOne(
    input: DeriveAnnotations,
    image: Candidate,
    warnings: Problem[],
  ): Promise<Derived | 'unchanged' | 'skipped'> {
    const isOwn = image.targetSource !== null && image.targetSource !== 'DERIVED';
    if (isOwn && !input.replace) return 'skipped';
    const derivation = derivationOf(input, image, image.sourceId);
    if (isDeepStrictEqual(image.targetDerivation, derivation)) return 'unchanged';
    const add = (found: Problem) => void (warnings.length < mostWarnings && warnings.push(found));
    if (derivation.blockSize && blockCount(image, derivation.blockSize) > maximumBlocks) {
      add(tooMany(image, 'blocks', blockCount(image, derivation.blockSize), maximumBlocks));
      return 'skipped';
    }
    const payload = await this.computed(input, image, derivation, add);
    if (!payload) return 'skipped';
    if ('boxes' in payload && payload.boxes.length > this.limits.boxesPerImage) {
      add(tooMany(image, 'boxes', payload.boxes.length, this.limits.boxesPerImage));
      return 'skipped';
    }
    // Stored all the same: that a defect is lost is what a simulated regime shows.
    contradictions({ kind: input.to, payload }, image).forEach(add);
    return { image, payload, derivation };
  }

  /** The derived label; undefined, and told, for one that cannot be read or takes too much. */
  private async computed(
    { from, to }: DeriveAnnotations,
    { filename: item, width, height, sourcePayload: payload }: Candidate,
    derivation: Derivation,
    add: (problem: Problem) => void,
  ): Promise<LabelContent['payload'] | undefined> {
    try {
      return await this.pixels.run('derive', [{ kind: from, payload }, to, { width, height }, derivation], { item });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      for (const found of error.problems) add({ ...found, item: shown(item) });
      return undefined;
    }
  }
}

/** Adds the revisions, except on images that are gone or got another label meanwhile. @returns how many. */
async function storeDerived(manager: EntityManager, kind: AnnotationKind, labels: readonly Derived[]): Promise<number> {
  const ids = labels.map(({ image }) => image.id);
  const current: { id: string }[] = await manager.query(
    'SELECT id FROM image WHERE id = ANY($1) AND removed_at IS NULL ORDER BY id FOR NO KEY UPDATE',
    [ids],
  );
  const newest: { imageId: string; revision: number }[] = await manager.query(
    `SELECT image_id AS "imageId", max(revision) AS revision FROM annotation
     WHERE image_id = ANY($1) AND kind = $2 GROUP BY image_id`,
    [current.map(({ id }) => id), kind],
  );
  const revisions = new Map(newest.map(({ imageId, revision }) => [imageId, revision]));
  const present = new Set(current.map(({ id }) => id));
  const fresh = labels.filter(
    ({ image }) => present.has(image.id) && (revisions.get(image.id) ?? 0) === image.targetRevision,
  );
  const rows = fresh.map(({ image, payload, derivation }) => ({
    ...{ id: uuid(), imageId: image.id, kind, revision: image.targetRevision + 1, payload, derivation },
    ...{ source: 'DERIVED' as const, author: null, activeSeconds: null },
  }));
  await manager.insert(AnnotationEntity, rows);
  return rows.length;
}

function blockCount(image: Candidate, blockSize: number): number {
  const { rows, columns } = blockGrid(image, blockSize);
  return rows * columns;
}

function tooMany(image: Candidate, what: string, count: number, limit: number): Problem {
  const message = `'${shown(image.filename)}' would get ${count} ${what}; at most ${limit} are allowed, so it was skipped`;
  return { code: 'TOO_MANY_ANNOTATIONS', message, ...onImage(image) };
}
