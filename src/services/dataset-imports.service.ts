import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { everything, type AccessScope } from '../access/index.js';
import { DatasetEntity, DatasetImportEntity, type ImportSummary } from '../database/entities/index.js';
import { isUniqueViolation } from '../database/index.js';
import { shown, type BlobStore } from '../files/index.js';
import {
  importFormats,
  openFolderTree,
  openZipTree,
  type ImportFormat,
  type PlannedImage,
  type SourceTree,
} from '../formats/index.js';
import type { JobQueue } from '../jobs/index.js';
import type { Limits } from '../shared/config.js';
import { collectProblems, problem, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import { maskChoice, maskChoiceProblems } from './annotations/maskChoice.js';
import type { DatasetsService } from './datasets.service.js';
import { checkImage, type CheckedImage } from './imports/checkImage.js';
import { matchExisting, saysSplits, updateExisting, type MatchedImages } from './imports/existingImages.js';
import { importSummary } from './imports/importSummary.js';
import { importWarnings } from './imports/importWarnings.js';
import { findUnderImportRoots } from './imports/importRoots.js';
import { planImport, type PlannedImport } from './imports/planImport.js';
import { findSource, normalNamesProblems, optionsOf, type StartDatasetImport } from './imports/startImport.js';
import { sameBytes, storeImages } from './imports/storeImages.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import type { QuotasService } from './quotas.service.js';
import { projectOf, rowsIn } from './scoped.js';
import { uploadedFile } from './storedFiles.js';
import type { UploadsService } from './uploads.service.js';

/** Problems kept of one import; their total is kept too. */
export const maximumStoredProblems = 100;

/** What an import found, as it is kept. */
export interface ImportFindings {
  summary: ImportSummary;
  skipped: readonly Problem[];
  warnings: readonly Problem[];
}

interface Dependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  blobs: BlobStore;
  datasets: DatasetsService;
  uploads: UploadsService;
  quotas: QuotasService;
  pixels: PixelProcesses;
  importRoots: readonly string[];
  limits: Limits;
  formats?: readonly ImportFormat[];
}

/** Imports: images and labels of a folder or archive into a data set, all or nothing. Queued here, read by a worker. */
export class DatasetImportsService {
  private readonly formats: readonly ImportFormat[];

  constructor(private readonly parts: Dependencies) {
    this.formats = parts.formats ?? importFormats;
  }

  /**
   * Queues an import.
   * @throws ProblemError with every problem found: NOT_FOUND, BAD_USER_INPUT (format, source, path), UPLOAD_*.
   */
  async start(scope: AccessScope, input: StartDatasetImport): Promise<DatasetImportEntity> {
    const { format, datasetId, dryRun } = input;
    const options = optionsOf(input);
    const problems: Problem[] = normalNamesProblems(options);
    const dataset = await collectProblems(problems, () => this.parts.datasets.require(scope, datasetId));
    collectProblems(problems, () => this.requireFormat(format));
    const source = await collectProblems(problems, () => findSource(scope, input, this.parts));
    problems.push(...maskChoiceProblems(input));
    throwIfProblems(problems);
    return this.parts.dataSource.transaction(async (manager) => {
      const jobId = uuid();
      await this.parts.queue.enqueue(manager, { id: jobId, kind: 'DATASET_IMPORT', projectId: dataset!.projectId });
      const imports = manager.getRepository(DatasetImportEntity);
      await imports.insert({ jobId, datasetId, format, source: source!, options, dryRun: dryRun ?? false });
      return imports.findOneByOrFail({ jobId });
    });
  }

  /** What can be imported, in the order of the documentation. */
  listFormats(): readonly Pick<ImportFormat, 'id' | 'description'>[] {
    return this.formats;
  }

  /** Unknown ids are left out. */
  byIds(scope: AccessScope, jobIds: readonly string[]): Promise<DatasetImportEntity[]> {
    return rowsIn(scope, this.imports, { jobId: In([...jobIds]) }).getMany();
  }

  /** The import of a job. @throws Error for a job about something else. */
  require(scope: AccessScope, jobId: string): Promise<DatasetImportEntity> {
    return rowsIn(scope, this.imports, { jobId }).getOneOrFail();
  }

  /** The folder or archive that an import reads; close it afterwards. @throws ProblemError NOT_FOUND, BAD_USER_INPUT, UPLOAD_*, ARCHIVE_*. */
  async openSource({ source }: DatasetImportEntity): Promise<SourceTree> {
    if (source.uploadId !== undefined) {
      const upload = await this.parts.uploads.take(everything, source.uploadId);
      const file = await uploadedFile(upload, (sha256) => this.parts.blobs.localFile(sha256));
      return openZipTree(file, upload.filename, this.parts.limits);
    }
    // Looked up again: the folder may have become a link since the import was asked for.
    const { path, root } = await findUnderImportRoots(source.path!, this.parts.importRoots);
    if ((await stat(path)).isDirectory()) return openFolderTree(path, root);
    return openZipTree(path, basename(path), this.parts.limits);
  }

