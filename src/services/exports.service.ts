import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { DatasetExportEntity, SnapshotEntity } from '../database/entities/index.js';
import { shown, zipStream, type BlobStore, type ZipFileContent } from '../files/index.js';
import type { JobQueue, JobRun } from '../jobs/index.js';
import { ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import type { ExportFormat } from './exports/format.js';
import { exportFormats } from './exports/formats.js';
import { FrozenImages } from './exports/frozenImages.js';
import type { SnapshotsService } from './snapshots.service.js';

/** Progress reports of one export. */
const reports = 100;

export interface StartExport {
  snapshotId: string;
  /** Id of an export format. */
  format: string;
}

export interface ExportsDependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  blobs: BlobStore;
  snapshots: SnapshotsService;
}

/** Exports: a snapshot as a zip that other programs, or another Residua, can read. */
export class ExportsService {
  constructor(private readonly parts: ExportsDependencies) {}

  /** Queues an export. @throws ProblemError NOT_FOUND, BAD_USER_INPUT; all at once. */
  async start({ snapshotId, format }: StartExport): Promise<DatasetExportEntity> {
    const problems: Problem[] = [];
    if (!formatOf(format)) problems.push(unknownFormat(format));
    await this.parts.snapshots.require(snapshotId).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    });
    throwIfProblems(problems);
    return this.parts.dataSource.transaction(async (manager) => {
      const jobId = uuid();
      await this.parts.queue.enqueue(manager, { id: jobId, kind: 'EXPORT' });
      const exports = manager.getRepository(DatasetExportEntity);
      await exports.insert({ jobId, snapshotId, format });
      return exports.findOneByOrFail({ jobId });
    });
  }

  /** Does the work of an export: streams the zip into the blob store. @throws ProblemError ARTIFACT_CORRUPT, STORAGE_FULL. */
  async run(run: JobRun): Promise<void> {
    const { dataSource, blobs } = this.parts;
    const row = await dataSource.getRepository(DatasetExportEntity).findOneByOrFail({ jobId: run.job.id });
    const snapshot = await dataSource.getRepository(SnapshotEntity).findOneByOrFail({ id: row.snapshotId });
    const format = formatOf(row.format);
    if (!format) throw new ProblemError([unknownFormat(row.format)]);
    const images = await FrozenImages.of(dataSource, row.snapshotId);
    const plan = format.plan({ images, bytesOf: (sha256) => blobs.open(sha256) });
    const notes = [...plan.notes, ...(await lostAnnotations(images, format))];
    for (const note of notes.slice(0, reports)) run.log('WARN', note);
    // The snapshot's own time: the same snapshot gives the same zip, which is stored once.
    const zip = zipStream(reported(plan.files, run), snapshot.createdAt);
    const artifact = await blobs.put(zip);
    await run.complete(async (manager) => {
      const counts = { images: images.list.length - plan.imagesLeftOut, imagesLeftOut: plan.imagesLeftOut };
      const stored = { artifactSha256: artifact.sha256, artifactBytes: artifact.bytes };
      await manager.update(DatasetExportEntity, { jobId: row.jobId }, { ...counts, ...stored });
    });
  }
}

function formatOf(id: string): ExportFormat | undefined {
  return exportFormats.find((format) => format.id === id);
}

async function lostAnnotations(images: FrozenImages, { id, keeps }: ExportFormat): Promise<string[]> {
  const counts = await images.countAnnotations();
  return counts
    .filter(({ kind }) => !keeps.includes(kind))
    .map(({ kind, count }) => `${count} ${kind} annotations are left out: ${id} has no place for them`);
}

function unknownFormat(id: string): Problem {
  const known = exportFormats.map((format) => format.id).join(', ');
  const message = `the format '${shown(id)}' is not known; known formats: ${known}`;
  return { code: 'BAD_USER_INPUT', message, field: ['input', 'format'], item: shown(id) };
}

/** Reports progress, and notices a cancellation, whenever another file is opened. */
function reported(files: readonly ZipFileContent[], run: JobRun): ZipFileContent[] {
  const every = Math.ceil(files.length / reports);
  return files.map(({ path, open, compress }, index) => ({
    path,
    compress,
    open: () => {
      run.signal.throwIfAborted();
      const [step, totalSteps] = [index + 1, files.length];
      if (step % every === 0 || step === totalSteps) {
        run.report({ phase: 'export', step, totalSteps, fraction: 0.99 * (step / totalSteps) });
      }
      return open();
    },
  }));
}
