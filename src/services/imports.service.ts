import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { DatasetImportEntity, type ImportSource } from '../database/entities/index.js';
import { shown, type BlobStore } from '../files/index.js';
import type { JobQueue, JobRun } from '../jobs/index.js';
import type { Limits } from '../shared/config.js';
import { problem, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import type { DatasetsService } from './datasets.service.js';
import { checkImage, type CheckedImage } from './imports/checkImage.js';
import type { ImportFormat, ImportPlan, SourceTree } from './imports/format.js';
import { importFormats } from './imports/formats/index.js';
import { importSummary } from './imports/importSummary.js';
import { findUnderImportRoots } from './imports/importRoots.js';
import { planProblems } from './imports/planning/planProblems.js';
import { openFolderTree, openZipTree } from './imports/sourceTree.js';
import { leakageAmong } from './imports/splitLeakage.js';
import { sameBytes, storeImages, takenNames } from './imports/storeImages.js';
import { isUniqueViolation } from './names.js';
import type { UploadsService } from './uploads.service.js';

/** Problems kept of one import; their total is kept too. */
export const maximumStoredProblems = 100;

/** Images read and decoded at the same time. */
const concurrency = 2;

export interface StartImport {
  datasetId: string;
  /** Id of an import format. */
  format: string;
  /** A folder or zip under one of the server's import roots. Exactly one of `path` and `uploadId`. */
  path?: string | null | undefined;
  /** An uploaded zip. */
  uploadId?: string | null | undefined;
  /** Check everything, store nothing. */
  dryRun?: boolean | null | undefined;
}

export interface ImportsDependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  blobs: BlobStore;
  datasets: DatasetsService;
  uploads: UploadsService;
  importRoots: readonly string[];
  limits: Limits;
  formats?: readonly ImportFormat[];
}

/** Imports: reading images and labels from a folder or archive into a data set, all or nothing. */
export class ImportsService {
  private readonly formats: readonly ImportFormat[];

  constructor(private readonly parts: ImportsDependencies) {
    this.formats = parts.formats ?? importFormats;
  }

  /**
   * Queues an import.
   * @throws ProblemError with every problem found: NOT_FOUND, BAD_USER_INPUT (format, source, path), UPLOAD_*.
   */
  async start(input: StartImport): Promise<DatasetImportEntity> {
    const { format, datasetId, dryRun } = input;
    const problems: Problem[] = [];
    await collect(problems, () => this.parts.datasets.require(datasetId));
    await collect(problems, () => this.requireFormat(format));
    const source = await collect(problems, () => this.findSource(input));
    throwIfProblems(problems);
    return this.parts.dataSource.transaction(async (manager) => {
      const jobId = uuid();
      await this.parts.queue.enqueue(manager, { id: jobId, kind: 'IMPORT' });
      const imports = manager.getRepository(DatasetImportEntity);
      await imports.insert({ jobId, datasetId, format, source: source!, dryRun: dryRun ?? false });
      return imports.findOneByOrFail({ jobId });
    });
  }

  /** What can be imported, in the order of the documentation. */
  listFormats(): readonly Pick<ImportFormat, 'id' | 'description'>[] {
    return this.formats;
  }

  byIds(jobIds: readonly string[]): Promise<DatasetImportEntity[]> {
    return this.imports
      .createQueryBuilder('import')
      .whereInIds([...jobIds])
      .getMany();
  }

  /**
   * Does the work of an import: checks every image and mask, then inserts all of them in one transaction with the job's end.
   * @throws ProblemError with the problems found, which are stored with the import before; then nothing was inserted.
   */
  async run(run: JobRun): Promise<void> {
    const row = await this.imports.findOneByOrFail({ jobId: run.job.id });
    try {
      const images = await this.readAll(row, run);
      await this.warn(row, images, run);
      await run.complete(async (manager) => {
        if (!row.dryRun) await storeImages(manager, row.datasetId, images);
        const annotationsImported = images.reduce((sum, { annotations }) => sum + annotations.length, 0);
        const counts = { imagesImported: images.length, annotationsImported, problems: [], totalProblems: 0 };
        await manager.update(DatasetImportEntity, { jobId: row.jobId }, counts);
      });
    } catch (error) {
      const problems = problemsOf(error, row);
      const stored = { problems: problems.slice(0, maximumStoredProblems), totalProblems: problems.length };
      if (problems.length > 0 && !run.signal.aborted) {
        await run.write((manager) => manager.update(DatasetImportEntity, { jobId: row.jobId }, stored));
      }
      throwIfProblems(stored.problems);
      throw error;
    }
  }

  private async readAll(row: DatasetImportEntity, run: JobRun): Promise<CheckedImage[]> {
    const format = this.requireFormat(row.format);
    const source = await this.openSource(row.source);
    try {
      const plan = await format.plan(source, this.parts.limits);
      if (source.skippedJunk > 0) {
        run.log(
          'INFO',
          `${source.skippedJunk} files that operating systems leave behind (.DS_Store and the like) were skipped`,
        );
      }
      for (const note of plan.notes) run.log('INFO', note);
      const taken = await takenNames(this.parts.dataSource.manager, row.datasetId, plan.images);
      const before = [...plan.problems, ...noImages(plan, source), ...planProblems(plan.images), ...taken];
      const { images, problems } = await this.checkAll(plan, before.length > 0, row, run);
      await this.imports.update({ jobId: row.jobId }, { summary: importSummary(images) });
      throwIfProblems([...before, ...problems]);
      return images;
    } finally {
      await source.close();
    }
  }

