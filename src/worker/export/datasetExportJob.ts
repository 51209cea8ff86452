import { zipStream, type ZipFileContent } from '../../files/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { DescribedDatasetExport } from '../../services/dataset-exports.service.js';
import type { Services } from '../../services/index.js';
import { imageStream } from '../../services/storedFiles.js';
import type { WorkerParts } from '../workerParts.js';

/** Progress reports, and warnings, of one export. */
const reports = 100;

/**
 * Does a DATASET_EXPORT job: streams a snapshot as a zip into the blob store.
 * @throws ProblemError BAD_USER_INPUT, STORAGE_FULL; IMAGE_MISSING and IMAGE_CORRUPT, naming the image.
 */
export async function runDatasetExportJob(
  { services, blobs }: { services: Pick<Services, 'datasetExports'> } & Pick<WorkerParts, 'blobs'>,
  attempt: JobAttempt,
): Promise<void> {
  const described = await services.datasetExports.describe(attempt.job.id);
  const { format, images, dataset, frozenAt } = described;
  const plan = format.plan({ images, bytesOf: (image) => imageStream(blobs, image, dataset) });
  const notes = [...plan.notes, ...(await lostAnnotations(described))];
  for (const note of notes.slice(0, reports)) attempt.log('WARN', note);
  // The snapshot's own time: the same snapshot gives the same zip, which is stored once.
  const artifact = await blobs.put(zipStream(reported(plan.files, attempt), frozenAt));
  const { imagesLeftOut } = plan;
  const outcome = { images: images.list.length - imagesLeftOut, imagesLeftOut, artifact };
  await attempt.complete((manager) => services.datasetExports.finish(manager, attempt.job.id, outcome));
}

async function lostAnnotations({ images, format: { id, keeps } }: DescribedDatasetExport): Promise<string[]> {
  const counts = await images.countAnnotations();
  return counts
    .filter(({ kind }) => !keeps.includes(kind))
    .map(({ kind, count }) => `${count} ${kind} annotations are left out: ${id} has no place for them`);
}

/** Reports progress, and notices a cancellation, whenever another file is opened. */
function reported(files: readonly ZipFileContent[], attempt: JobAttempt): ZipFileContent[] {
  const every = Math.ceil(files.length / reports);
  return files.map(({ path, open, compress }, index) => ({
    path,
    compress,
    open: () => {
      attempt.signal.throwIfAborted();
      const [step, totalSteps] = [index + 1, files.length];
      if (step % every === 0 || step === totalSteps) {
        attempt.report({ stage: 'export', step, totalSteps, fraction: 0.99 * (step / totalSteps) });
      }
      return open();
    },
  }));
}
