import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import { DatasetExportEntity, SnapshotEntity } from '../database/entities/index.js';
import { shown, type StoredBlob } from '../files/index.js';
import { exportFormats, type ExportFormat } from '../formats/index.js';
import type { JobQueue } from '../jobs/index.js';
import { collectProblems, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import { SnapshotImages } from './exports/snapshotImages.js';
import { projectOf } from './scoped.js';
import type { SnapshotsService } from './snapshots.service.js';

/** What an export of a snapshot is asked for with. */
export interface StartDatasetExport {
  snapshotId: string;
  /** Id of an export format. */
  format: string;
}

/** What a worker needs to write an export. */
export interface DescribedDatasetExport {
  format: ExportFormat;
  images: SnapshotImages;
  /** Name of the data set. */
  dataset: string;
  /** When the snapshot was taken. */
  frozenAt: Date;
}

/** What a worker has written. */
export interface DatasetExportOutcome {
  images: number;
  imagesLeftOut: number;
  artifact: StoredBlob;
}

interface Dependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  snapshots: SnapshotsService;
}

/** Exports of data sets: a snapshot as a zip that other programs, or another Residua, can read. Queued here, written by a worker. */
export class DatasetExportsService {
  constructor(private readonly parts: Dependencies) {}

  /** Queues an export. @throws ProblemError NOT_FOUND, BAD_USER_INPUT; all at once. */
  async start(scope: AccessScope, { snapshotId, format }: StartDatasetExport): Promise<DatasetExportEntity> {
    const problems: Problem[] = [];
    if (!formatOf(format)) problems.push(unknownFormat(format));
    await collectProblems(problems, () => this.parts.snapshots.require(scope, snapshotId));
    throwIfProblems(problems);
    const projectId = await projectOf(this.parts.dataSource.manager, SnapshotEntity, snapshotId);
    return this.parts.dataSource.transaction(async (manager) => {
      const jobId = uuid();
      await this.parts.queue.enqueue(manager, { id: jobId, kind: 'DATASET_EXPORT', projectId });
      const exports = manager.getRepository(DatasetExportEntity);
      await exports.insert({ jobId, snapshotId, format });
      return exports.findOneByOrFail({ jobId });
    });
  }

  /** What the export of a job is to hold. @throws ProblemError BAD_USER_INPUT for a format that is not known any more. */
  async describe(jobId: string): Promise<DescribedDatasetExport> {
    const { dataSource } = this.parts;
    const row = await dataSource.getRepository(DatasetExportEntity).findOneByOrFail({ jobId });
    const snapshot = await dataSource
      .getRepository(SnapshotEntity)
      .findOneOrFail({ where: { id: row.snapshotId }, relations: { dataset: true } });
    const format = formatOf(row.format);
    if (!format) throw new ProblemError([unknownFormat(row.format)]);
    const images = await SnapshotImages.of(dataSource, row.snapshotId);
    return { format, images, dataset: snapshot.dataset!.name, frozenAt: snapshot.createdAt };
  }

  /** Keeps the file that was written; part of the transaction that completes the job. */
  async finish(manager: EntityManager, jobId: string, outcome: DatasetExportOutcome): Promise<void> {
    const { images, imagesLeftOut, artifact } = outcome;
    const stored = { artifactSha256: artifact.sha256, artifactBytes: artifact.bytes };
    await manager.update(DatasetExportEntity, { jobId }, { images, imagesLeftOut, ...stored });
  }
}

function formatOf(id: string): ExportFormat | undefined {
  return exportFormats.find((format) => format.id === id);
}

function unknownFormat(id: string): Problem {
  const known = exportFormats.map((format) => format.id).join(', ');
  const message = `the format '${shown(id)}' is not known; known formats: ${known}`;
  return { code: 'BAD_USER_INPUT', message, field: ['input', 'format'], item: shown(id) };
}