  /** Everything is checked even after a problem, so that one run tells all of them. */
  private async checkAll(plan: ImportPlan, doomed: boolean, row: DatasetImportEntity, run: JobRun) {
    const results = new Array<CheckedImage | Problem[]>(plan.images.length);
    const context = { blobs: row.dryRun || doomed ? undefined : this.parts.blobs, limits: this.parts.limits };
    const totalSteps = plan.images.length;
    let [next, done] = [0, 0];
    const work = async () => {
      while (next < totalSteps) {
        run.signal.throwIfAborted();
        const index = next++;
        results[index] = await checkImage(plan.images[index]!, context);
        done += 1;
        run.report({ phase: 'import', step: done, totalSteps, fraction: 0.99 * (done / totalSteps) });
      }
    };
    // After a fault there is nothing left to do for the others.
    const stopAll = () => (next = totalSteps);
    await allOrFirstError(Array.from({ length: concurrency }, () => work().catch(rethrowAfter(stopAll))));
    return {
      images: results.flatMap((result) => (Array.isArray(result) ? [] : result)),
      problems: results.flatMap((result) => (Array.isArray(result) ? result : [])),
    };
  }

  /** The same bytes in several splits, and labels that were there twice. */
  private async warn(row: DatasetImportEntity, images: readonly CheckedImage[], run: JobRun): Promise<void> {
    const existing = await sameBytes(this.parts.dataSource.manager, row.datasetId, images);
    const leakage = leakageAmong([...existing, ...images]);
    const warnings = images.flatMap((image) => image.warnings);
    for (const { code, message } of [...leakage, ...warnings.slice(0, maximumStoredProblems)]) {
      run.log('WARN', `${code}: ${message}`);
    }
    const rest = warnings.length - maximumStoredProblems;
    if (rest > 0) run.log('WARN', `and ${rest} more warnings`);
  }

  private requireFormat(id: string): ImportFormat {
    const found = this.formats.find((format) => format.id === id);
    if (found) return found;
    const known = this.formats.map((format) => format.id).join(', ');
    throw problem('BAD_USER_INPUT', `the format '${shown(id)}' is not known; known formats: ${known}`, {
      field: ['input', 'format'],
      item: shown(id),
    });
  }

  private async findSource({ path, uploadId }: StartImport): Promise<ImportSource> {
    if (typeof path === 'string' && typeof uploadId !== 'string') {
      return { path: (await findUnderImportRoots(path, this.parts.importRoots)).path };
    }
    if (typeof uploadId === 'string' && typeof path !== 'string') {
      return { uploadId: (await this.parts.uploads.take(uploadId)).id };
    }
    const given = typeof path === 'string' ? 'both were given' : 'none was given';
    const message = `exactly one of path and uploadId says where to import from; ${given}`;
    throw problem('BAD_USER_INPUT', message, { field: ['input', 'path'] });
  }

  private async openSource(source: ImportSource): Promise<SourceTree> {
    if (source.uploadId !== undefined) {
      const upload = await this.parts.uploads.take(source.uploadId);
      return openZipTree(await this.parts.blobs.localFile(upload.sha256), upload.filename, this.parts.limits);
    }
    // Looked up again: the folder may have become a link since the import was asked for.
    const { path, root } = await findUnderImportRoots(source.path!, this.parts.importRoots);
    if ((await stat(path)).isDirectory()) return openFolderTree(path, root);
    return openZipTree(path, basename(path), this.parts.limits);
  }

  private get imports() {
    return this.parts.dataSource.getRepository(DatasetImportEntity);
  }
}

/** A layout that fits nothing would otherwise be an import of nothing, and succeed. */
function noImages({ images, problems }: ImportPlan, { name, files }: SourceTree): Problem[] {
  if (images.length + problems.length > 0) return [];
  const message = `'${shown(name)}' holds no images of this layout among its ${files.length} files`;
  return [{ code: 'DATASET_LAYOUT_INVALID', message, item: shown(name) }];
}

/** An image of the same name, added since the names were compared, is a problem like the others. */
function problemsOf(error: unknown, row: DatasetImportEntity): readonly Problem[] {
  if (error instanceof ProblemError) return error.problems;
  if (!isUniqueViolation(error)) return [];
  const message = 'another call added images of the same names while these were read; nothing was imported';
  return [{ code: 'NAME_TAKEN', message, item: row.datasetId }];
}

/** Waits for all, so that none still runs when the first error is passed on. */
async function allOrFirstError(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function rethrowAfter(act: () => void): (error: unknown) => never {
  return (error) => {
    act();
    throw error;
  };
}

async function collect<T>(problems: Problem[], find: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