  /** What would be imported, with every problem that can be told before an image is read. @throws ProblemError BAD_USER_INPUT. */
  async plan(row: DatasetImportEntity, source: SourceTree): Promise<PlannedImport> {
    const { dataSource, pixels, limits } = this.parts;
    return planImport(row, this.requireFormat(row.format), source, { manager: dataSource.manager, pixels, limits });
  }

  /** Reads one image and what labels it. @returns the image, its bytes stored where asked, or every problem found. */
  check(
    row: DatasetImportEntity,
    image: PlannedImage,
    { store }: { store: boolean },
  ): Promise<CheckedImage | Problem[]> {
    const { blobs, limits, pixels } = this.parts;
    return checkImage(image, { blobs: store ? blobs : undefined, limits, pixels, masks: maskChoice(row.options) });
  }

  /** Which of these images the data set has already. Under REFUSE none: their names were refused before, and equal bytes are a warning. */
  async match({ datasetId, options }: DatasetImportEntity, images: readonly CheckedImage[]): Promise<MatchedImages> {
    if ((options.existing ?? 'REFUSE') === 'REFUSE')
      return { fresh: images, known: [], changed: 0, problems: [], warnings: [] };
    const matched = await matchExisting(this.parts.dataSource.manager, datasetId, images);
    return options.existing === 'UPDATE' ? matched : { ...matched, problems: [], warnings: [] };
  }

  /** What an import of these images would make, and what is probably not meant. */
  async findingsOf(
    { datasetId, options }: DatasetImportEntity,
    { understood, warnings }: PlannedImport,
    { fresh, known, problems, warnings: ofKnown }: MatchedImages,
    skipped: readonly Problem[],
  ): Promise<ImportFindings> {
    const existing = await sameBytes(this.parts.dataSource.manager, datasetId, fresh);
    const there = options.existing && options.existing !== 'REFUSE' ? { existing: known.length + problems.length } : {};
    const taken = options.existing === 'UPDATE' ? [...fresh, ...known.map(({ image }) => image)] : fresh;
    const ofLayout = [...warnings, ...ofKnown];
    return {
      summary: importSummary(taken, { ...understood, ...there }),
      skipped,
      warnings: importWarnings({ images: fresh, leftOut: understood.leftOut, existing, ofLayout }),
    };
  }

  /** Keeps what was found, also when the import fails; of each list the first, and how many there are. */
  async storeFindings(manager: EntityManager, jobId: string, findings: ImportFindings): Promise<void> {
    const { summary, skipped, warnings } = findings;
    await manager.update(
      DatasetImportEntity,
      { jobId },
      {
        summary,
        ...{ skipped: skipped.slice(0, maximumStoredProblems), totalSkipped: skipped.length },
        ...{ warnings: warnings.slice(0, maximumStoredProblems), totalWarnings: warnings.length },
      },
    );
  }

  /**
   * Inserts what is new and updates what is not, where the import is to; nothing in a dry run. Part of the transaction that completes
   * the job. @throws ProblemError NOT_FOUND, LABEL_CONTRADICTION, QUOTA_EXCEEDED.
   */
  async finish(manager: EntityManager, row: DatasetImportEntity, { fresh, known }: MatchedImages): Promise<void> {
    const updated = row.options.existing === 'UPDATE' ? known : [];
    const labelsOf = (images: readonly CheckedImage[]) =>
      images.reduce((sum, { annotations }) => sum + annotations.length, 0);
    let revisions = labelsOf(updated.map(({ image }) => image));
    if (!row.dryRun) {
      await storeImages(manager, row.datasetId, fresh);
      if (fresh.length > 0)
        await this.parts.quotas.requireRoom(manager, await projectOf(manager, DatasetEntity, row.datasetId));
      const knowsSplits = saysSplits([...fresh, ...updated.map(({ image }) => image)]);
      revisions = await updateExisting(manager, updated, knowsSplits);
    }
    const annotationsImported = labelsOf(fresh) + revisions;
    const counts = { imagesImported: fresh.length, annotationsImported, problems: [], totalProblems: 0 };
    await manager.update(DatasetImportEntity, { jobId: row.jobId }, counts);
  }

  /** The expected problems in what an import ended with; none for a fault. */
  problemsOf({ datasetId }: DatasetImportEntity, error: unknown): readonly Problem[] {
    if (error instanceof ProblemError) return error.problems;
    if (!isUniqueViolation(error)) return [];
    const message = 'another call added images of the same names while these were read; nothing was imported';
    return [{ code: 'NAME_TAKEN', message, item: datasetId }];
  }

  /** Keeps the first problems and how many there are. */
  async storeProblems(manager: EntityManager, jobId: string, problems: readonly Problem[]): Promise<void> {
    const stored = { problems: problems.slice(0, maximumStoredProblems), totalProblems: problems.length };
    await manager.update(DatasetImportEntity, { jobId }, stored);
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

  private get imports() {
    return this.parts.dataSource.getRepository(DatasetImportEntity);
  }
}
